//! The keys of a service, in its `pyproject.toml`.

use super::{
    Absent::{Is, Wrong},
    Keys, key,
};

/// `[tool.xtask]` of a service.
pub const SERVICE: Keys = Keys {
    one: "setting",
    header: "[tool.xtask]",
    about: "In the `pyproject.toml` of a service: settings of its images. Without command, the service is checked but not generated or started.",
    keys: &[
        key("port", "8080", Is("none, for a worker or a job"), "port of the service"),
        key(
            "command",
            "[\"uvicorn\", \"web.main:app\"]",
            Wrong,
            "command of the container, in exec form",
        ),
        key(
            "base-image",
            "\"python:3.12-slim-trixie\"",
            Is("that of the repository"),
            "base image of both images of this service",
        ),
        key(
            "python",
            "\"3.12\"",
            Is("read from the tag"),
            "Python version of that `base-image`, if its tag does not contain it",
        ),
        key(
            "user",
            "{ name = \"web\", uid = 1000 }",
            Is("that of the repository"),
            "user that the containers of this service run as",
        ),
        key(
            "image",
            "\"shop-web\"",
            Is("the name of the package"),
            "name of its images, after `image-registry`",
        ),
        key(
            "system-packages",
            "{ runtime = [\"libmagic1\"] }",
            Is("none"),
            "Debian packages, by image",
        ),
        key(
            "groups",
            "[\"main\", \"prod\"]",
            Is("`main`"),
            "dependency groups of both images",
        ),
        key(
            "dev-groups",
            "[\"dev\"]",
            Is("`dev`, if it exists"),
            "dependency groups of the development image only",
        ),
        key(
            "test-groups",
            "[\"test\"]",
            Is("`test`, if it exists"),
            "dependency groups of the test stage only",
        ),
        key(
            "debug-port",
            "5678",
            Is("5678, if a group has debugpy"),
            "port of the debugger in the development image",
        ),
        key(
            "env",
            "{ LANG = \"C.UTF-8\" }",
            Is("none"),
            "environment variables of both images",
        ),
        key(
            "dockerfiles",
            "{ … }",
            Is("see below"),
            "how hand-written images are built",
        ),
        key("up", "{ … }", Is("see below"), "how the service runs with the others"),
    ],
};

/// `system-packages` of a service.
pub const SYSTEM_PACKAGES: Keys = Keys {
    one: "kind of system packages",
    header: "[tool.xtask] system-packages",
    about: "Names of Debian packages, optionally with `=VERSION`.",
    keys: &[
        key("runtime", "[\"tesseract-ocr\"]", Is("none"), "packages of both images"),
        key(
            "build",
            "[\"gcc\"]",
            Is("none"),
            "packages of the stages that install third-party packages and build compiled wheels only: compilers and headers",
        ),
        key(
            "dev",
            "[\"procps\"]",
            Is("none"),
            "packages of the development image only",
        ),
    ],
};

/// `[tool.xtask.dockerfiles]` of a service.
pub const DOCKERFILES: Keys = Keys {
    one: "image",
    header: "[tool.xtask.dockerfiles]",
    about: "How hand-written images are built, if names of files and stages are not enough. Only `verify-parity` reads this table.",
    keys: &[
        key("dev", "{ … }", Is("inferred from names"), "development image"),
        key("prod", "{ … }", Is("inferred from names"), "production image"),
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
            "Dockerfile",
        ),
        key("target", "\"development\"", Is("the last stage"), "stage to build"),
        key(
            "build-args",
            "{ INSTALL_DEV = \"true\" }",
            Is("none"),
            "build arguments, by name",
        ),
        key(
            "context",
            "\"../..\"",
            Is("the folder that contains the copied paths"),
            "build context",
        ),
    ],
};

/// `[tool.xtask.up]` of a service.
pub const UP: Keys = Keys {
    one: "key of `up`",
    header: "[tool.xtask.up]",
    about: "How the service runs with the others, in `cargo xtask up` and in the test of the application.",
    keys: &[
        key(
            "env",
            "{ WEB_URL = \"{url:web}\" }",
            Is("none"),
            "variables: `{url:SERVICE}` is the address of a service, `{optional-url:SERVICE}` the same of one that may start later, `{state}` the folder for what outlives a run, `{port}` port of the service",
        ),
        key("open", "\"/docs\"", Is("`\"/\"`"), "path to open in a browser"),
        key(
            "health",
            "\"/healthz\"",
            Is("`\"/healthz\"`"),
            "path that answers 200 when the service is up",
        ),
        key(
            "note",
            "\"its reports are in {state}/reports\"",
            Is("none"),
            "text that `up` prints when all services are ready",
        ),
        key(
            "programs",
            "{ tesseract = \"text in images is not read\" }",
            Is("none"),
            "optional programs of the service, and what is lost without each; `up` lists missing ones",
        ),
        key(
            "ready",
            "\"/readyz\"",
            Is("`\"/readyz\"`"),
            "path that answers 200 when everything that the service needs is up, and 503 with a reason until then; 404 counts as ready",
        ),
        key(
            "sign-in",
            "\"{state}/admin/token\"",
            Is("none"),
            "file with the sign-in token; `up` prints the command that copies it",
        ),
    ],
};
