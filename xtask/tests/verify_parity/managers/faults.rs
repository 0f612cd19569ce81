//! What people do wrong with Pipenv and PDM.

use crate::{
    fixture::Fixture,
    suite::{Fault, change_line, drop_line},
};

pub const PROD: &str = "Dockerfile";
pub const DEV: &str = "Dockerfile.dev";
pub const PINS: &str = "requirements.txt";

/// The hashes of the locks as they were written.
pub const LOCKED_BY_PIPENV: &str = "49eaf6547c555132d6d55f5977c27a06cb6d1bcd18d57fe91cd5ba3d79137848";
pub const LOCKED_BY_PDM: &str = "4d77a87ad147ec2094c1db1574175be07d63832331d212bad952ad2824779692";

pub const OF_PIPENV: &[Fault] = &[
    ("development-package-in-production", "--dev in production", |repo| {
        repo.edit(PROD, "pipenv install --deploy", "pipenv install --deploy --dev")
    }),
    (
        "development-package-in-production",
        "PIPENV_DEV in production",
        |repo| repo.edit(PROD, "PIPENV_NOSPIN=1", "PIPENV_DEV=1"),
    ),
    ("development-package-in-production", "a category too many", |repo| {
        repo.edit(
            PROD,
            "install --deploy",
            "install --deploy --categories=\"packages,dev-packages\"",
        )
    }),
    (
        "development-package-in-production",
        "a test tool in [packages]",
        |repo| {
            repo.edit(
                "Pipfile",
                "gunicorn = \"==23.0.0\"",
                "gunicorn = \"==23.0.0\"\npytest = \"*\"",
            );
            relocked(repo)
        },
    ),
    ("install-resolves", "--deploy forgotten", |repo| {
        repo.edit(PROD, " --deploy", "")
    }),
    ("install-resolves", "the lock left aside", |repo| {
        repo.edit(PROD, "install --deploy", "install --skip-lock")
    }),
    ("install-resolves", "locked during the build", |repo| {
        repo.edit(DEV, "pipenv verify", "pipenv lock")
    }),
    ("install-resolves", "a package by name", |repo| {
        repo.edit(DEV, "sync --dev", "sync --dev && pipenv install ipdb")
    }),
    ("install-resolves", "Pipenv without a version", |repo| {
        repo.edit(PROD, "--require-hashes -r tools.txt", "pipenv")
    }),
    ("install-without-hashes", "Pipenv by name", |repo| {
        repo.edit(PROD, "--require-hashes -r tools.txt", "pipenv==2026.10.3")
    }),
    ("install-resolves", "the lock is not copied", |repo| {
        repo.edit(PROD, "COPY Pipfile Pipfile.lock ./", "COPY Pipfile ./")
    }),
    ("install-resolves", "the lock in the ignore file", |repo| {
        repo.edit(DEV, "COPY Pipfile Pipfile.lock ./", "COPY Pipfile* ./");
        repo.edit(PROD, "COPY Pipfile Pipfile.lock ./", "COPY Pipfile* ./");
        repo.write(".dockerignore", "*.lock\n")
    }),
    ("lock-stale", "a range edited", |repo| {
        repo.edit("Pipfile", "==23.0.0", ">=23")
    }),
    ("lock-stale", "a package added by hand", |repo| {
        repo.edit("Pipfile", "pytest = \"*\"", "pytest = \"*\"\nruff = \"*\"")
    }),
    ("lock-missing", "never committed", |repo| {
        std::fs::remove_file(repo.path("Pipfile.lock")).unwrap()
    }),
    ("base-image-differs", "another base", |repo| {
        repo.edit(DEV, "python:3.11-slim-trixie", "python:3.11-trixie")
    }),
    ("user-is-root", "no user", no_user),
    ("user-differs", "another user in development", |repo| {
        repo.edit(DEV, "USER 10001", "USER 1000")
    }),
    ("port-differs", "another port", |repo| {
        repo.edit(PROD, "EXPOSE 8000", "EXPOSE 8080")
    }),
    ("build-tool-in-production", "Pipenv beside what runs", |repo| {
        repo.edit(
            PROD,
            "EXPOSE",
            "RUN pip install --require-hashes -r /app/src/tools.txt\nEXPOSE",
        );
        repo.edit(PROD, "COPY src /app/src", "COPY src tools.txt /app/src/")
    }),
    ("package-missing", "the environment is not copied", |repo| {
        drop_line(repo, PROD, "COPY --from=builder")
    }),
    ("import-not-declared", "an import of a development package", |repo| {
        repo.write(
            "src/web/main.py",
            "import pytest\n".to_owned() + &repo.read("src/web/main.py"),
        )
    }),
    (
        "python-outside-range",
        "another Python than the Pipfile's, in both",
        |repo| {
            for file in [PROD, DEV] {
                repo.write(file, repo.read(file).replace("python:3.11", "python:3.12"))
            }
        },
    ),
];

pub const EXPORTED_BY_PIPENV: &[Fault] = &[
    ("development-package-in-production", "--dev in both", |repo| {
        repo.edit(PROD, "requirements --hash", "requirements --dev --hash")
    }),
    ("install-without-hashes", "no --hash", |repo| {
        repo.edit(PROD, " --hash", "")
    }),
    ("package-missing", "the development packages alone", |repo| {
        repo.edit(DEV, "requirements --dev", "requirements --dev-only")
    }),
];

/// Pipenv installs into Python itself.
pub const INTO_THE_SYSTEM: &[Fault] = &[
    ("lock-unenforced", "--deploy forgotten", |repo| {
        repo.edit(PROD, "--system --deploy", "--system")
    }),
    ("development-package-in-production", "--dev in production", |repo| {
        repo.edit(PROD, "--system --deploy", "--system --deploy --dev")
    }),
    ("install-resolves", "the lock left aside", |repo| {
        repo.edit(DEV, "--system --deploy", "--system --skip-lock")
    }),
    ("install-resolves", "the lock is not copied", |repo| {
        repo.edit(PROD, "COPY Pipfile Pipfile.lock ./", "COPY Pipfile ./")
    }),
    ("user-is-root", "no user", no_user),
    ("base-image-differs", "another Python", |repo| {
        repo.edit(DEV, "python:3.11-slim-trixie", "python:3.11-slim-bookworm")
    }),
];

pub const OF_TWO_TARGETS: &[Fault] = &[
    ("development-package-in-production", "the wrong stage copied", |repo| {
        repo.edit(PROD, "COPY --from=packages", "COPY --from=development")
    }),
    ("install-resolves", "no lock for production", |repo| {
        repo.edit(
            PROD,
            "FROM builder AS packages\nRUN pipenv sync",
            "FROM builder AS packages\nRUN pipenv update",
        )
    }),
];

pub const OF_PDM: &[Fault] = &[
    ("development-package-in-production", "--prod forgotten", |repo| {
        repo.edit(PROD, " --prod", "")
    }),
    (
        "development-package-in-production",
        "a group of tests in production",
        |repo| repo.edit(PROD, "--prod", "-G test"),
    ),
    ("development-package-in-production", "all but one group", |repo| {
        repo.edit(PROD, "--prod", "--without lint")
    }),
    (
        "development-package-in-production",
        "a test tool in the main group",
        |repo| {
            repo.edit("pyproject.toml", "\"click>=8.1,<9\"", "\"click>=8.1,<9\", \"pytest\"");
            relocked(repo)
        },
    ),
    ("install-resolves", "--check forgotten", |repo| {
        repo.edit(PROD, " --check", "")
    }),
    ("install-resolves", "updated during the build", |repo| {
        repo.edit(DEV, "pdm sync", "pdm update")
    }),
    ("install-resolves", "a package added during the build", |repo| {
        repo.edit(DEV, "pdm sync", "pdm sync && pdm add ipdb")
    }),
    ("install-resolves", "the lock is not copied", |repo| {
        repo.edit(PROD, "COPY pyproject.toml pdm.lock ./", "COPY pyproject.toml ./")
    }),
    ("install-resolves", "PDM without a version", |repo| {
        repo.edit(PROD, "--require-hashes -r tools.txt", "-U pdm")
    }),
    ("lock-stale", "a range edited", |repo| {
        repo.edit("pyproject.toml", "==23.0.0", ">=23")
    }),
    ("lock-stale", "a group added", |repo| {
        repo.edit(
            "pyproject.toml",
            "[tool.pdm]",
            "[tool.pdm.dev-dependencies]\ndoc = [\"sphinx\"]\n\n[tool.pdm]",
        )
    }),
    ("lock-missing", "never committed", |repo| {
        std::fs::remove_file(repo.path("pdm.lock")).unwrap()
    }),
    ("package-missing", "--no-default", |repo| {
        repo.edit(DEV, "pdm sync", "pdm sync --no-default")
    }),
    ("base-image-differs", "another base", |repo| {
        repo.edit(DEV, "python:3.11-slim-trixie", "python:3.11-alpine")
    }),
    ("user-is-root", "no user", no_user),
    ("user-differs", "another user in development", |repo| {
        repo.edit(DEV, "USER 10001", "USER 1000")
    }),
    ("copied-file-missing", "a file that is gone", |repo| {
        repo.edit(
            PROD,
            "COPY pyproject.toml pdm.lock ./",
            "COPY pyproject.toml pdm.lock README.md ./",
        )
    }),
    ("command-differs", "another module", |repo| {
        repo.edit(DEV, "web.main:app", "web.asgi:app")
    }),
];

pub const EXPORTED_BY_PDM: &[Fault] = &[
    ("development-package-in-production", "--prod forgotten", |repo| {
        repo.edit(PROD, " --prod", "")
    }),
    ("install-without-hashes", "--without-hashes", |repo| {
        repo.edit(PROD, "--prod -o", "--prod --without-hashes -o")
    }),
];

/// A requirement file of the lock is committed, and one of both is edited afterwards.
pub const COMMITTED: &[Fault] = &[
    ("pin-not-in-lock", "a version edited in the lock alone", |repo| {
        repo.edit("Pipfile.lock", "\"==8.5.1\"", "\"==8.4.0\"")
    }),
    ("pin-not-in-lock", "a version edited in the file alone", |repo| {
        change_line(repo, PINS, "packaging==", |line| {
            line.replace("==26.3", "==26.2") + "\n"
        })
    }),
    ("hash-not-in-lock", "another archive", |repo| {
        repo.edit(PINS, "sha256:8bb5376d", "sha256:00000000")
    }),
    ("package-missing", "a line removed", |repo| {
        drop_line(repo, PINS, "click==")
    }),
];

/// The hash that Pipenv or PDM counts for the manifest with pytest in the main group, and a module that needs it.
fn relocked(repo: &Fixture) {
    let (file, key) = if repo.path("Pipfile.lock").exists() {
        (
            "Pipfile.lock",
            "13e79c009672857bd019e187b5b5499003d0ea8cc13d5406df31cac9c382e631",
        )
    } else {
        (
            "pdm.lock",
            "7a44c3b4baea1f3ed56c792410efae53e1d6d80aef32edc78ee575dd1e802b20",
        )
    };
    let old = match file {
        "pdm.lock" => LOCKED_BY_PDM,
        _ => LOCKED_BY_PIPENV,
    };
    repo.edit(file, old, key);
    let module = "src/web/main.py";
    repo.write(module, "import pytest\n".to_owned() + &repo.read(module));
}

fn no_user(repo: &Fixture) {
    for file in [PROD, DEV] {
        drop_line(repo, file, "USER ");
    }
}
