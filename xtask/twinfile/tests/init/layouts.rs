//! Repositories in other layouts: a flat project at the root, folders of requirement files, commands in texts.

use crate::repository::{Repository, said, start};

/// A project that uv locks and does not install, with one Dockerfile of two stages.
fn flat() -> Repository {
    Repository::new(&[
        (
            "pyproject.toml",
            "[project]\nname = \"notes\"\nversion = \"0.3.0\"\nrequires-python = \">=3.13\"\ndependencies = []\n",
        ),
        (
            "uv.lock",
            "version = 1\nrevision = 3\nrequires-python = \">=3.13\"\n\n[[package]]\nname = \"notes\"\nversion = \"0.3.0\"\nsource = { virtual = \".\" }\n",
        ),
        ("app/__init__.py", ""),
        ("app/main.py", "ROUTES = ['/api/health']\n"),
        ("tests/test_main.py", ""),
        ("renovate.json", "{}\n"),
        (
            "Dockerfile",
            "FROM python:3.13-slim-trixie AS base\nWORKDIR /app\nCOPY pyproject.toml uv.lock ./\n\nFROM base AS development\nRUN uv sync --frozen\nCOPY . .\nCMD [\"python\", \"-m\", \"app.main\"]\n\nFROM base AS release\nRUN uv sync --frozen --no-dev\nCOPY app ./app\nEXPOSE 8000\nCMD [\"python\", \"-m\", \"app.main\"]\n",
        ),
    ])
}

#[test]
fn a_flat_project_at_the_root_is_generated_once() {
    let repo = flat();
    let text = said(&repo.run(&["init"]));
    // It runs where it lies, so nothing is left out, and its sources tell what answers.
    assert!(!text.contains("part of no package"), "{text}");
    assert!(
        repo.read("pyproject.toml")
            .contains("up = { health = \"/api/health\" }"),
        "{text}"
    );
    let output = repo.run(&["gen-dockerfiles", "--adopt"]);
    assert!(output.status.success(), "{}", said(&output));
    let dockerfile = repo.read("Dockerfile");
    assert!(dockerfile.contains("COPY app /layer/app/app\n"), "{dockerfile}");
    assert!(
        !dockerfile.contains("docker-bake.json") && !dockerfile.contains("renovate.json"),
        "{dockerfile}"
    );
    let output = repo.run(&["gen-dockerfiles", "--check"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
}

#[test]
fn commands_in_texts_are_named_with_their_edit() {
    let repo = flat();
    repo.write(
        "README.md",
        "# Notes\n\n    docker build --target development -t notes:dev .\n\nOr `docker build --target release .`.\n",
    );
    repo.write(
        "Makefile",
        "image:\n\tdocker build \\\n\t  --target production .\nother:\n\tdocker build -f tools/Dockerfile .\n",
    );
    let text = said(&repo.run(&["init", "--dry-run"]));
    for part in [
        "this command builds `Dockerfile` and does not fit the generated `Dockerfile.dev` of `notes`\n           build `Dockerfile.dev` in the root of the repository: `docker build -f Dockerfile.dev .`\n           README.md:3:5",
        "build `Dockerfile` in the root of the repository: `docker build -f Dockerfile .`, without `--target release`\n           README.md:5:5",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    // The generated file has that stage too, and the other one is of no service.
    assert!(!text.contains("Makefile:"), "{text}");
}

#[test]
fn commands_in_scripts_build_in_the_root() {
    let repo = start();
    repo.write("services/web/build.sh", "docker build --build-arg dev=1 -t web:dev .\n");
    repo.write(
        "Makefile",
        "web:\n\tcd x; docker build -t web -f services/web/Dockerfile services/web\n",
    );
    let text = said(&repo.run(&["init", "--dry-run"]));
    let part = "build `services/web/Dockerfile` in the root of the repository: `docker build -f services/web/Dockerfile .`\n           Makefile:2:8";
    assert!(text.contains(part), "{text}");
}

#[test]
fn a_workflow_builds_a_stage_that_is_gone() {
    let repo = flat();
    let step = |target: &str| {
        format!(
            "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: docker build --target {target} -t notes .\n"
        )
    };
    let said_of = |target: &str| {
        repo.write(".github/workflows/ci.yml", &step(target));
        said(&repo.run(&["init", "--dry-run"]))
    };
    let text = said_of("release");
    assert!(
        text.contains("this builds the stage `release` of `Dockerfile`, which the generated file does not have\n           remove the target: `Dockerfile` builds this image without one"),
        "{text}"
    );
    let text = said_of("development");
    assert!(
        text.contains("build `Dockerfile.dev` instead, without a target"),
        "{text}"
    );
    let text = said_of("production");
    assert!(!text.contains("this builds the stage"), "{text}");
}

/// The files that the images install, and not those that people usually have.
#[test]
fn requirement_files_in_a_folder_are_those_that_the_images_install() {
    let dockerfile = |kind: &str| {
        format!(
            "FROM python:3.13-slim-trixie\nCOPY requirements /requirements\nRUN pip install -r /requirements/{kind}.txt\nCOPY . /app\nCMD [\"python\", \"/app/main.py\"]\n"
        )
    };
    let repo = Repository::new(&[
        ("requirements/base.txt", "uvicorn==0.30.0\n"),
        ("requirements/local.txt", "-r base.txt\npytest==8.0.0\n"),
        ("requirements/production.txt", "-r base.txt\ngunicorn==23.0.0\n"),
        ("requirements/production.in", "uvicorn\ngunicorn\n"),
        ("compose/local/app/Dockerfile", &dockerfile("local")),
        ("compose/production/app/Dockerfile", &dockerfile("production")),
        ("main.py", ""),
    ]);
    let text = said(&repo.run(&["init"]));
    let part = "--project . -r requirements/production.in -c requirements/production.txt`, then `uv add --no-sync --dev --project . -r requirements/local.txt`, then `twinfile init`\n           requirements/production.txt";
    assert!(text.contains(part), "{text}");
}

#[test]
fn a_service_without_a_command_is_asked_once_how_it_starts() {
    let repo = Repository::new(&[
        (
            "web/pyproject.toml",
            "[project]\nname = \"web\"\nversion = \"1.0.0\"\nrequires-python = \">=3.13\"\ndependencies = [\"flask\"]\n",
        ),
        ("web/web/__init__.py", ""),
        (
            "web/Dockerfile",
            "FROM python:3.13-slim-trixie\nCOPY web /app\nEXPOSE 5000\n",
        ),
    ]);
    let text = said(&repo.run(&["init"]));
    assert_eq!(text.matches("`command` is missing").count(), 1, "{text}");
    assert!(
        text.contains("add how the service starts, in exec form: `command = ["),
        "{text}"
    );
    assert!(!repo.read("web/pyproject.toml").contains("nothing tells how"), "{text}");
}

/// A script is what its first line says, whatever it is called.
#[test]
fn a_script_without_an_ending_is_followed() {
    let dockerfile = |kind: &str, start: &str| {
        format!(
            "FROM python:3.13-slim-trixie\nWORKDIR /app\nCOPY compose/{kind}/start {start}\nCOPY . /app\nEXPOSE 8000\nCMD [\"{start}\"]\n"
        )
    };
    let manifest = "[project]\nname = \"shop\"\nversion = \"1.0.0\"\nrequires-python = \">=3.13\"\ndependencies = []\n";
    for start in ["/start", "./bin/start"] {
        let repo = Repository::new(&[
            ("pyproject.toml", manifest),
            ("uv.lock", "version = 1\n"),
            ("main.py", ""),
            ("compose/local/start", "#!/bin/bash\nexec uvicorn main:app --reload\n"),
            (
                "compose/production/start",
                "#!/usr/bin/env bash\nset -e\npython manage.py migrate\nexec gunicorn main:app --bind 0.0.0.0:8000\n",
            ),
            ("compose/local/Dockerfile", &dockerfile("local", start)),
            ("compose/production/Dockerfile", &dockerfile("production", start)),
            (
                "compose.production.yaml",
                &format!(
                    "services:\n  shop:\n    build: {{ context: ., dockerfile: compose/production/Dockerfile }}\n    command: {start}\n"
                ),
            ),
        ]);
        let text = said(&repo.run(&["init"]));
        for part in [
            "the image starts with `compose/production/start`, which generated images do not contain",
            "run its other steps (python) in the program",
        ] {
            assert!(text.contains(part), "{part}\n{text}");
        }
        let settings = repo.read("pyproject.toml");
        assert!(
            settings.contains("command = [\"gunicorn\", \"main:app\", \"--bind\", \"0.0.0.0:8000\"]"),
            "{settings}"
        );
        if start.starts_with('/') {
            let part = "set `command` to the program that `/start` starts, or remove it";
            assert!(text.contains(part), "{text}");
        }
    }
}

/// Which service it is, an argument says that only compose files give.
#[test]
fn one_dockerfile_that_an_argument_switches_between_services() {
    let manifest = |name: &str, more: &str| {
        format!(
            "[project]\nname = \"{name}\"\nversion = \"1.0.0\"\nrequires-python = \">=3.13\"\ndependencies = [{more}]\n"
        )
    };
    let compose = |more: &str, reload: &str| {
        let service = |name: &str, command: &str| {
            format!(
                "  {name}:\n    build:\n      context: .\n      dockerfile: deploy/Dockerfile\n      args: {{ COMPONENT: {name}{more} }}\n    command: {command}\n"
            )
        };
        let web = format!("uvicorn backend.app:app --port 8000{reload}");
        format!(
            "services:\n{}{}",
            service("backend", &web),
            service("worker", "python -m worker.main")
        )
    };
    let repo = Repository::new(&[
        ("backend/pyproject.toml", &manifest("backend", "\"uvicorn\"")),
        ("backend/backend/__init__.py", ""),
        ("worker/pyproject.toml", &manifest("worker", "")),
        ("worker/worker/__init__.py", ""),
        ("shared/pyproject.toml", &manifest("shared", "")),
        ("shared/shared/__init__.py", ""),
        (
            "deploy/Dockerfile",
            "FROM python:3.13-slim-trixie\nARG COMPONENT=backend\nRUN apt-get update && apt-get install -y curl\nCOPY ${COMPONENT} /code/${COMPONENT}\n",
        ),
        ("docker-compose.yml", &compose(", INSTALL_DEV: \"true\"", " --reload")),
        ("docker-compose.prod.yml", &compose("", "")),
    ]);
    let text = said(&repo.run(&["init"]));
    let shared = repo.read("pyproject.toml");
    assert!(
        shared.contains("services = [\"backend\", \"worker\"]\nlibs = [\"shared\"]"),
        "{shared}\n{text}"
    );
    let backend = repo.read("backend/pyproject.toml");
    assert!(
        backend.contains("port = 8000\ncommand = [\"uvicorn\", \"backend.app:app\", \"--port\", \"8000\"]"),
        "{backend}"
    );
    let worker = repo.read("worker/pyproject.toml");
    assert!(
        worker.contains("command = [\"python\", \"-m\", \"worker.main\"]"),
        "{worker}"
    );
    for part in [
        "`deploy/Dockerfile` builds `worker`, and an argument chooses the service in it",
        "copy its system packages, user and environment to this table, and its base image to `base-image`",
        "set `context: .` and `dockerfile: worker/Dockerfile.dev`; remove the argument `COMPONENT`, the argument `INSTALL_DEV`, `command`",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
}
