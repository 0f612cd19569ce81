//! Faults in what is installed, from where, and what it finds there.

use crate::{
    fixture::Fixture,
    suite::{DEV, Fault, LOCK, PINS, PROD, by_hand, found, replace_all, suite, with_poetry},
};

const OF_PRODUCTION: &str = "services/web/requirements-prod.txt";

/// A requirement file for production alone.
fn own_file(repo: &Fixture, pins: String) {
    repo.write(OF_PRODUCTION, pins);
    repo.edit(
        PROD,
        "COPY services/web/requirements.txt ./",
        "COPY services/web/requirements-prod.txt ./requirements.txt",
    );
}

pub const FAULTS: &[Fault] = &[
    (
        "package-missing",
        "a sync takes out what its file does not list",
        |repo| {
            repo.edit(
                DEV,
                "pip install --no-deps --require-hashes --requirement=requirements-dev.txt",
                "uv pip sync --require-hashes requirements-dev.txt",
            )
        },
    ),
    ("package-differs", "a version bumped in one of two files", |repo| {
        own_file(repo, repo.read(PINS).replace("click==8.5.1", "click==8.5.0"))
    }),
    ("package-differs", "another archive of the same version", |repo| {
        own_file(repo, repo.read(PINS).replace("--hash=sha256:", "--hash=sha256:0"))
    }),
    ("package-differs", "hand-written files and no lock", |repo| {
        own_file(repo, repo.read(PINS).replace("click==8.5.1", "click==8.5.0"));
        std::fs::remove_file(repo.path(LOCK)).unwrap();
    }),
    (
        "package-differs",
        "a package of production alone, and no lock",
        |repo| {
            own_file(repo, repo.read(PINS) + "six==1.17.0 --hash=sha256:00\n");
            std::fs::remove_file(repo.path(LOCK)).unwrap();
        },
    ),
    (
        "import-not-installed",
        "an import of a package that no file has, and no lock",
        |repo| {
            unlocked(repo);
            repo.edit("services/web/src/web/main.py", "import", "import requests\nimport");
        },
    ),
    (
        "import-not-installed",
        "a package of the development file alone, and no lock",
        |repo| {
            unlocked(repo);
            repo.write(
                "services/web/requirements-dev.txt",
                repo.read("services/web/requirements-dev.txt") + "pillow==11.0.0 --hash=sha256:00\n",
            );
            repo.edit(
                "services/web/src/web/main.py",
                "import",
                "from PIL import Image\nimport",
            );
        },
    ),
    ("hash-not-in-lock", "another archive in both images", |repo| {
        let pins = repo.read(PINS);
        let at = pins.find("click==").unwrap();
        repo.write(
            PINS,
            pins[..at].to_owned() + &pins[at..].replacen("--hash=sha256:", "--hash=sha256:0", 1),
        );
    }),
    (
        "build-tool-in-production",
        "the tools file installed in the last stage",
        |repo| {
            repo.edit(
            PROD,
            "USER 10001",
            "COPY xtask/tools/requirements.txt tools.txt\nRUN pip install --no-deps --require-hashes -r tools.txt\nUSER 10001",
        )
        },
    ),
    ("build-tool-in-production", "headers and a versioned compiler", |repo| {
        for file in [PROD, DEV] {
            repo.edit(
                file,
                "USER 10001",
                "RUN apt-get install -y g++-12 libpq-dev\nUSER 10001",
            );
        }
    }),
    ("download-unverified", "a model fetched by ADD", |repo| {
        repo.edit(
            PROD,
            "USER 10001",
            "ADD https://example.org/model.bin /models/\nUSER 10001",
        )
    }),
    ("lib-from-source-in-production", "an editable install", |repo| {
        repo.edit(PROD, "--no-index ./libs/core", "--no-index -e ./libs/core")
    }),
    (
        "lib-installed-in-development",
        "the lib installed as a package",
        |repo| {
            repo.edit(
                DEV,
                "ENV PYTHONPATH",
                "RUN pip install --no-deps --no-index /app/libs/core\nENV PYTHONPATH",
            )
        },
    ),
    ("pythonpath-folder-missing", "a misspelt folder", |repo| {
        repo.edit(DEV, "/app/libs/core/src\n", "/app/libs/core/src:/app/libs/coer/src\n")
    }),
    ("shell-tool-in-production", "curl in both images", |repo| {
        for file in [PROD, DEV] {
            repo.edit(file, "USER 10001", "RUN apt-get install -y curl\nUSER 10001");
        }
    }),
    (
        "virtual-environment-overlaid",
        "the environment beside the sources",
        |repo| {
            for file in [PROD, DEV] {
                replace_all(repo, file, "/venv", "/app/services/web/.venv");
            }
        },
    ),
    ("released-lib-edited", "an edit without a release", |repo| {
        released(repo);
        repo.edit(
            "libs/core/src/core/__init__.py",
            "What services share",
            "What all services share",
        );
    }),
    (
        "released-version-changed",
        "a requirement that moved after a release",
        |repo| {
            tagged(repo);
            repo.edit(
                "libs/core/pyproject.toml",
                "version = \"1.2.0\"",
                "version = \"1.2.0\" # as released",
            );
        },
    ),
    (
        "released-version-changed",
        "a module that came after a release",
        |repo| {
            tagged(repo);
            repo.write("libs/core/src/core/extra.py", "X = 1\n");
            repo.git(&["add", "."]);
        },
    ),
];

/// Nothing says that the service is locked.
fn unlocked(repo: &Fixture) {
    std::fs::remove_file(repo.path(LOCK)).unwrap();
}

/// Production takes the lib from an index, and its version is tagged.
fn released(repo: &Fixture) {
    repo.edit(
        "Cargo.toml",
        "lib-source = \"wheelhouse\"",
        "lib-source = \"index\"\nlib-index = { name = \"libs\", url = \"https://packages.example.org/simple/\" }",
    );
    repo.edit(PROD, "--no-index ./libs/core", "--no-index core");
    tagged(repo);
}

/// The version of the lib is released.
fn tagged(repo: &Fixture) {
    for arguments in [
        &["init", "--quiet"][..],
        &["add", "."],
        &["commit", "--quiet", "--message=Release"],
        &["tag", "core-v1.2.0"],
    ] {
        repo.git(arguments);
    }
}

#[test]
fn faults_in_packages_are_found() {
    suite(by_hand, FAULTS, &[]);
}

#[test]
fn a_lib_as_it_was_released_is_none() {
    let repo = by_hand();
    released(&repo);
    let output = repo.run(&["verify-parity", "--format", "json"]);
    assert_eq!((output.status.code(), found(&output)), (Some(0), Default::default()));
    let repo = by_hand();
    tagged(&repo);
    let output = repo.run(&["verify-parity", "--format", "json"]);
    assert_eq!(found(&output), Default::default());
}

const WITH_POETRY: &[Fault] = &[
    (
        "lib-from-source-in-production",
        "path dependencies installed by Poetry",
        |repo| repo.edit(PROD, " --no-directory", ""),
    ),
    ("virtual-environment-overlaid", "no ignore file", |repo| {
        std::fs::remove_file(repo.path(".dockerignore")).unwrap()
    }),
];

#[test]
fn faults_in_packages_of_poetry_are_found() {
    suite(with_poetry, WITH_POETRY, &[]);
}
