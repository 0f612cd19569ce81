//! Faults in a pair of compose files: one that runs production, and one beside it for development, which watches sources.

use crate::{
    fixture::Fixture,
    suite::{Fault, Twin, pair, replace_all, stay_quiet, suite},
};

const BASE: &str = "compose.yaml";
const DEVELOPMENT: &str = "compose.dev.yaml";

/// Two services: `admin` asks `web`.
fn watched() -> Fixture {
    let repo = pair();
    repo.write(
        BASE,
        "services:
  web:
    build: { context: ., dockerfile: services/web/Dockerfile }
    tmpfs: [/tmp]
    read_only: true
  admin:
    build: { context: ., dockerfile: services/admin/Dockerfile }
    environment: { WEB_URL: \"http://web:8080\" }
    volumes: [\"data:/data\"]
volumes: { data: }
",
    );
    repo.write(
        DEVELOPMENT,
        "services:
  web:
    build: { context: ., dockerfile: services/web/Dockerfile.dev }
    develop:
      watch:
        - { action: sync, path: services/web, target: /app/services/web }
        - { action: sync, path: libs/core, target: /app/libs/core }
        - { action: rebuild, path: services/web/requirements.txt }
  admin:
    build: { context: ., dockerfile: services/admin/Dockerfile.dev }
",
    );
    repo
}

pub const FAULTS: &[Fault] = &[
    ("compose-sync-differs", "to another folder", |repo| {
        repo.edit(DEVELOPMENT, "target: /app/libs/core }", "target: /app/core }")
    }),
    ("compose-sync-differs", "a folder above it, one level off", |repo| {
        repo.edit(
            DEVELOPMENT,
            "path: libs/core, target: /app/libs/core",
            "path: libs, target: /app",
        )
    }),
    ("compose-sync-differs", "a part of it, one level off", |repo| {
        repo.edit(
            DEVELOPMENT,
            "path: libs/core, target: /app/libs/core",
            "path: libs/core/src/core, target: /app/libs/core/core",
        )
    }),
    ("compose-sync-differs", "a lib that nothing watches", |repo| {
        repo.edit(
            DEVELOPMENT,
            "        - { action: sync, path: libs/core, target: /app/libs/core }\n",
            "",
        )
    }),
    ("volume-over-packages", "a volume of production", |repo| {
        repo.edit(BASE, "data:/data\"", "data:/venv\"")
    }),
    ("volume-over-packages", "memory over a folder above them", |repo| {
        repo.edit(BASE, "tmpfs: [/tmp]", "tmpfs: /venv:size=64m")
    }),
    ("address-leads-nowhere", "a port on which nothing listens", |repo| {
        repo.edit(BASE, "http://web:8080", "http://web:8000/api")
    }),
    ("address-leads-nowhere", "a letter too many", |repo| {
        repo.edit(BASE, "http://web:8080", "http://webb:8080")
    }),
    (
        "address-leads-nowhere",
        "a name in other letters, in development",
        |repo| {
            repo.edit(DEVELOPMENT, "  web:\n", "  web-api:\n");
            repo.edit(
                DEVELOPMENT,
                "  admin:\n",
                "  admin:\n    environment: { BACKEND: \"http://web_api:8080\" }\n",
            );
        },
    ),
    (
        "compose-builds-development",
        "another stage, in the file of production",
        |repo| {
            repo.edit(
                "services/web/Dockerfile",
                "FROM python:${PYTHON}-slim-trixie\n",
                "FROM python:${PYTHON}-slim-trixie AS web\n",
            );
            let prod = repo.read("services/web/Dockerfile");
            repo.write(
                "services/web/Dockerfile",
                prod + "\nFROM web AS test\nCOPY services/web/tests tests\n\nFROM web\n",
            );
            repo.edit(
                BASE,
                "dockerfile: services/web/Dockerfile }",
                "dockerfile: services/web/Dockerfile, target: test }",
            );
        },
    ),
];

const TWINS: &[Twin] = &[
    ("the folder above both, where the image has it", |repo| {
        repo.edit(
            DEVELOPMENT,
            "        - { action: sync, path: services/web, target: /app/services/web }\n        - { action: sync, path: libs/core, target: /app/libs/core }\n",
            "        - { action: sync+restart, path: ., target: /app/ }\n",
        )
    }),
    ("the modules alone", |repo| {
        repo.edit(
            DEVELOPMENT,
            "path: libs/core, target: /app/libs/core",
            "path: ./libs/core/src/core, target: /app/libs/core/src/core",
        )
    }),
    ("a lib that is built again", |repo| {
        repo.edit(
            DEVELOPMENT,
            "action: sync, path: libs/core, target: /app/libs/core",
            "action: rebuild, path: libs/core",
        )
    }),
    ("a lib that is mounted", |repo| {
        repo.edit(
            DEVELOPMENT,
            "        - { action: sync, path: libs/core, target: /app/libs/core }\n",
            "",
        );
        repo.edit(
            DEVELOPMENT,
            "    develop:\n",
            "    volumes: [\"./libs/core:/app/libs/core\"]\n    develop:\n",
        );
    }),
    ("nothing is watched", |repo| {
        let text = repo.read(DEVELOPMENT);
        let start = text.find("    develop:").unwrap();
        let end = text.find("  admin:").unwrap();
        repo.write(DEVELOPMENT, format!("{}{}", &text[..start], &text[end..]));
    }),
    ("an environment that development keeps in a volume", |repo| {
        repo.edit(
            DEVELOPMENT,
            "    develop:\n",
            "    volumes: [\"venv:/venv\"]\n    develop:\n",
        );
    }),
    ("a name that is nearly that of a service, and an alias", |repo| {
        repo.edit(BASE, "http://web:8080", "http://webb:8080");
        repo.edit(
            BASE,
            "    tmpfs: [/tmp]\n",
            "    tmpfs: [/tmp]\n    networks: { default: { aliases: [webb] } }\n",
        );
    }),
    ("a machine of the local network, in development", |repo| {
        repo.edit(
            DEVELOPMENT,
            "  admin:\n",
            "  admin:\n    environment: { PRINTER_URL: \"http://printer:631\" }\n",
        );
    }),
    ("a port that is left to the scheme", |repo| {
        replace_all(repo, BASE, "http://web:8080", "http://web");
    }),
];

#[test]
fn faults_in_a_pair_of_compose_files_are_found() {
    suite(watched, FAULTS, &[]);
}

#[test]
fn pairs_of_compose_files_that_say_the_same_stay_quiet() {
    stay_quiet(watched, TWINS.iter().copied());
}
