//! Faults in what reaches a build: ignore files, and the files that a wheel is made of.

use crate::suite::{DEV, Fault, IGNORE, PROD, by_hand, suite};

pub const FAULTS: &[Fault] = &[
    ("copied-file-ignored", "requirement files are ignored", |repo| {
        repo.write(".dockerignore", "# text files\n**/requirements.txt\n")
    }),
    ("copied-file-ignored", "an allow-list without the lib", |repo| {
        repo.write(IGNORE, "*\n!services/web\n")
    }),
    ("lib-missing", "the sources of the lib are ignored", |repo| {
        repo.write(IGNORE, "libs/*/src\n")
    }),
    ("copied-file-missing", "a folder of another stage, misspelt", |repo| {
        repo.edit(PROD, "USER 10001", "COPY --from=files /srv/page /srv/pages\nUSER 10001");
        let stage = "ARG PYTHON=3.13\nFROM scratch AS files\nCOPY services/web/src /srv/pages\n\n";
        repo.edit(PROD, "ARG PYTHON=3.13\n", stage);
    }),
    ("copied-file-missing", "the folder of the lib misspelt", |repo| {
        repo.edit(PROD, "COPY libs/core libs/core", "COPY libs/cor libs/core")
    }),
    ("context-not-pruned", "everything is copied", |repo| {
        repo.edit(DEV, "COPY libs/core /app/libs/core", "COPY . /app")
    }),
    (
        "context-not-pruned",
        "an ignore file that forgets the secrets",
        |repo| {
            repo.write("services/web/Dockerfile.dev.dockerignore", ".git\n**/.venv\n");
            repo.edit(DEV, "COPY libs/core /app/libs/core", "COPY . /app");
        },
    ),
    ("lib-build-input-missing", "no README in the build", |repo| {
        repo.write(IGNORE, "**/*.md\n")
    }),
    ("lib-build-input-missing", "the README not copied", |repo| {
        repo.edit(
            PROD,
            "COPY libs/core libs/core",
            "COPY libs/core/pyproject.toml libs/core/LICENSE libs/core/\nCOPY libs/core/src libs/core/src",
        )
    }),
    ("lib-build-input-missing", "no py.typed", |repo| {
        repo.write(IGNORE, "**/*.typed\n")
    }),
    ("lib-build-input-missing", "modules by pattern", |repo| {
        repo.edit(
            PROD,
            "COPY libs/core libs/core",
            "COPY libs/core/pyproject.toml libs/core/LICENSE libs/core/README.md libs/core/\nCOPY libs/core/src/core/*.py libs/core/src/core/",
        )
    }),
];

#[test]
fn faults_in_contexts_are_found() {
    suite(by_hand, FAULTS, &[]);
}
