//! What the Dockerfiles say of a service, and what is left to a person.

use std::fs;

use crate::repository::{CORE, Repository, SWITCHED, WEB, said, start};

#[test]
fn two_dockerfiles_by_hand_tell_what_development_has_besides() {
    let repo = start();
    let prod = "FROM python:3.13-slim\nRUN apt-get update && apt-get install -y libpq5\nCOPY services/web/src /app\nWORKDIR /app\nEXPOSE 8000\nENTRYPOINT [\"python\", \"-m\", \"web\"]\n";
    repo.write("services/web/Dockerfile", prod);
    repo.write(
        "services/web/Dockerfile.dev",
        &prod
            .replace("install -y libpq5", "install -y libpq5 procps gcc")
            .replace("8000", "8000 5678"),
    );
    repo.run(&["init"]);
    let manifest = repo.read("services/web/pyproject.toml");
    assert!(
        manifest.contains("port = 8000\ncommand = [\"python\", \"-m\", \"web\"]\nsystem-packages = { runtime = [\"libpq5\"], dev = [\"procps\"] }\n"),
        "{manifest}"
    );
}

#[test]
fn without_a_dockerfile_what_is_assumed_is_said() {
    let repo = start();
    for file in ["services/web/Dockerfile", "compose.yaml", "Tiltfile"] {
        fs::remove_file(repo.path(file)).unwrap();
    }
    let text = said(&repo.run(&["init"]));
    assert!(
        repo.read("pyproject.toml")
            .contains("services = [\"services/*\"]\nlibs = [\"libs/*\"]"),
        "{text}"
    );
    assert!(
        repo.read("services/web/pyproject.toml")
            .contains("command = [\"uvicorn\", \"web.main:app\""),
        "{text}"
    );
    assert!(
        text.contains("check `base-image`: `python:3.13-slim-trixie` is an assumption, then delete the comment"),
        "{text}"
    );
    assert!(text.contains("check `command`: `uvicorn web.main:app"), "{text}");
}

#[test]
fn what_no_setting_says_is_named() {
    let repo = start();
    repo.write(
        "services/web/Dockerfile",
        &SWITCHED.replace(
            "CMD [\"poetry\", \"run\", \"uvicorn\", \"web.main:app\", \"--host\", \"0.0.0.0\", \"--port\", \"8080\"]",
            "COPY scripts/start.sh /start.sh\nVOLUME /data\nENTRYPOINT [\"/start.sh\"]",
        ),
    );
    repo.write(
        "scripts/start.sh",
        "set -e\nalembic upgrade head\nexec uvicorn web.main:app --host 0.0.0.0 --port \"${PORT:-8080}\"\n",
    );
    let text = said(&repo.run(&["init", "--dry-run"]));
    for part in [
        "the image starts with `scripts/start.sh`, which generated images do not contain",
        "check `command`: it is the program that the script finally starts; run its other steps (alembic) in the program",
        "`/data` is a volume of the image",
        "+command = [\"uvicorn\", \"web.main:app\", \"--host\", \"0.0.0.0\", \"--port\", \"8080\"]",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    assert!(!text.contains("the image contains `scripts/start.sh`"), "{text}");
}

#[test]
fn a_script_that_cannot_be_followed_stays_for_a_person() {
    let repo = start();
    repo.write(
        "services/web/Dockerfile",
        &SWITCHED.replace(
            "CMD [\"poetry\"",
            "COPY scripts/start.sh /start.sh\nENTRYPOINT [\"/start.sh\"]\nCMD [\"poetry\"",
        ),
    );
    repo.write("scripts/start.sh", "exec \"$@\"\n");
    repo.run(&["init"]);
    let manifest = repo.read("services/web/pyproject.toml");
    assert!(
        manifest.contains("command = [\"uvicorn\", \"web.main:app\""),
        "{manifest}"
    );
    let other = start();
    other.write("services/web/Dockerfile", &repo.read("services/web/Dockerfile"));
    other.write("scripts/start.sh", "exec $(choose)\n");
    let text = said(&other.run(&["init"]));
    assert!(text.contains("the image starts with the script `start.sh`"), "{text}");
}

#[test]
fn a_worker_has_no_port_and_no_health_check() {
    let repo = start();
    let started = "EXPOSE 8080\nCMD [\"poetry\", \"run\", \"uvicorn\", \"web.main:app\", \"--host\", \"0.0.0.0\", \"--port\", \"8080\"]\n";
    assert!(SWITCHED.contains(started));
    repo.write(
        "services/web/Dockerfile",
        &SWITCHED.replace(started, "CMD [\"celery\", \"-A\", \"web\", \"worker\"]\n"),
    );
    let text = said(&repo.run(&["init"]));
    let manifest = repo.read("services/web/pyproject.toml");
    assert!(
        manifest.contains("\ncommand = [\"celery\", \"-A\", \"web\", \"worker\"]\n") && !manifest.contains("port"),
        "{manifest}"
    );
    assert!(!manifest.contains("health"), "{manifest}");
    assert!(
        !text.contains("which port") && !text.contains("answers once it is up"),
        "{text}"
    );
}

#[test]
fn a_server_without_a_port_is_asked_for_it() {
    let repo = start();
    let started = "EXPOSE 8080\nCMD [\"poetry\", \"run\", \"uvicorn\", \"web.main:app\", \"--host\", \"0.0.0.0\", \"--port\", \"8080\"]\n";
    repo.write(
        "services/web/Dockerfile",
        &SWITCHED.replace(started, "CMD [\"python\", \"-m\", \"web\"]\n"),
    );
    let text = said(&repo.run(&["init"]));
    assert!(
        text.contains("add `port = …` to this table if it listens on one"),
        "{text}"
    );
    // What publishes it tells it as well.
    let other = start();
    other.write("services/web/Dockerfile", &repo.read("services/web/Dockerfile"));
    other.write(
        "compose.yaml",
        "services:\n  web:\n    build: { context: ., dockerfile: services/web/Dockerfile }\n    ports: [\"80:7000\"]\n",
    );
    other.run(&["init"]);
    assert!(other.read("services/web/pyproject.toml").contains("port = 7000\n"));
}

/// What only the replaced Dockerfile tells is left to do until its comment is gone.
#[test]
fn what_a_person_has_to_decide_outlives_the_dockerfile() {
    let repo = start();
    repo.run(&["init"]);
    fs::remove_file(repo.path("services/web/Dockerfile")).unwrap();
    let text = said(&repo.run(&["init", "--check"]));
    assert!(text.contains("the image contains `config/logging.yaml`"), "{text}");
    let manifest = repo.read("services/web/pyproject.toml");
    let lines = manifest.lines().filter(|line| !line.starts_with('#'));
    repo.write(
        "services/web/pyproject.toml",
        &(lines.collect::<Vec<_>>().join("\n") + "\n"),
    );
    let text = said(&repo.run(&["init", "--check"]));
    assert!(!text.contains("config/logging.yaml"), "{text}");
}

/// Groups that Poetry installs only when asked for are for no image.
#[test]
fn optional_groups_are_left_out() {
    let repo = start();
    let docs = "\n[tool.poetry.group.docs]\noptional = true\n\n[tool.poetry.group.docs.dependencies]\nmkdocs = \"*\"\n";
    repo.write("services/web/pyproject.toml", &format!("{WEB}{docs}"));
    repo.run(&["init"]);
    let manifest = repo.read("services/web/pyproject.toml");
    assert!(manifest.contains("dev-groups = [\"dev\", \"lint\"]\n"), "{manifest}");
}

#[test]
fn a_stage_of_one_dockerfile_tells_what_its_service_starts() {
    let repo = Repository::new(&[
        ("services/web/pyproject.toml", WEB),
        ("services/web/src/web/__init__.py", "ROUTES = ['/healthz']\n"),
        ("services/jobs/pyproject.toml", &WEB.replace("\"web\"", "\"jobs\"")),
        ("services/jobs/src/jobs/__init__.py", ""),
        ("libs/core/pyproject.toml", CORE),
        ("libs/core/src/core/__init__.py", ""),
        (
            "Dockerfile",
            "ARG PYTHON=3.12\nFROM python:${PYTHON}-slim-bookworm AS base\nRUN apt-get update && apt-get install -y curl\n\nFROM base AS web\nCOPY services/web /app/web\nEXPOSE 8001\nCMD [\"uvicorn\", \"web:app\", \"--port\", \"8001\"]\n\nFROM base AS jobs\nCOPY services/jobs /app/jobs\nCMD [\"celery\", \"-A\", \"jobs\", \"worker\"]\n",
        ),
        (
            "compose.yaml",
            "services:\n  web: { build: { context: ., target: web } }\n  jobs: { build: { context: ., target: jobs } }\n",
        ),
        (
            "docker-bake.hcl",
            "target \"web\" {\n  target = \"web\"\n  tags = [\"r/web\"]\n}\n",
        ),
    ]);
    let before = repo.files();
    let shown = said(&repo.run(&["init", "--dry-run"]));
    assert_eq!(repo.files(), before);
    let text = said(&repo.run(&["init"]));
    let manifest = repo.read("services/web/pyproject.toml");
    assert_eq!(
        manifest,
        format!(
            "{WEB}\n[tool.twinfile]\nport = 8001\ncommand = [\"uvicorn\", \"web:app\", \"--port\", \"8001\"]\nsystem-packages = {{ runtime = [\"curl\"] }}\ndev-groups = [\"dev\", \"lint\"]\n"
        )
    );
    let manifest = repo.read("services/jobs/pyproject.toml");
    assert!(
        manifest.contains("[tool.twinfile]\ncommand = [\"celery\", \"-A\", \"jobs\", \"worker\"]\n"),
        "{manifest}"
    );
    assert!(
        repo.read("pyproject.toml")
            .contains("base-image = \"python:3.12-slim-bookworm\"")
    );
    for part in [
        "`Dockerfile` still has the stages `jobs`, `web`",
        "set `context: .` and `dockerfile: services/web/Dockerfile`; remove `target: web`",
        "build `services/web/Dockerfile` instead, without a target, and `services/web/Dockerfile.dev` beside it",
        "docker-bake.hcl:1:8",
    ] {
        assert!(text.contains(part) && shown.contains(part), "{part}\n{text}");
    }
}
