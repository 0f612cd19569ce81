//! The keys of the whole repository, in `Cargo.toml`.

use super::{
    Absent::{Is, Wrong},
    Keys, key,
};

/// `[workspace.metadata.xtask]`.
pub const SETTINGS: Keys = Keys {
    one: "setting",
    header: "[workspace.metadata.xtask]",
    about: "In the root `Cargo.toml`: the facts that all images share.",
    keys: &[
        key(
            "services",
            "[\"services/*\"]",
            Is("none"),
            "globs of folders that hold a service",
        ),
        key("libs", "[\"libs/*\"]", Is("none"), "globs of folders that hold a lib"),
        key(
            "base-image",
            "\"python:3.13-slim-trixie\"",
            Wrong,
            "the image that both images of every service start from, with a tag and best with a digest",
        ),
        key(
            "python",
            "\"3.13\"",
            Is("read from the tag"),
            "the Python in the base image, where its tag does not tell",
        ),
        key(
            "uv-version",
            "\"0.13.9\"",
            Is("the one that the lock of the tools pins"),
            "the uv that installs packages during a build: the version that the lock of the tools has",
        ),
        key(
            "image-registry",
            "\"ghcr.io/team\"",
            Is("none"),
            "what names of images begin with, before the name of the service",
        ),
        key(
            "source",
            "\"https://github.com/team/repository\"",
            Is("what CI or git says"),
            "where the source of the repository is: a label of all images, unless a build sets another `SOURCE`",
        ),
        key(
            "user",
            "{ name = \"nonroot\", uid = 10001 }",
            Is("`nonroot`, 10001"),
            "user that containers run as",
        ),
        key(
            "lib-source",
            "\"wheelhouse\"",
            Is("`\"wheelhouse\"`"),
            "where production images take libs from: `\"wheelhouse\"` builds them in a stage of the image, `\"index\"` installs what was published",
        ),
        key(
            "lib-index",
            "{ name = \"libs\", url = \"https://…/simple/\" }",
            Is("none"),
            "the index that libs are published to",
        ),
        key(
            "tools",
            "\"xtask/tools\"",
            Is("`\"xtask/tools\"` where that is, else the lock that is part of the tool"),
            "the folder whose lock pins uv, the build backends and the checkers",
        ),
        key(
            "allow",
            "[[…]]",
            Is("none"),
            "differences between images that are wanted",
        ),
        key(
            "levels",
            "{ versions-vary = \"warning\" }",
            Is("those of the rules"),
            "severity of each rule in this repository: `\"error\"`, `\"warning\"` or `\"note\"`",
        ),
        key(
            "checks",
            "{ name = [\"tool\", \"…\"] }",
            Is("none"),
            "what `cargo xtask ci` runs besides the checks that it finds: arguments of `cargo xtask`, by name",
        ),
        key(
            "ci",
            "[\"tests\", \"ruff\"]",
            Is("what the tool itself generates and checks"),
            "steps of `cargo xtask ci`, by stage or name, besides `checks`",
        ),
        key(
            "docs",
            "\"docs\"",
            Is("no pages, only the regions in README files"),
            "the folder that `cargo xtask docs` writes the reference to",
        ),
        key(
            "application-test",
            "{ … }",
            Is("none"),
            "what tests the services together",
        ),
        key(
            "frontend",
            "{ … }",
            Is("none"),
            "the pages that people open in a browser",
        ),
        key(
            "compose",
            "{ … }",
            Is("no files"),
            "running the application with compose",
        ),
        key(
            "devcontainers",
            "true",
            Is("false"),
            "whether `.devcontainer/SERVICE/devcontainer.json` is written, by which editors open development images",
        ),
    ],
};

/// `[workspace.metadata.xtask.frontend]`.
pub const FRONTEND: Keys = Keys {
    one: "key of `frontend`",
    header: "[workspace.metadata.xtask.frontend]",
    about: "The pages that people open in a browser. Tests write a report in JUnit's format to the file that `XTASK_JUNIT` names.",
    keys: &[
        key(
            "folder",
            "\"frontend\"",
            Wrong,
            "holds a `package.json` and a `package-lock.json`, which npm installs",
        ),
        key(
            "command",
            "[\"npm\", \"run\", \"dev\"]",
            Wrong,
            "serves the pages beside the services, with `cargo xtask up`",
        ),
        key("port", "8090", Wrong, "what it listens on, where that is free"),
        key(
            "env",
            "{ PAGES_PORT = \"{port}\", WEB_URL = \"{url:web}\" }",
            Is("none"),
            "variables of the command, with the placeholders of `[tool.xtask.up]`",
        ),
        key(
            "open",
            "[\"/chat/\", \"/admin/\"]",
            Is("`\"/\"`"),
            "what people open, behind its address: a path, or a list of paths",
        ),
        key(
            "health",
            "\"/healthz\"",
            Is("`\"/healthz\"`"),
            "what answers 200 once it is up",
        ),
        key(
            "test",
            "[\"npm\", \"test\"]",
            Is("none"),
            "the tests that need no service",
        ),
        key("browser-test", "{ … }", Is("none"), "the tests that need all services"),
        key(
            "image-test",
            "[\"npm\", \"run\", \"test:image\"]",
            Is("none"),
            "the tests of its image, which `cargo xtask build-images --test` runs",
        ),
    ],
};

/// `browser-test` of the frontend.
pub const BROWSER_TEST: Keys = Keys {
    one: "key of `browser-test`",
    header: "[workspace.metadata.xtask.frontend] browser-test",
    about: "What tests the pages in a browser, with all services behind them.",
    keys: &[
        key(
            "command",
            "[\"npm\", \"run\", \"test:browser\"]",
            Wrong,
            "runs in the folder of the frontend once all services are healthy",
        ),
        key(
            "env",
            "{ WEB_URL = \"{url:web}\" }",
            Is("none"),
            "variables of the command, and of all services",
        ),
    ],
};

/// `user` of the repository.
pub const USER: Keys = Keys {
    one: "key of `user`",
    header: "[workspace.metadata.xtask] user",
    about: "User that containers run as.",
    keys: &[
        key("name", "\"nonroot\"", Wrong, "the name of user and group"),
        key("uid", "10001", Wrong, "the number of user and group; never 0"),
    ],
};

/// `lib-index` of the repository.
pub const LIB_INDEX: Keys = Keys {
    one: "key of `lib-index`",
    header: "[workspace.metadata.xtask] lib-index",
    about: "It contains no credentials: they come from the environment, and from a secret during a build.",
    keys: &[
        key(
            "name",
            "\"libs\"",
            Wrong,
            "what `build-wheels --publish` takes: lower case letters, digits and `-`",
        ),
        key(
            "url",
            "\"https://…/simple/\"",
            Wrong,
            "the simple API (PEP 503, PEP 691)",
        ),
        key(
            "publish-url",
            "\"https://…/upload/\"",
            Is("nothing is published"),
            "where uploads go",
        ),
    ],
};

/// `[[workspace.metadata.xtask.allow]]`.
pub const ALLOW: Keys = Keys {
    one: "key of `allow`",
    header: "[[workspace.metadata.xtask.allow]]",
    about: "An exception from a rule of `verify-parity`. One that matches nothing is itself found.",
    keys: &[
        key("rule", "\"port-differs\"", Wrong, "the id of the rule"),
        key("service", "\"web\"", Wrong, "the service that it is allowed for"),
        key("reason", "\"a proxy is in front of it\"", Wrong, "why"),
        key(
            "images",
            "true",
            Is("false"),
            "whether only built images show what it allows, so that `verify-parity` without `--built` does not miss it",
        ),
    ],
};

/// `[workspace.metadata.xtask.application-test]`.
pub const APPLICATION_TEST: Keys = Keys {
    one: "key of `application-test`",
    header: "[workspace.metadata.xtask.application-test]",
    about: "A program that shows that the services work together, on this machine and as images.",
    keys: &[
        key(
            "script",
            "\"tests/end_to_end/flow.py\"",
            Wrong,
            "a Python program of one file, which prints TAP",
        ),
        key(
            "python-of",
            "\"web\"",
            Wrong,
            "the service in whose environment, or image, it runs",
        ),
        key(
            "env",
            "{ WEB_URL = \"{url:web}\" }",
            Is("none"),
            "variables for the script and the services, with the placeholders of `up`",
        ),
    ],
};
