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
# init: the image holds `config/logging.yaml`, which is part of no package (services/web/Dockerfile:11)
#   move what the program reads into the package, beside the module that reads it, or mount it
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
        "the image holds `config/logging.yaml`, which is part of no package (services/web/Dockerfile:11)\n",
        "or mount it, then delete the comment\n           services/web/pyproject.toml:15:1\n",
        "run      twinfile gen-dockerfiles --adopt\n           the Dockerfiles of every service, once the edits above are made",
        "run      twinfile update-tilt",
        "run `uvx twinfile gen-dockerfiles --check` and `uvx twinfile verify-parity` for every change",
        "by hand  the README says that there are two images",
        // Nothing is generated without a lock, and that is said.
        "run      poetry lock --directory services/web\n           `services/web/poetry.lock` does not exist",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    assert!(
        !text.contains("cargo xtask") && !text.contains("metadata.xtask"),
        "{text}"
    );
    let sections: Vec<&str> = text.lines().filter(|line| SECTIONS.contains(line)).collect();
    assert_eq!(sections, SECTIONS, "{text}");
}

const SECTIONS: [&str; 6] = ["Settings", "Packages", "Images", "Tilt", "CI", "Documentation"];

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
        manifest.ends_with("\r\n")
            && manifest.contains("[tool.twinfile]\r\n# init: ")
            && manifest.contains("\r\nport = 8080\r\n"),
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
        "the image starts by `scripts/start.sh`, which generated images do not hold",
        "check `command`: it is what the script starts in the end; run what it does before it (alembic) in the program",
        "`/data` is a volume of the image",
        "+command = [\"uvicorn\", \"web.main:app\", \"--host\", \"0.0.0.0\", \"--port\", \"8080\"]",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    assert!(!text.contains("the image holds `scripts/start.sh`"), "{text}");
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
    assert!(text.contains("the image starts by the script `start.sh`"), "{text}");
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
    assert!(text.contains("the image holds `config/logging.yaml`"), "{text}");
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

/// Everything that runs or builds an image is edited once, with the exact edit.
#[test]
fn builds_with_the_argument_are_named_with_their_edit() {
    let repo = start();
    repo.write("README.md", "# Shop\n\nRun `docker build --build-arg dev=1 .`\n");
    repo.write(
        "compose.yaml",
        "services:\n  web:\n    build: { context: ., dockerfile: services/web/Dockerfile, args: { dev: \"1\" } }\n    command: uvicorn web.main:app --reload\n    environment: { PYTHONPATH: /app }\n",
    );
    repo.write(
        ".github/workflows/ci.yml",
        "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: docker build --build-arg dev=0 -f services/web/Dockerfile -t web .\n",
    );
    repo.write(
        ".gitlab-ci.yml",
        "a:\n  script: docker build -f services/web/Dockerfile .\n",
    );
    let text = said(&repo.run(&["init", "--dry-run"]));
    for part in [
        "set `context: .` and `dockerfile: services/web/Dockerfile.dev`; remove the argument `dev`, `command`, PYTHONPATH\n           compose.yaml:3:12",
        "this build passes `dev`, which generated Dockerfiles do not take\n           remove the argument: the file decides which image is built\n           .github/workflows/ci.yml:6:14",
        "build `services/web/Dockerfile.dev` there too, or run `twinfile build-images web`, which builds both\n           .github/workflows/ci.yml:6:14",
        "build `services/web/Dockerfile.dev` there too\n           .gitlab-ci.yml:2:27",
        "this passes `dev` to a build, which generated Dockerfiles do not take\n           name `Dockerfile` or `Dockerfile.dev` of the service instead\n           README.md:3:1",
        "add steps to a job: `- uses: astral-sh/setup-uv@",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
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
    assert!(
        text.contains("run `uv init --bare --no-workspace --name web services/web`, then `uv add --no-sync --project services/web -r services/web/requirements.txt`, then `twinfile init`"),
        "{text}"
    );
    repo.write("services/web/requirements.in", "uvicorn\n");
    repo.write("services/web/requirements-dev.txt", "-r requirements.txt\npytest\n");
    let text = said(&repo.run(&["init"]));
    let part = "-r services/web/requirements.in`, then `uv add --no-sync --dev --project services/web -r services/web/requirements-dev.txt`";
    assert!(text.contains(part), "{text}");
    assert_eq!(repo.read("services/web/requirements.txt"), "uvicorn==0.30.0\n");
}

/// What most services have is of the repository; the others say what they have.
#[test]
fn services_on_other_images_and_users_keep_them() {
    let repo = start();
    let other = |name: &str, base: &str, user: &str| {
        repo.write(
            &format!("services/{name}/pyproject.toml"),
            &WEB.replace("\"web\"", &format!("\"{name}\"")),
        );
        repo.write(
            &format!("services/{name}/src/{name}/__init__.py"),
            "ROUTES = ['/healthz']\n",
        );
        let dockerfile = SWITCHED
            .replace("python:3.12-slim-bookworm", base)
            .replace("useradd --uid 1234 app", &format!("useradd --uid {user}"))
            .replace("USER app", &format!("USER {}", user.split(' ').nth(1).unwrap()))
            .replace("services/web", &format!("services/{name}"));
        repo.write(&format!("services/{name}/Dockerfile"), &dockerfile);
    };
    other("jobs", "python:3.12-slim-bookworm", "1234 app");
    other("mail", "python:3.11-slim-bookworm", "99 mail");
    let text = said(&repo.run(&["init"]));
    let shared = repo.read("pyproject.toml");
    assert!(
        shared.contains("base-image = \"python:3.12-slim-bookworm\"\n") && shared.contains("uid = 1234 }\n"),
        "{shared}"
    );
    for name in ["web", "jobs"] {
        let manifest = repo.read(&format!("services/{name}/pyproject.toml"));
        assert!(
            !manifest.contains("base-image") && !manifest.contains("user ="),
            "{manifest}"
        );
    }
    let manifest = repo.read("services/mail/pyproject.toml");
    assert!(
        manifest.contains("base-image = \"python:3.11-slim-bookworm\"\nuser = { name = \"mail\", uid = 99 }\n"),
        "{manifest}\n{text}"
    );
}
