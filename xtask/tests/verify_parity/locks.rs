//! Faults in and between locks.

use crate::suite::{DEV, Fault, LOCK, PROD, WEB, by_hand, change_line, other_version, pair, suite, with_poetry};

const CORE: &str = "libs/core/pyproject.toml";
const CORE_LOCK: &str = "libs/core/poetry.lock";

pub const FAULTS: &[Fault] = &[
    ("lib-metadata-stale", "a range of the lib edited", |repo| {
        repo.edit(CORE, "idna>=3.10,<4", "idna>=3.11,<4")
    }),
    ("lib-metadata-stale", "a requirement of the lib added", |repo| {
        std::fs::remove_file(repo.path(CORE_LOCK)).unwrap();
        repo.edit(CORE, "[\"idna>=3.10,<4\"]", "[\"idna>=3.10,<4\", \"h11\"]");
        repo.edit(
            "libs/core/src/core/__init__.py",
            "import idna\n",
            "import h11\nimport idna\n",
        );
    }),
    ("lib-metadata-stale", "a requirement of the lib removed", |repo| {
        std::fs::remove_file(repo.path(CORE_LOCK)).unwrap();
        repo.edit(CORE, "[\"idna>=3.10,<4\"]", "[]");
        repo.edit("libs/core/src/core/__init__.py", "import idna\n", "");
    }),
    ("lib-metadata-stale", "an extra of the lib added", |repo| {
        std::fs::remove_file(repo.path(CORE_LOCK)).unwrap();
        repo.edit(
            CORE,
            "[build-system]",
            "[project.optional-dependencies]\nfast = [\"uvicorn\"]\n\n[build-system]",
        );
    }),
    ("lib-tested-with-others", "the lock of the lib is behind", |repo| {
        repo.edit(CORE_LOCK, "version = \"3.20\"", "version = \"3.19\"")
    }),
    ("lock-of-another-poetry", "an older Poetry asked for", |repo| {
        repo.edit(
            WEB,
            "[tool.poetry.dependencies]",
            "[tool.poetry]\nrequires-poetry = \">=2.0,<2.5\"\n\n[tool.poetry.dependencies]",
        )
    }),
    ("lock-of-another-poetry", "locked by an older one", |repo| {
        repo.edit(
            WEB,
            "[tool.poetry.dependencies]",
            "[tool.poetry]\nrequires-poetry = \">=2\"\n\n[tool.poetry.dependencies]",
        );
        change_line(repo, LOCK, "# This file", |line| {
            format!("{}\n", line.replace("2.5.1", "1.8.3"))
        });
    }),
    ("lock-stale", "a test dependency of the lib added, not locked", |repo| {
        repo.edit(
            CORE,
            "[build-system]",
            "[dependency-groups]\ntest = [\"pytest\"]\n\n[build-system]",
        )
    }),
];

#[test]
fn faults_in_locks_are_found() {
    suite(by_hand, FAULTS, &[]);
}

pub const OF_TWO_SERVICES: &[Fault] = &[
    ("versions-vary", "one service is behind", |repo| {
        other_version(repo, "services/admin", "h11", "0.14.0")
    }),
    ("base-image-varies", "both FROM of one service bumped", |repo| {
        for file in ["services/admin/Dockerfile", "services/admin/Dockerfile.dev"] {
            let text = repo.read(file).replace("3.13", "3.12");
            repo.write(file, text);
        }
    }),
];

#[test]
fn faults_between_services_are_found() {
    suite(pair, OF_TWO_SERVICES, &[]);
}

const WITH_POETRY: &[Fault] = &[("lock-of-another-poetry", "an older one installed", |repo| {
    for file in [PROD, DEV] {
        let text = repo.read(file).replace(
            "--no-deps --require-hashes -r /tmp/tools.txt",
            "--require-hashes poetry==1.8.3",
        );
        repo.write(file, text);
    }
})];

#[test]
fn poetry_of_another_generation_is_found() {
    suite(with_poetry, WITH_POETRY, &[]);
}
