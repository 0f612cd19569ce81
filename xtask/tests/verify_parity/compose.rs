//! Faults in compose files: one to build on, one for development and one for production.

use crate::{
    fixture::Fixture,
    suite::{Fault, PROD, by_hand, found, suite},
};

const BASE: &str = "compose.yaml";
const DEVELOPMENT: &str = "compose.override.yaml";
pub const PRODUCTION: &str = "compose.prod.yaml";

pub fn composed() -> Fixture {
    let repo = by_hand();
    repo.write(BASE, include_str!("compose/compose.yaml"));
    repo.write(DEVELOPMENT, include_str!("compose/compose.override.yaml"));
    repo.write(PRODUCTION, include_str!("compose/compose.prod.yaml"));
    repo.write("services/web/src/web/worker.py", "\"\"\"Works.\"\"\"\n");
    repo
}

pub const FAULTS: &[Fault] = &[
    ("compose-pythonpath", "PYTHONPATH for production", |repo| {
        repo.edit(PRODUCTION, "LOG_LEVEL: warning", "PYTHONPATH: /app/services/web/src");
    }),
    ("compose-pythonpath", "PYTHONPATH in what both build on", |repo| {
        repo.edit(BASE, "LOG_LEVEL: ${LOG_LEVEL:-info}", "PYTHONPATH: /app");
    }),
    ("compose-pythonpath", "PYTHONPATH in a file of variables", |repo| {
        repo.write("deploy/prod.env", "# for production\nexport PYTHONPATH=/srv\n");
        repo.edit(PRODUCTION, "    read_only: true\n", "    env_file: [deploy/prod.env]\n");
    }),
    ("compose-mounts-sources", "the sources mounted for production", |repo| {
        repo.edit(PRODUCTION, "./certificates:/etc/certificates:ro", "./services/web:/app");
    }),
    (
        "compose-mounts-sources",
        "the sources mounted in the long form",
        |repo| {
            repo.edit(
                PRODUCTION,
                "      - type: volume\n        source: uploads\n        target: /var/uploads\n",
                "      - type: bind\n        source: libs/core/src\n        target: /app/core\n",
            );
        },
    ),
    (
        "compose-mounts-sources",
        "the sources mounted in what production adds to",
        |repo| {
            repo.edit(BASE, "    depends_on: [db]\n", "    volumes: [\".:/app\"]\n");
        },
    ),
    (
        "compose-builds-development",
        "the development Dockerfile for production",
        |repo| {
            repo.edit(
                PRODUCTION,
                "    read_only: true\n",
                "    build: { dockerfile: services/web/Dockerfile.dev }\n",
            );
        },
    ),
    ("compose-builds-development", "an argument for development", |repo| {
        repo.edit(
            BASE,
            "      dockerfile: services/web/Dockerfile\n",
            "      dockerfile: services/web/Dockerfile\n      args: [INSTALL_DEV=true]\n",
        );
    }),
    ("compose-user-differs", "root for production", |repo| {
        repo.edit(PRODUCTION, "read_only: true", "user: root");
    }),
    ("compose-user-differs", "another user in what both build on", |repo| {
        repo.edit(BASE, "restart: unless-stopped", "user: \"1000:1000\"");
        repo.edit(DEVELOPMENT, "    user: \"${UID:-1000}:${GID:-1000}\"\n", "");
    }),
    ("compose-port-differs", "the port as it was once", |repo| {
        repo.edit(PRODUCTION, "target: 8080", "target: 8000");
    }),
    ("compose-port-differs", "another port in development", |repo| {
        repo.edit(DEVELOPMENT, "${WEB_PORT:-8000}:8080", "8080:8000");
        repo.edit(DEVELOPMENT, "      - \"5678:5678\"\n", "");
    }),
    ("compose-command-overrides", "a reloader in production", |repo| {
        repo.edit(
            PRODUCTION,
            "    read_only: true\n",
            "    command: uvicorn web.main:app --host 0.0.0.0 --port 8080 --reload\n",
        );
    }),
    ("compose-command-overrides", "another server in production", |repo| {
        let text = repo.read(PRODUCTION);
        let start = text.find("  worker:").unwrap();
        let end = text.find("volumes:\n  uploads").unwrap();
        repo.write(PRODUCTION, format!("{}{}", &text[..start], &text[end..]));
        repo.edit(
            PRODUCTION,
            "    read_only: true\n",
            "    command: [gunicorn, -b, '0.0.0.0:8080', web.main:app]\n",
        );
    }),
    (
        "compose-command-fails",
        "a worker of a package that nobody installs",
        |repo| {
            added(repo, "command: celery -A web.main worker");
        },
    ),
    // The file for development sets PYTHONPATH, which says nothing about production.
    (
        "lib-missing",
        "the lib left out, beside a PYTHONPATH of development",
        |repo| {
            repo.edit(PROD, "./libs/core ./services/web", "./services/web");
        },
    ),
    ("compose-command-fails", "a module that was renamed", |repo| {
        // Otherwise sources may be anywhere.
        repo.edit(
            DEVELOPMENT,
            "      - PYTHONPATH=/app/services/web/src:/app/libs/core/src\n",
            "",
        );
        added(repo, "command: [python, -m, web.jobs]");
    }),
    ("compose-command-fails", "a script that is not copied", |repo| {
        repo.write(
            "services/web/scripts/start.sh",
            "#!/bin/sh\nexec uvicorn web.main:app\n",
        );
        added(repo, "command: sh scripts/start.sh");
    }),
    ("dockerfile-missing", "a Dockerfile that was renamed", |repo| {
        repo.edit(DEVELOPMENT, "Dockerfile.dev", "Dockerfile.devel");
    }),
];

/// One more service for production, of the same image.
fn added(repo: &Fixture, command: &str) {
    repo.edit(
        PRODUCTION,
        "volumes:\n  uploads",
        &format!("  jobs:\n    build: {{ context: ., dockerfile: services/web/Dockerfile }}\n    {command}\n\nvolumes:\n  uploads"),
    );
}

#[test]
fn what_compose_starts_and_the_image_has_is_silent() {
    for command in [
        "command: [python, -m, web.main]",
        "command: python -c 'import web'",
        "command: uvicorn web.main:app --port 9000",
        "command: $COMMAND",
        "command: sh -c 'sleep 1'",
        "command: [/bin/true]",
    ] {
        let repo = composed();
        added(&repo, command);
        silent(&repo);
    }
}

#[test]
fn faults_in_compose_files_are_found() {
    suite(composed, FAULTS, &[]);
}

#[test]
fn compose_files_without_a_fault_are_silent() {
    silent(&composed());
    // What stands alone is not laid over another.
    let repo = composed();
    repo.edit(
        PRODUCTION,
        "  web:\n",
        "  web:\n    image: registry.example.org/web:1\n",
    );
    repo.edit(BASE, "    depends_on: [db]\n", "    volumes: [\".:/srv\"]\n");
    repo.edit(
        PRODUCTION,
        "extends: { file: compose.yaml, service: web }",
        "image: a/web:1",
    );
    silent(&repo);
    // What production takes back.
    let repo = composed();
    repo.edit(BASE, "    depends_on: [db]\n", "    volumes: [\".:/srv\"]\n");
    repo.edit(
        PRODUCTION,
        "    volumes:\n      - ./",
        "    volumes: !override\n      - ./",
    );
    repo.edit(
        PRODUCTION,
        "extends: { file: compose.yaml, service: web }",
        "image: a/web:1",
    );
    silent(&repo);
}

fn silent(repo: &Fixture) {
    let output = repo.run(&["verify-parity", "--format", "json"]);
    assert_eq!((output.status.code(), found(&output)), (Some(0), Default::default()));
}

#[test]
fn a_mount_found_in_the_file_below_says_who_keeps_it() {
    let repo = composed();
    repo.edit(BASE, "    depends_on: [db]\n", "    volumes: [\".:/app\"]\n");
    repo.edit(PRODUCTION, "target: 8080", "target: 8000");
    repo.edit(PRODUCTION, "read_only: true", "user: root");
    let output = repo.run(&["verify-parity"]);
    let out = String::from_utf8_lossy(&output.stdout);
    insta::assert_snapshot!("compose", format!("{out}{}", crate::fixture::shown(&output)));
}

#[test]
fn hostile_compose_files_end_the_run_with_a_place_and_without_a_panic() {
    for (text, code) in [
        ("services: [\n", 1),
        ("services: { web: { extends: web, image: a } }\n", 1),
        ("services: { web: { extends: { file: nowhere.yml, service: a } } }\n", 1),
        ("include: [compose.yaml]\nservices: { web: { image: a } }\n", 0),
        ("", 0),
        ("services:\n", 0),
        ("services: 1\n", 0),
        (
            "services: { web: [1, 2], api: null, x: { build: [1], ports: [a, '1-2:3-4', {}], volumes: [':', '::', '', {}] } }\n",
            0,
        ),
        (
            "services: { web: { build: { context: ../../.., dockerfile: /etc/passwd } } }\n",
            0,
        ),
        (
            "services: { web: { build: 'https://example.org/a.git', command: \"'\", user: 'ü${' } }\n",
            0,
        ),
    ] {
        let repo = by_hand();
        repo.write(BASE, text);
        let output = repo.run(&["verify-parity", "--format", "json"]);
        let (rules, problems) = found(&output);
        assert_eq!(output.status.code(), Some(code), "{text}: {rules:?} {problems:?}");
        assert_eq!(
            (rules.len(), problems.len()),
            (0, usize::from(code == 1)),
            "{text}: {problems:?}"
        );
        if let Some(problem) = problems.first() {
            assert_eq!(problem["places"][0]["path"], BASE, "{text}");
        }
    }
}

/// The rules that find something in the foreign repository of that name, after an edit.
fn foreign(name: &str, edit: impl FnOnce(&Fixture)) -> Vec<String> {
    let home = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/verify_parity/foreign");
    let repo = Fixture::copy_of(&home.join(name));
    edit(&repo);
    found(&repo.run(&["verify-parity", "--format", "json"]))
        .0
        .into_iter()
        .collect()
}

/// One cause, one finding: that production is built as something else is not said again by what that lacks and holds.
#[test]
fn production_is_not_what_a_file_for_it_builds_by_mistake() {
    let before = foreign("compose_stages", |_| ());
    for stage in ["workbench", "test", "scan-dev"] {
        let mut rules = foreign("compose_stages", |repo| {
            repo.edit("docker-compose.prod.yml", "target: slim", &format!("target: {stage}"));
            repo.edit(
                "api/Dockerfile",
                "\nFROM slim AS scan\nRUN python -m compileall app\n",
                "",
            );
        });
        assert!(
            rules.contains(&"compose-builds-development".to_owned()),
            "{stage}: {rules:?}"
        );
        rules.retain(|rule| rule != "compose-builds-development");
        assert_eq!(rules, before, "{stage}");
    }
    let rules = foreign("compose_arguments", |repo| {
        let compose = repo.read("compose.yaml");
        repo.write(
            "compose.prod.yaml",
            compose
                .replace(", --reload", "")
                .replace("    volumes: [./app:/srv/app]\n", ""),
        );
    });
    assert_eq!(rules, ["compose-builds-development"]);
}

#[test]
fn a_volume_keeps_the_environment() {
    let rule = "virtual-environment-overlaid".to_owned();
    assert!(foreign("compose_stages", |_| ()).contains(&rule));
    for volume in ["/app/.venv", "venv:/app/.venv"] {
        let rules = foreign("compose_stages", |repo| {
            repo.edit(
                "docker-compose.yml",
                "      - ./api:/app\n",
                &format!("      - ./api:/app\n      - {volume}\n"),
            );
        });
        assert!(!rules.contains(&rule), "{volume}: {rules:?}");
    }
}

#[test]
fn development_may_run_the_image_of_production() {
    let build = |compose: &str| {
        foreign("compose_arguments", |repo| {
            repo.write("compose.yaml", compose);
            repo.edit("Dockerfile", "ARG dev=0\n", "");
            repo.edit("Dockerfile", "if [ \"$dev\" = \"1\" ]; then pip", "pip");
            repo.edit("Dockerfile", "requirements-dev.txt; fi", "requirements-dev.txt");
        })
    };
    // Nothing says what development is.
    assert_eq!(build("services: { app: { build: . } }\n"), ["dockerfile-missing"]);
    assert_eq!(
        build("services: { app: { build: ., ports: ['80:8000'] } }\n"),
        ["dockerfile-missing"]
    );
    for said in [
        "volumes: ['./app:/srv/app']",
        "command: uvicorn app.main:app --port 8000 --reload",
        "command: [sh, -c, 'python manage.py migrate && python manage.py runserver 0.0.0.0:8000']",
    ] {
        assert_eq!(
            build(&format!("services: {{ app: {{ build: ., {said} }} }}\n")),
            [""; 0],
            "{said}"
        );
    }
    // With a file for production beside it, what is left is for development.
    let rules = foreign("compose_arguments", |repo| {
        repo.write("compose.yaml", "services: { app: { build: . } }\n");
        repo.write(
            "compose.prod.yaml",
            "services: { app: { build: ., restart: always } }\n",
        );
    });
    assert_eq!(rules, [""; 0]);
}

#[test]
fn what_a_dockerfile_leaves_to_compose_is_no_difference() {
    let rules = |command: &str| {
        let repo = composed();
        repo.edit(
            crate::suite::DEV,
            "CMD uvicorn web.main:app --host 0.0.0.0 --port 8080 --reload",
            "",
        );
        repo.edit(
            DEVELOPMENT,
            "    command: uvicorn web.main:app --host 0.0.0.0 --port 8080 --reload --reload-dir /app\n",
            command,
        );
        found(&repo.run(&["verify-parity", "--format", "json"]))
            .0
            .into_iter()
            .collect::<Vec<_>>()
    };
    assert_eq!(
        rules("    command: uvicorn web.main:app --host 0.0.0.0 --port 8080 --reload\n"),
        [""; 0]
    );
    assert_eq!(rules("    command: [sleep, infinity]\n"), [""; 0]);
    assert_eq!(rules("    command: gunicorn web.main:app\n"), ["command-differs"]);
    assert_eq!(rules(""), ["command-differs"]);
}
