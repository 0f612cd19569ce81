//! Faults in repositories with Poetry in both images.

use crate::{
    fixture::Fixture,
    suite::{DEV, Fault, PROD, Twin, WEB, drop_line, found, stay_quiet, suite, with_poetry},
};

pub const FAULTS: &[Fault] = &[
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
    (
        "lock-of-another-project",
        "the lock of a neighbour beside the manifest",
        |repo| {
            repo.write("services/former/poetry.lock", repo.read("services/web/poetry.lock"));
            repo.edit(PROD, "services/web/poetry.lock ./", "services/former/poetry.lock ./");
            repo.edit(
                PROD,
                "COPY services/web ./\n",
                "COPY services/web/README.md ./\nCOPY services/web/src src\n",
            );
        },
    ),
    (
        "package-missing",
        "a sync of the dev group takes the others out again",
        |repo| {
            sync_at_last(repo, "--only dev");
        },
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

/// One more step of development, by the program that installs there.
fn sync_at_last(repo: &Fixture, groups: &str) {
    let text = repo.read(DEV);
    let line = text.lines().find(|line| line.contains("poetry install")).unwrap();
    let at = line.find("poetry install").unwrap();
    let program = line[..at + "poetry".len()]
        .trim_start_matches("RUN ")
        .trim_start()
        .trim_start_matches("&& ");
    let sync = format!("RUN {program} sync --no-interaction --no-root --no-directory {groups}\nUSER 10001");
    repo.edit(DEV, "USER 10001", &sync);
}

#[test]
fn what_only_looks_like_a_fault_is_silent() {
    let twins: &[Twin] = &[
        ("a sync of the groups that are installed", |repo| {
            sync_at_last(repo, "--only main,dev")
        }),
        ("a sync with the dev group", |repo| sync_at_last(repo, "--with dev")),
        ("the own lock from another folder", |repo| {
            repo.write("locks/web/poetry.lock", repo.read("services/web/poetry.lock"));
            repo.edit(PROD, "services/web/poetry.lock ./", "locks/web/poetry.lock ./");
            repo.edit(
                PROD,
                "COPY services/web ./\n",
                "COPY services/web/README.md ./\nCOPY services/web/src src\n",
            );
        }),
    ];
    stay_quiet(with_poetry, twins.iter().copied());
}

#[test]
fn faults_in_repositories_with_poetry_are_found() {
    suite(with_poetry, FAULTS, &[]);
}

/// The lock is stale then, because only Poetry writes its hash; a lock that is right is not what this is about.
#[test]
fn a_lib_of_a_group_that_production_installs_is_needed() {
    for (takes, expected) in [
        ("--only main,shared", false),
        ("--without dev,test", false),
        ("--only main", true),
    ] {
        let repo = with_poetry();
        repo.edit(WEB, "\"core>=1.2,<2\", ", "");
        repo.edit(
            WEB,
            "[tool.poetry.dependencies]\ncore =",
            "[tool.poetry.group.shared.dependencies]\ncore =",
        );
        repo.edit(
            "services/web/poetry.lock",
            "python-versions = \">=3.11,<3.14\"\ngroups = [\"main\"]\nfiles = []\ndevelop",
            "python-versions = \">=3.11,<3.14\"\ngroups = [\"shared\"]\nfiles = []\ndevelop",
        );
        repo.edit(PROD, "--only main", takes);
        let (rules, _) = found(&repo.run(&["verify-parity", "--format", "json"]));
        assert!(!rules.contains("lib-not-needed"), "{takes}: {rules:?}");
        assert_eq!(rules.contains("import-not-declared"), expected, "{takes}: {rules:?}");
    }
}
