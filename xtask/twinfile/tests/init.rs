//! `twinfile init` in repositories of other people: with one Dockerfile that an argument switches, with two by hand, with none.

#![allow(
    clippy::disallowed_methods,
    reason = "folders of the tests, not the repository that is worked on"
)]

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use tempfile::TempDir;

struct Repository {
    home: TempDir,
}

impl Repository {
    fn new(files: &[(&str, &str)]) -> Self {
        let repository = Self {
            home: TempDir::new().unwrap(),
        };
        for (path, text) in files {
            repository.write(path, text);
        }
        repository
    }

    fn path(&self, path: &str) -> PathBuf {
        self.home.path().join(path)
    }

    fn write(&self, path: &str, text: &str) {
        fs::create_dir_all(self.path(path).parent().unwrap()).unwrap();
        fs::write(self.path(path), text).unwrap();
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }

    fn run(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_twinfile"))
            .env_clear()
            .env("PATH", "/nowhere")
            .current_dir(self.home.path())
            .args(arguments)
            .output()
            .unwrap()
    }

    fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        fn add(folder: &Path, found: &mut BTreeMap<PathBuf, Vec<u8>>) {
            for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
                if entry.file_type().unwrap().is_dir() {
                    add(&entry.path(), found);
                } else {
                    found.insert(entry.path(), fs::read(entry.path()).unwrap());
                }
            }
        }
        let mut found = BTreeMap::new();
        add(self.home.path(), &mut found);
        found
    }
}

fn said(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

const WEB: &str = "\
[project]
name = \"web\"
version = \"1.0.0\"
requires-python = \">=3.11,<3.14\"
dependencies = [\"uvicorn>=0.30\"]

[dependency-groups]
dev = [\"debugpy>=1.8\"]
lint = [\"ruff\"]

[tool.poetry.dependencies]
core = { path = \"../../libs/core\", develop = true }
";

const CORE: &str = "\
[project]
name = \"core\"
version = \"1.0.0\"
requires-python = \">=3.11,<3.14\"

[build-system]
requires = [\"poetry-core>=2.0,<3.0\"]
build-backend = \"poetry.core.masonry.api\"
";

const SWITCHED: &str = "\
FROM python:3.12-slim-bookworm
ARG dev=0
RUN apt-get update && apt-get install -y --no-install-recommends build-essential libpq5 && rm -rf /var/lib/apt/lists/*
RUN useradd --uid 1234 app
RUN pip install poetry==2.1.3
WORKDIR /app/services/web
COPY services/web/pyproject.toml services/web/poetry.lock ./
COPY libs /app/libs
RUN if [ \"$dev\" = 1 ]; then poetry install --no-root --with dev; else poetry install --no-root --only main; fi
COPY services/web/src ./src
COPY config/logging.yaml /app/config/logging.yaml
ENV PYTHONPATH=/app/services/web/src:/app/libs/core/src
ENV LOG_FORMAT=json
USER app
EXPOSE 8080
CMD [\"poetry\", \"run\", \"uvicorn\", \"web.main:app\", \"--host\", \"0.0.0.0\", \"--port\", \"8080\"]
";

fn start() -> Repository {
    Repository::new(&[
        ("services/web/pyproject.toml", WEB),
        ("services/web/Dockerfile", SWITCHED),
        (
            "services/web/src/web/main.py",
            "import core\nROUTES = [\"/api/health\"]\n",
        ),
        ("services/web/src/web/__init__.py", ""),
        ("libs/core/pyproject.toml", CORE),
        ("libs/core/src/core/__init__.py", ""),
        ("config/logging.yaml", "a: 1\n"),
        ("README.md", "# Shop\n"),
        (
            "compose.yaml",
            "services:\n  web:\n    image: registry.example.org/shop/web:1.0\n    build: { context: ., dockerfile: services/web/Dockerfile }\n",
        ),
        (
            "Tiltfile",
            "docker_build('web', '.', dockerfile='services/web/Dockerfile', build_args={'dev': '1'})\n",
        ),
    ])
}

#[test]
fn settings_follow_from_one_dockerfile_that_an_argument_switches() {
    let repo = start();
    let output = repo.run(&["init"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert_eq!(
        repo.read("pyproject.toml"),
        "\
[tool.twinfile]
services = [\"services/*\"]
libs = [\"libs/*\"]
base-image = \"python:3.12-slim-bookworm\"
image-registry = \"registry.example.org/shop\"
user = { name = \"app\", uid = 1234 }
"
    );
    assert_eq!(
        repo.read("services/web/pyproject.toml"),
        format!(
            "{WEB}
[tool.twinfile]
port = 8080
command = [\"uvicorn\", \"web.main:app\", \"--host\", \"0.0.0.0\", \"--port\", \"8080\"]
system-packages = {{ runtime = [\"libpq5\"], build = [\"build-essential\"] }}
dev-groups = [\"dev\", \"lint\"]
env = {{ LOG_FORMAT = \"json\" }}
up = {{ health = \"/api/health\" }}
"
        )
    );
}

#[test]
fn the_list_names_every_step_with_its_command_or_edit() {
    let repo = start();
    let text = said(&repo.run(&["init"]));
    for part in [
        "done     the settings of `web`, in services/web/pyproject.toml",
        "the image holds `config/logging.yaml`, which is part of no package\n",
        "services/web/Dockerfile:11:6",
        "run      twinfile update-tilt",
        "add a step to a job: `- run: uvx twinfile verify-parity --format github`",
        "by hand  the README says that there are two images",
        // Nothing is generated without a lock, and that is said.
        "`services/web/poetry.lock` does not exist",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    assert!(
        !text.contains("cargo xtask") && !text.contains("metadata.xtask"),
        "{text}"
    );
    let sections: Vec<&str> = text
        .lines()
        .filter(|line| ["Settings", "Packages", "Images", "Tilt", "CI", "Documentation"].contains(line))
        .collect();
    assert_eq!(
        sections,
        ["Settings", "Packages", "Images", "Tilt", "CI", "Documentation"],
        "{text}"
    );
}

#[test]
fn a_dry_run_shows_everything_and_writes_nothing() {
    let repo = start();
    let before = repo.files();
    let shown = said(&repo.run(&["init", "--dry-run"]));
    assert_eq!(repo.files(), before);
    assert!(
        shown.contains("+++ b/pyproject.toml") && shown.contains("+port = 8080"),
        "{shown}"
    );
    assert!(shown.contains("run      twinfile init\n"), "{shown}");
    let check = repo.run(&["init", "--check"]);
    assert_eq!((repo.files(), check.status.code()), (before, Some(4)));
    assert!(!said(&check).contains("+++ b/"), "{}", said(&check));
}

#[test]
fn a_second_run_changes_nothing_and_settings_by_hand_stay() {
    let repo = start();
    repo.run(&["init"]);
    repo.write(
        "services/web/pyproject.toml",
        &repo.read("services/web/pyproject.toml").replace("8080", "9090"),
    );
    let before = repo.files();
    let output = repo.run(&["init"]);
    assert_eq!(repo.files(), before, "{}", said(&output));
    assert_eq!(repo.run(&["init", "--check"]).status.code(), Some(4));
}

#[test]
fn settings_that_are_there_are_completed_service_by_service() {
    let repo = start();
    let settings = "[tool.ruff]\r\nline-length = 100\r\n\r\n[tool.twinfile]\r\nservices = [\"services/web\"]\r\nbase-image = \"python:3.13-slim\"\r\n";
    repo.write("pyproject.toml", settings);
    repo.write("services/web/pyproject.toml", &WEB.replace('\n', "\r\n"));
    let output = repo.run(&["init"]);
    assert_eq!(repo.read("pyproject.toml"), settings, "{}", said(&output));
    let manifest = repo.read("services/web/pyproject.toml");
    assert!(
        manifest.ends_with("\r\n") && manifest.contains("[tool.twinfile]\r\nport = 8080\r\n"),
        "{manifest:?}"
    );
    assert_eq!(manifest.matches('\n').count(), manifest.matches("\r\n").count());
}

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
        text.contains("`base-image`: `python:3.13-slim-trixie` is an assumption"),
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
    repo.write("scripts/start.sh", "exec uvicorn web.main:app\n");
    let text = said(&repo.run(&["init", "--dry-run"]));
    for part in [
        "the image starts by the script `start.sh`",
        "the image holds `scripts/start.sh`",
        "`/data` is a volume of the image",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
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
        manifest.contains("[tool.twinfile]\ncommand = [\"celery\", \"-A\", \"web\", \"worker\"]\n"),
        "{manifest}"
    );
    assert!(!manifest.contains("health"), "{manifest}");
    assert!(text.contains("if it listens on one, add `port = …`"), "{text}");
    assert!(!text.contains("answers once it is up"), "{text}");
}

#[test]
fn a_single_project_gets_one_table() {
    let repo = Repository::new(&[
        (
            "pyproject.toml",
            "[project]\nname = \"shop\"\nversion = \"1.0.0\"\nrequires-python = \">=3.11\"\ndependencies = [\"uvicorn\"]\n",
        ),
        ("src/shop/__init__.py", ""),
        ("src/shop/main.py", "PATH = '/healthz'\n"),
        (
            "Dockerfile",
            "FROM python:3.13-slim-trixie\nCOPY . .\nEXPOSE 80\nCMD [\"uvicorn\", \"shop.main:app\", \"--port\", \"80\"]\n",
        ),
    ]);
    let output = repo.run(&["init"]);
    let manifest = repo.read("pyproject.toml");
    assert!(
        manifest.ends_with(
            "\n[tool.twinfile]\nservices = [\".\"]\nbase-image = \"python:3.13-slim-trixie\"\nport = 80\ncommand = [\"uvicorn\", \"shop.main:app\", \"--port\", \"80\"]\n"
        ),
        "{manifest}{}",
        said(&output)
    );
    assert!(!said(&output).contains("unknown setting"), "{}", said(&output));
}

#[test]
fn where_there_is_no_package_that_is_said() {
    let repo = Repository::new(&[("README.md", "# Nothing\n")]);
    let output = repo.run(&["init"]);
    assert_eq!(output.status.code(), Some(3), "{}", said(&output));
    assert!(
        said(&output).contains("no Python package found that could be a service"),
        "{}",
        said(&output)
    );
    assert_eq!(repo.files().len(), 1);
}

#[test]
fn requirement_files_alone_are_no_manifest() {
    let repo = start();
    fs::remove_file(repo.path("services/web/pyproject.toml")).unwrap();
    repo.write("services/web/requirements.txt", "uvicorn==0.30.0\n");
    let text = said(&repo.run(&["init"]));
    assert!(text.contains("`services/web` has no pyproject.toml"), "{text}");
    assert_eq!(repo.read("services/web/requirements.txt"), "uvicorn==0.30.0\n");
}
