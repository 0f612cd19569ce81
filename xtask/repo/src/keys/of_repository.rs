//! The keys of the whole repository, in `Cargo.toml`.

use super::{
    Absent::{Is, Wrong},
    Keys, key,
};

/// `[workspace.metadata.xtask]`.
pub const SETTINGS: Keys = Keys {
    one: "setting",
    header: "[workspace.metadata.xtask]",
    about: "In the root `Cargo.toml`: settings that all images share.",
    keys: &[
        key("services", "[\"services/*\"]", Is("none"), "globs of service folders"),
        key("libs", "[\"libs/*\"]", Is("none"), "globs of lib folders"),
        key(
            "base-image",
            "\"python:3.13-slim-trixie\"",
            Wrong,
            "base image of both images of every service, with a tag and preferably a digest",
        ),
        key(
            "python",
            "\"3.13\"",
            Is("read from the tag"),
            "Python version of the base image, if its tag does not contain it",
        ),
        key(
            "platforms",
            "[\"linux/amd64\", \"linux/arm64\"]",
            Is("one of them is enough"),
            "platforms that images are built for: each of them needs an archive of every locked package",
        ),
        key(
            "image-registry",
            "\"ghcr.io/team\"",
            Is("none"),
            "prefix of image names, before the name of the service",
        ),
        key(
            "source",
            "\"https://github.com/team/repository\"",
            Is("from CI or git"),
            "URL of the source repository, a label of all images; a build can set `SOURCE` instead",
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
            "source of libs in production images: `\"wheelhouse\"` builds them in a stage of the image, `\"index\"` installs published wheels",
        ),
        key(
            "lib-index",
            "{ name = \"libs\", url = \"https://…/simple/\" }",
            Is("none"),
            "package index for the libs",
        ),
        key(
            "tools",
            "\"xtask/tools\"",
            Is("`\"xtask/tools\"` where that is, else the lock that is part of the tool"),
            "folder with the lock of uv, the build backends and the checkers",
        ),
        key("allow", "[[…]]", Is("none"), "intended differences between images"),
        key(
            "levels",
            "{ versions-vary = \"warning\" }",
            Is("as in the reference of rules"),
            "severity of each rule in this repository: `\"error\"`, `\"warning\"` or `\"note\"`",
        ),
        key(
            "checks",
            "{ name = [\"tool\", \"…\"] }",
            Is("none"),
            "additional checks of `cargo xtask ci`: arguments of `cargo xtask`, by name",
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
        key("application-test", "{ … }", Is("none"), "test of all services together"),
        key("frontend", "{ … }", Is("none"), "web pages in front of the services"),
        key("compose", "{ … }", Is("no files"), "compose files of the application"),
        key(
            "devcontainers",
            "true",
            Is("false"),
            "whether to generate `.devcontainer/SERVICE/devcontainer.json`, which opens the development image in an editor",
        ),
    ],
};

/// `[workspace.metadata.xtask.frontend]`.
pub const FRONTEND: Keys = Keys {
    one: "key of `frontend`",
    header: "[workspace.metadata.xtask.frontend]",
    about: "Web pages in front of the services. Tests write a JUnit report to the file in `XTASK_JUNIT`.",
    keys: &[
        key(
            "folder",
            "\"frontend\"",
            Wrong,
            "folder with `package.json` and `package-lock.json`, installed by npm",
        ),
        key(
            "command",
            "[\"npm\", \"run\", \"dev\"]",
            Wrong,
            "command that serves the pages in `cargo xtask up`",
        ),
        key("port", "8090", Wrong, "port, if it is free"),
        key(
            "env",
            "{ PAGES_PORT = \"{port}\", WEB_URL = \"{url:web}\" }",
            Is("none"),
            "variables of the command; placeholders as in `[tool.xtask.up]`",
        ),
        key(
            "open",
            "[\"/chat/\", \"/admin/\"]",
            Is("`\"/\"`"),
            "path to open, or a list of paths",
        ),
        key(
            "health",
            "\"/healthz\"",
            Is("`\"/healthz\"`"),
            "path that answers 200 when the pages are up",
        ),
        key("test", "[\"npm\", \"test\"]", Is("none"), "tests that need no service"),
        key("browser-test", "{ … }", Is("none"), "tests that need all services"),
        key(
            "image-test",
            "[\"npm\", \"run\", \"test:image\"]",
            Is("none"),
            "tests of its image, run by `cargo xtask build-images --test`",
        ),
    ],
};

/// `browser-test` of the frontend.
pub const BROWSER_TEST: Keys = Keys {
    one: "key of `browser-test`",
    header: "[workspace.metadata.xtask.frontend] browser-test",
    about: "Tests of the pages in a browser, with all services running.",
    keys: &[
        key(
            "command",
            "[\"npm\", \"run\", \"test:browser\"]",
            Wrong,
            "command to run in the folder of the frontend when all services are healthy",
        ),
        key(
            "env",
            "{ WEB_URL = \"{url:web}\" }",
            Is("none"),
            "variables of the command and of all services",
        ),
    ],
};

/// `user` of the repository.
pub const USER: Keys = Keys {
    one: "key of `user`",
    header: "[workspace.metadata.xtask] user",
    about: "User that containers run as.",
    keys: &[
        key("name", "\"nonroot\"", Wrong, "name of the user and group"),
        key("uid", "10001", Wrong, "number of the user and group; never 0"),
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
            "name for `build-wheels --publish`: lower case letters, digits and `-`",
        ),
        key(
            "url",
            "\"https://…/simple/\"",
            Wrong,
            "URL of the simple API (PEP 503, PEP 691)",
        ),
        key(
            "publish-url",
            "\"https://…/upload/\"",
            Is("nothing is published"),
            "URL for uploads",
        ),
    ],
};

/// `[[workspace.metadata.xtask.allow]]`.
pub const ALLOW: Keys = Keys {
    one: "key of `allow`",
    header: "[[workspace.metadata.xtask.allow]]",
    about: "An exception from a rule of `verify-parity`. An exception that matches nothing is reported.",
    keys: &[
        key("rule", "\"port-differs\"", Wrong, "id of the rule"),
        key("service", "\"web\"", Wrong, "service that it applies to"),
        key(
            "reason",
            "\"a proxy is in front of it\"",
            Wrong,
            "reason for the exception",
        ),
        key(
            "images",
            "true",
            Is("false"),
            "whether only built images show the difference, so that a run without `--built` does not report the exception as unused",
        ),
    ],
};

/// `[workspace.metadata.xtask.application-test]`.
pub const APPLICATION_TEST: Keys = Keys {
    one: "key of `application-test`",
    header: "[workspace.metadata.xtask.application-test]",
    about: "A program that tests all services together, on this machine and as images.",
    keys: &[
        key(
            "script",
            "\"tests/end_to_end/flow.py\"",
            Wrong,
            "Python program in one file that prints TAP",
        ),
        key(
            "python-of",
            "\"web\"",
            Wrong,
            "service whose environment or image runs it",
        ),
        key(
            "env",
            "{ WEB_URL = \"{url:web}\" }",
            Is("none"),
            "variables for the script and the services; placeholders as in `up`",
        ),
    ],
};
