//! The keys of a service, in its `pyproject.toml`.

use super::{
    Absent::{Is, Wrong},
    Keys, key,
};

/// `[tool.xtask]` of a service.
pub const SERVICE: Keys = Keys {
    one: "setting",
    header: "[tool.xtask]",
    about: "In the `pyproject.toml` of a service: the facts of its images. Without port and command it is checked, but not generated or started.",
    keys: &[
        key(
            "port",
            "8080",
            Is("none: a worker or a job"),
            "what the service listens on",
        ),
        key(
            "command",
            "[\"uvicorn\", \"web.main:app\"]",
            Wrong,
            "what the container runs, in exec form",
        ),
        key(
            "system-packages",
            "{ runtime = [\"libmagic1\"] }",
            Is("none"),
            "Debian packages, by where they are needed",
        ),
        key(
            "groups",
            "[\"main\", \"prod\"]",
            Is("`main`"),
            "Dependency groups that both images get",
        ),
        key(
            "dev-groups",
            "[\"dev\"]",
            Is("`dev`, if there is one"),
            "Dependency groups that the development image gets alone",
        ),
        key(
            "test-groups",
            "[\"test\"]",
            Is("`test`, if there is one"),
            "Dependency groups that the test stage gets alone",
        ),
        key(
            "debug-port",
            "5678",
            Is("5678, if a group has debugpy"),
            "where the development image listens for a debugger when it is asked to",
        ),
        key(
            "env",
            "{ LANG = \"C.UTF-8\" }",
            Is("none"),
            "environment of both images",
        ),
        key(
            "dockerfiles",
            "{ … }",
            Is("see there"),
            "how hand-written images are built",
        ),
        key("up", "{ … }", Is("see there"), "how the service runs beside the others"),
    ],
};

/// `system-packages` of a service.
pub const SYSTEM_PACKAGES: Keys = Keys {
    one: "kind of system packages",
    header: "[tool.xtask] system-packages",
    about: "Names of Debian packages, each with or without `=VERSION`.",
    keys: &[
        key("runtime", "[\"tesseract-ocr\"]", Is("none"), "in both images"),
        key(
            "build",
            "[\"gcc\"]",
            Is("none"),
            "only where third-party packages are installed: compilers and headers",
        ),
        key("dev", "[\"procps\"]", Is("none"), "in the development image alone"),
    ],
};

/// `[tool.xtask.dockerfiles]` of a service.
pub const DOCKERFILES: Keys = Keys {
    one: "image",
    header: "[tool.xtask.dockerfiles]",
    about: "How the images are built by hand, where names of files and stages do not tell. Only `verify-parity` reads it.",
    keys: &[
        key("dev", "{ … }", Is("told from names"), "the development image"),
        key("prod", "{ … }", Is("told from names"), "the production image"),
    ],
};

/// `dev` and `prod` of `[tool.xtask.dockerfiles]`.
pub const BUILD: Keys = Keys {
    one: "key of an image",
    header: "[tool.xtask.dockerfiles] dev, prod",
    about: "Paths are relative to the folder of the service.",
    keys: &[
        key(
            "file",
            "\"Dockerfile\"",
            Is("the file with the name of the image: `Dockerfile` or `Dockerfile.dev`"),
            "the Dockerfile",
        ),
        key(
            "target",
            "\"development\"",
            Is("the last stage"),
            "the stage that is built",
        ),
        key(
            "build-args",
            "{ INSTALL_DEV = \"true\" }",
            Is("none"),
            "values of `ARG`, by name",
        ),
        key(
            "context",
            "\"../..\"",
            Is("the folder that holds what is copied"),
            "the build context",
        ),
    ],
};

/// `[tool.xtask.up]` of a service.
pub const UP: Keys = Keys {
    one: "key of `up`",
    header: "[tool.xtask.up]",
    about: "How the service runs beside the others, with `cargo xtask up` and in the test of the application.",
    keys: &[
        key(
            "env",
            "{ WEB_URL = \"{url:web}\" }",
            Is("none"),
            "variables: `{url:SERVICE}` is the address of a service, `{optional-url:SERVICE}` the same of one that may start later, `{state}` the folder for what outlives a run, `{port}` what the service listens on",
        ),
        key(
            "open",
            "\"/docs\"",
            Is("`\"/\"`"),
            "what a person opens, behind the address of the service",
        ),
        key(
            "health",
            "\"/healthz\"",
            Is("`\"/healthz\"`"),
            "what answers 200 once the service is up",
        ),
        key(
            "note",
            "\"its reports are in {state}/reports\"",
            Is("none"),
            "what `up` prints once all services are ready",
        ),
        key(
            "programs",
            "{ tesseract = \"text in images is not read\" }",
            Is("none"),
            "programs that the service uses where they are installed, and what is lost without each; `up` names those that are missing",
        ),
        key(
            "ready",
            "\"/readyz\"",
            Is("`\"/readyz\"`"),
            "what answers 200 once everything that the service needs is up, and 503 with the reason until then; 404 counts as ready",
        ),
        key(
            "sign-in",
            "\"{state}/admin/token\"",
            Is("none"),
            "a file with what people sign in with; once all services are ready, `up` prints the command that copies it",
        ),
    ],
};
