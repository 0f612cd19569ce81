//! Files that the program that reads them refuses: sources with syntax errors, scripts that no shell reads, options that a command does not
//! know, and groups that a manifest does not have.

use crate::{
    fixture::Fixture,
    suite::{DEV, Fault, LOCK, PROD, Twin, by_hand, other_lib, silent, suite, with_poetry},
};

const MAIN: &str = "services/web/src/web/main.py";
const CORE: &str = "libs/core/src/core/__init__.py";
const COMMAND: &str = "CMD [\"uvicorn\", \"web.main:app\"";
const IN_DEVELOPMENT: &str = "CMD uvicorn web.main:app";

fn append(repo: &Fixture, file: &str, text: &str) {
    repo.write(file, repo.read(file) + text);
}

fn option(repo: &Fixture, option: &str, value: &str) {
    repo.edit(PROD, COMMAND, &format!("{COMMAND}, \"{option}\", \"{value}\""));
    repo.edit(DEV, IN_DEVELOPMENT, &format!("{IN_DEVELOPMENT} {option} {value}"));
}

/// A program of the service, which both images start with an option.
fn with_option(repo: &Fixture, option: &str) {
    repo.write(
        "services/web/src/web/__main__.py",
        "import argparse\n\nparser = argparse.ArgumentParser()\nparser.add_argument(\"--interval\", type=int)\nparser.parse_args()\n",
    );
    let rest = repo.read(PROD);
    let line = rest.lines().find(|line| line.starts_with("CMD")).unwrap().to_owned();
    repo.edit(
        PROD,
        &line,
        &format!("CMD [\"python\", \"-m\", \"web\", \"{option}\", \"5\"]"),
    );
    let rest = repo.read(DEV);
    let line = rest.lines().find(|line| line.starts_with("CMD")).unwrap().to_owned();
    repo.edit(DEV, &line, &format!("CMD python -m web {option} 5"));
}

fn start_script(repo: &Fixture, text: &str) {
    repo.write("services/web/start.sh", text);
    for file in [PROD, DEV] {
        repo.edit(
            file,
            "USER 10001",
            "COPY --chmod=755 services/web/start.sh /start.sh\nENTRYPOINT [\"/start.sh\"]\nUSER 10001",
        );
    }
}

/// A script that compose runs in the production image before the service.
fn prestart(repo: &Fixture, text: &str) {
    repo.write("services/web/prestart.sh", format!("#!/bin/sh\nset -e\n{text}"));
    for file in [PROD, DEV] {
        repo.edit(file, "EXPOSE 8080", "COPY services/web/prestart.sh ./\nEXPOSE 8080");
    }
    repo.write(
        "compose.prod.yaml",
        "services:\n  prestart:\n    build:\n      context: .\n      dockerfile: services/web/Dockerfile\n    command: sh prestart.sh\n",
    );
}

pub const FAULTS: &[Fault] = &[
    ("syntax-error", "a bracket that is never closed", |repo| {
        append(repo, MAIN, "\nSIZES = [1, 2\n")
    }),
    ("syntax-error", "tabs and spaces in a module of the lib", |repo| {
        append(repo, CORE, "\n\ndef later():\n    one = 1\n\ttwo = 2\n    return one\n")
    }),
    ("syntax-error", "a statement of Python 2", |repo| {
        append(repo, CORE, "\nprint \"loaded\"\n")
    }),
    ("syntax-error", "a path of Windows in a string", |repo| {
        append(repo, MAIN, "\nHOME = \"C:\\Users\\web\"\n")
    }),
    ("syntax-error", "what only a later Python reads", |repo| {
        append(
            repo,
            MAIN,
            "\n\ndef safely():\n    try:\n        core\n    except ValueError, KeyError:\n        pass\n",
        )
    }),
    (
        "script-not-runnable",
        "both sides of a merge in a start script",
        |repo| {
            start_script(
                repo,
                "#!/bin/sh\n<<<<<<< HEAD\nset -e\n=======\nset -eu\n>>>>>>> other\nexec \"$@\"\n",
            )
        },
    ),
    ("script-not-runnable", "an `if` without its `fi`", |repo| {
        start_script(repo, "#!/bin/sh\nif [ -f /data/x ]; then echo found\nexec \"$@\"\n")
    }),
    ("command-refused", "a loop that no package brings", |repo| {
        option(repo, "--loop", "uvloop")
    }),
    ("command-refused", "a parser of HTTP that no package brings", |repo| {
        option(repo, "--http", "httptools")
    }),
    ("command-refused", "settings of the log that no image has", |repo| {
        option(repo, "--log-config", "logging.json")
    }),
    ("command-refused", "a factory that is an application", |repo| {
        append(repo, MAIN, "\nfrom starlette import Starlette\nasgi = Starlette()\n");
        repo.edit(MAIN, "from starlette", "try:\n    from starlette");
        repo.edit(
            MAIN,
            "import Starlette\n",
            "import Starlette\nexcept ImportError:\n    Starlette = None\n",
        );
        repo.edit(PROD, COMMAND, "CMD [\"uvicorn\", \"--factory\", \"web.main:asgi\"");
        repo.edit(DEV, IN_DEVELOPMENT, "CMD uvicorn --factory web.main:asgi");
    }),
    ("command-refused", "an option that the program does not know", |repo| {
        with_option(repo, "--pause")
    }),
    (
        "interpreter-missing",
        "a `.python-version` that the base has not",
        |repo| {
            repo.write(".python-version", "3.12\n");
            for file in [PROD, DEV] {
                repo.edit(
                file,
                "EXPOSE 8080",
                "COPY .python-version ./\nRUN pip install --no-deps uv==0.9.2 && uv venv --no-python-downloads /tmp/venv\nEXPOSE 8080",
            );
            }
        },
    ),
    ("interpreter-missing", "a build without the global lock", |repo| {
        repo.edit(
            PROD,
            "EXPOSE 8080",
            "RUN pip install --no-deps uv==0.9.2 && uv venv --no-python-downloads --python 3.13t /tmp/venv\nEXPOSE 8080",
        )
    }),
    ("released-image-copied", "the environment of the last release", |repo| {
        repo.edit(
            PROD,
            "EXPOSE 8080",
            "COPY --from=registry.example.org/web:1.2.0 /opt/extra /opt/extra\nEXPOSE 8080",
        )
    }),
    ("lib-lock-missing", "the lock of one of two libs deleted", |repo| {
        other_lib(repo);
        let lock = "libs/core/poetry.lock";
        repo.write("libs/other/poetry.lock", repo.read(lock));
        std::fs::remove_file(repo.path(lock)).unwrap();
    }),
    ("source-not-in-git", "data that code opens, and git ignores", |repo| {
        repo.git(&["init", "--quiet"]);
        repo.write(".gitignore", "*.local\n");
        repo.write("libs/core/src/core/limits.local", "10\n");
        repo.edit(
            CORE,
            "import idna\n",
            "import idna\nfrom pathlib import Path\n\nLIMIT = (Path(__file__).parent / \"limits.local\").read_text()\n",
        );
    }),
    (
        "module-missing",
        "a class that an option names, and that was renamed",
        |repo| option(repo, "--http", "web.main:Patient"),
    ),
    ("module-missing", "a module that an option names", |repo| {
        option(repo, "--loop", "core.loops:fast")
    }),
    ("module-missing", "a name that is looked up in a module", |repo| {
        repo.write("services/web/src/web/queue.py", "class Queue: ...\n");
        append(repo, MAIN, "\nfrom web import queue\n\nspool = queue.Spool()\n");
    }),
    ("module-missing", "the same by another name, in the lib", |repo| {
        repo.write("libs/core/src/core/queue.py", "class Queue: ...\n");
        append(repo, CORE, "\nfrom . import queue as q\n\nspool = q.Spool()\n");
    }),
    ("lock-leads-elsewhere", "a package from a branch of git", |repo| {
        repo.edit(LOCK, "[[package]]\nname = \"h11\"", "[[package]]\nname = \"h11\"");
        let lock = repo.read(LOCK);
        let at = lock.find("name = \"h11\"").unwrap();
        let end = at + lock[at..].find("\n\n").unwrap();
        let source = "\n\n[package.source]\ntype = \"git\"\nurl = \"https://git.example.org/h11.git\"\nreference = \"main\"\nresolved_reference = \"0123456789abcdef0123456789abcdef01234567\"";
        repo.write(LOCK, format!("{}{source}{}", &lock[..end], &lock[end..]));
    }),
    ("lib-build-input-missing", "a version that nothing sets", |repo| {
        let text = repo.read("libs/core/pyproject.toml");
        let line = text
            .lines()
            .find(|line| line.starts_with("version = "))
            .unwrap()
            .to_owned();
        repo.edit("libs/core/pyproject.toml", &line, "dynamic = [\"version\"]");
    }),
];

/// In what compose runs in the production image.
pub const OF_COMPOSE: &[Fault] = &[
    (
        "compose-command-fails",
        "a script that calls one that is gone",
        |repo| prestart(repo, "python web/seed.py\n"),
    ),
    ("compose-command-fails", "migrations without their settings", |repo| {
        prestart(repo, "alembic upgrade head\n")
    }),
    (
        "compose-command-fails",
        "settings of migrations that lead nowhere",
        |repo| {
            repo.write(
                "services/web/alembic.ini",
                "[alembic]\nscript_location = web/migrations\n",
            );
            for file in [PROD, DEV] {
                repo.edit(file, "EXPOSE 8080", "COPY services/web/alembic.ini ./\nEXPOSE 8080");
            }
            prestart(repo, "alembic upgrade head\n")
        },
    ),
];

/// In repositories with Poetry.
pub const OF_POETRY: &[Fault] = &[
    ("install-group-missing", "a group under its former name", |repo| {
        repo.edit(DEV, "--without test", "--with debug")
    }),
    ("install-group-missing", "one of several, in production", |repo| {
        repo.edit(PROD, "--only main", "--only main,prod")
    }),
];

const TWINS: &[Twin] = &[
    ("what Python reads", |repo| {
        append(
            repo,
            MAIN,
            "\nmatch = {\"a\": f\"{'b'!r:>{10}}\"}\nprint(*match, sep=\"\")\nmatch core:\n    case _:\n        pass\n",
        )
    }),
    ("a feature of the Python of the images", |repo| {
        append(repo, CORE, "\ntype Name[T] = list[T]\n")
    }),
    ("a template of a source", |repo| {
        repo.write(
            "libs/core/src/core/template.py",
            "{% if name %}\nclass {{ name }}:\n    pass\n{% endif %}\n",
        )
    }),
    ("a syntax error in a test", |repo| {
        repo.write("services/web/tests/bad.py", "def f(:\n")
    }),
    ("options that need nothing", |repo| {
        option(repo, "--loop", "asyncio");
    }),
    ("a class that an option names", |repo| {
        append(repo, CORE, "\n\nclass Patient: ...\n");
        option(repo, "--http", "core:Patient");
    }),
    ("settings of the log that both images have", |repo| {
        repo.write("services/web/logging.json", "{}\n");
        for file in [PROD, DEV] {
            repo.edit(file, "EXPOSE 8080", "COPY services/web/logging.json ./\nEXPOSE 8080");
        }
        option(repo, "--log-config", "logging.json");
    }),
    ("a function that makes the application", |repo| {
        append(repo, MAIN, "\n\ndef make():\n    return app\n");
        repo.edit(PROD, COMMAND, "CMD [\"uvicorn\", \"--factory\", \"web.main:make\"");
        repo.edit(DEV, IN_DEVELOPMENT, "CMD uvicorn --factory web.main:make");
    }),
    ("an option of the program", |repo| with_option(repo, "--interval")),
    ("a name that is set from outside", |repo| {
        repo.write("services/web/src/web/queue.py", "class Queue: ...\n");
        append(
            repo,
            MAIN,
            "\nfrom web import queue\n\nqueue.limit = 1\nprint(queue.limit)\n",
        );
    }),
    ("a module that makes its names", |repo| {
        repo.write(
            "services/web/src/web/queue.py",
            "class Queue: ...\n\n\ndef __getattr__(name): ...\n",
        );
        append(repo, MAIN, "\nfrom web import queue\n\nprint(queue.limit)\n");
    }),
    ("the Python of the base in `.python-version`", |repo| {
        repo.write(".python-version", "3.13\n");
        for file in [PROD, DEV] {
            repo.edit(
                file,
                "EXPOSE 8080",
                "COPY .python-version ./\nRUN pip install --no-deps uv==0.9.2 && uv venv --no-python-downloads /tmp/venv\nEXPOSE 8080",
            );
        }
    }),
    ("a script that calls what may be there", |repo| {
        repo.write("services/web/seed.py", "");
        for file in [PROD, DEV] {
            repo.edit(file, "EXPOSE 8080", "COPY services/web/seed.py ./\nEXPOSE 8080");
        }
        prestart(
            repo,
            "python seed.py\nif [ -f other.py ]; then python other.py; fi\npython $SCRIPT\n",
        )
    }),
    ("an environment of another image", |repo| {
        repo.edit(
            PROD,
            "EXPOSE 8080",
            "COPY --from=registry.example.org/certificates:1.2.0 /etc/ssl /etc/ssl\nEXPOSE 8080",
        )
    }),
    ("libs without locks", |repo| {
        other_lib(repo);
        std::fs::remove_file(repo.path("libs/core/poetry.lock")).unwrap();
    }),
    ("a start script that shells read", |repo| {
        start_script(
            repo,
            "#!/bin/sh\nif [ -f /data/x ]; then echo \"it's found\"; fi\nexec \"$@\"\n",
        )
    }),
];

#[test]
fn what_is_refused_is_found() {
    suite(
        by_hand,
        FAULTS,
        &[
            "build-tool-in-production",
            "install-without-hashes",
            "environment-not-on-path",
            "lock-stale",
            "import-unknown",
        ],
    );
}

#[test]
fn what_scripts_call_is_looked_for() {
    suite(by_hand, OF_COMPOSE, &["compose-command-overrides"]);
}

#[test]
fn groups_that_do_not_exist_are_found() {
    suite(
        with_poetry,
        OF_POETRY,
        &["development-package-in-production", "package-missing"],
    );
}

#[test]
fn what_is_read_is_silent() {
    silent(
        by_hand,
        TWINS,
        &[
            "command-refused",
            "compose-command-fails",
            "interpreter-missing",
            "lib-lock-missing",
            "module-missing",
            "released-image-copied",
            "script-not-runnable",
            "syntax-error",
        ],
    );
}
