//! Links of the repository that lead out of what an image copies, and Pythons that PATH finds in front of the environment.

use std::os::unix::fs::symlink;

use crate::{
    fixture::Fixture,
    suite::{DEV, Fault, PROD, Twin, by_hand, other_lib, silent, suite},
};

const MAIN: &str = "services/web/src/web/main.py";
const CORE: &str = "libs/core/src/core/__init__.py";

fn append(repo: &Fixture, file: &str, text: &str) {
    repo.write(file, repo.read(file) + text);
}

fn link(repo: &Fixture, path: &str, target: &str) {
    let path = repo.path(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    symlink(target, path).unwrap();
}

/// A module of the service that is a link, and that the service imports.
fn linked(repo: &Fixture, target: &str) {
    link(repo, "services/web/src/web/extra.py", target);
    append(repo, MAIN, "\nimport web.extra\n");
}

const FAULTS: &[Fault] = &[
    (
        "module-missing",
        "a module that leads to a folder that no image has",
        |repo| {
            repo.write("scripts/extra.py", "LIMIT = 3\n");
            linked(repo, "../../../../scripts/extra.py");
        },
    ),
    ("module-missing", "a module of a lib that leads there", |repo| {
        repo.write("scripts/extra.py", "LIMIT = 3\n");
        link(repo, "libs/core/src/core/extra.py", "../../../../scripts/extra.py");
        append(repo, CORE, "\nfrom core import extra\n");
    }),
    (
        "module-missing",
        "one that development has, where production builds elsewhere",
        |repo| {
            repo.write("libs/core/src/core/extra.py", "LIMIT = 3\n");
            linked(repo, "../../../../libs/core/src/core/extra.py");
            repo.edit(PROD, "COPY services/web services/web", "COPY services/web /srv/web");
            repo.edit(PROD, "./libs/core ./services/web", "./libs/core /srv/web");
        },
    ),
    ("package-data-missing", "a file that is read", |repo| {
        repo.write("docs/prompt.txt", "Answer.\n");
        link(repo, "services/web/src/web/prompt.txt", "../../../../docs/prompt.txt");
        append(
            repo,
            MAIN,
            "\nfrom pathlib import Path\n\nPROMPT = (Path(__file__).parent / \"prompt.txt\").read_text()\n",
        );
    }),
    (
        "lib-lock-missing",
        "the lock of one of three libs, of which one is needed by no service",
        |repo| {
            other_lib(repo);
            std::fs::rename(repo.path("libs/core/poetry.lock"), repo.path("libs/other/poetry.lock")).unwrap();
            repo.write(
                "libs/third/pyproject.toml",
                repo.read("libs/core/pyproject.toml").replace("\"core\"", "\"third\""),
            );
            repo.write("libs/third/src/third/__init__.py", "");
        },
    ),
    (
        "environment-not-on-path",
        "the environment at the end of PATH",
        |repo| {
            at_the_end(repo, "$PATH:/venv/bin");
            with_python(repo, "python");
        },
    ),
    ("environment-not-on-path", "the same, written out", |repo| {
        at_the_end(repo, "/usr/local/bin:/usr/bin:/venv/bin");
        with_python(repo, "python3");
    }),
    (
        "environment-not-on-path",
        "the same with a version in the name",
        |repo| {
            at_the_end(repo, "/usr/local/bin:/venv/bin:/usr/bin");
            with_python(repo, "python3.13");
        },
    ),
    (
        "install-resolves",
        "the wheel of the service alone, with what it needs",
        |repo| wheels_alone(repo, "pip install /wheels/*.whl"),
    ),
    (
        "install-resolves",
        "the same by its folder, after the pins, with newer versions",
        |repo| {
            repo.edit(
                PROD,
                "pip install --no-deps --no-index ./libs/core ./services/web",
                "pip install --upgrade --upgrade-strategy=eager ./libs/core ./services/web",
            )
        },
    ),
    (
        "install-resolves",
        "the same by uv, which upgrades everything",
        |repo| {
            repo.edit(
                PROD,
                "pip install --no-deps --no-index ./libs/core ./services/web",
                "uv pip install -U ./libs/core ./services/web",
            )
        },
    ),
];

const TWINS: &[Twin] = &[
    ("a link within the package", |repo| {
        repo.write("services/web/src/web/limits.py", "LIMIT = 3\n");
        linked(repo, "limits.py");
    }),
    ("a link to what both images have there", |repo| {
        repo.write("libs/core/src/core/extra.py", "LIMIT = 3\n");
        linked(repo, "../../../../libs/core/src/core/extra.py");
    }),
    (
        "a link out of what one image copies, and within what the other does",
        |repo| {
            repo.write("services/web/limits.py", "LIMIT = 3\n");
            linked(repo, "../../limits.py");
            repo.edit(
                DEV,
                "COPY services/web /app/services/web",
                "COPY services/web/limits.py /app/services/web/\nCOPY services/web/src /app/services/web/src",
            );
        },
    ),
    ("a folder of the user in front", |repo| {
        at_the_end(repo, "/home/app/.local/bin:/venv/bin:$PATH");
        with_python(repo, "python");
    }),
    ("a program that is a script of the environment", |repo| {
        at_the_end(repo, "$PATH:/venv/bin")
    }),
    ("the Python of the environment by its path", |repo| {
        at_the_end(repo, "$PATH:/venv/bin");
        with_python(repo, "/venv/bin/python");
    }),
    ("wheels after the pins", |repo| {
        repo.edit(
            PROD,
            "pip install --no-deps --no-index ./libs/core ./services/web",
            "pip install ./libs/core ./services/web",
        )
    }),
    ("wheels alone, without what they need", |repo| {
        wheels_alone(repo, "pip install --no-deps /wheels/*.whl")
    }),
];

fn at_the_end(repo: &Fixture, path: &str) {
    repo.edit(
        PROD,
        "ENV PATH=\"/venv/bin:$PATH\" \\\n",
        &format!("ENV PATH=\"{path}\" \\\n"),
    );
    repo.edit(
        DEV,
        "ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1",
        &format!("ENV PATH={path} PYTHONUNBUFFERED=1"),
    );
}

fn with_python(repo: &Fixture, python: &str) {
    repo.edit(PROD, "\"uvicorn\"", &format!("\"{python}\", \"-m\", \"uvicorn\""));
    repo.edit(DEV, "CMD uvicorn", &format!("CMD {python} -m uvicorn"));
}

fn wheels_alone(repo: &Fixture, install: &str) {
    repo.edit(
        PROD,
        "RUN pip install --no-deps --require-hashes -r requirements.txt \\\n    # the libs and the service, as wheels\n    && pip install --no-deps --no-index ./libs/core ./services/web",
        &format!("RUN pip wheel --no-deps --wheel-dir /wheels ./libs/core ./services/web && {install}"),
    );
}

#[test]
fn links_that_lead_to_nothing_are_found() {
    suite(by_hand, FAULTS, &OF_INSTALLS);
}

/// What else is true of an image that installs nothing that is locked, or starts another program than it did.
const OF_INSTALLS: [&str; 6] = [
    "environment-differs",
    "install-without-hashes",
    "lock-stale",
    "package-data-missing",
    "package-missing",
    "package-differs",
];

#[test]
fn links_that_lead_somewhere_are_silent() {
    silent(
        by_hand,
        TWINS,
        &[
            "environment-not-on-path",
            "install-resolves",
            "module-missing",
            "own-code-differs",
            "package-data-missing",
        ],
    );
}
