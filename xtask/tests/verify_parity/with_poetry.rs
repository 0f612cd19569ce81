//! Faults in repositories with Poetry in both images.

use crate::suite::{DEV, Fault, PROD, WEB, drop_line, suite, with_poetry};

const FAULTS: &[Fault] = &[
    ("development-package-in-production", "all groups", |repo| {
        repo.edit(PROD, " --only main", "")
    }),
    ("development-package-in-production", "the dev group forgotten", |repo| {
        repo.edit(PROD, "--only main", "--without test")
    }),
    (
        "development-package-in-production",
        "a dev group with the main one",
        |repo| repo.edit(PROD, "--only main", "--only main,dev"),
    ),
    ("install-resolves", "poetry lock before the install", |repo| {
        repo.edit(DEV, "RUN /opt/poetry/bin/poetry", "RUN poetry lock && poetry")
    }),
    ("install-without-hashes", "Poetry itself by name", |repo| {
        repo.edit(
            PROD,
            "pip install --no-deps --require-hashes -r /tmp/tools.txt",
            "pip install poetry==2.5.1",
        );
    }),
    ("lib-missing", "the lib not copied for production", |repo| {
        drop_line(repo, PROD, "COPY libs/core")
    }),
    ("command-differs", "no reload, but another module", |repo| {
        repo.edit(DEV, "web.main:app", "web.dev:app")
    }),
    ("lock-stale", "a dependency added, not locked", |repo| {
        repo.edit(WEB, "\"uvicorn>=0.30\"", "\"uvicorn>=0.30\", \"idna\"")
    }),
];

#[test]
fn faults_in_repositories_with_poetry_are_found() {
    suite(with_poetry, FAULTS, &[]);
}
