//! `twinfile init` in repositories of other people: with one Dockerfile that an argument switches, with two by hand, with none.

#![allow(
    clippy::disallowed_methods,
    reason = "folders of the tests, not the repository that is worked on"
)]

mod layouts;
mod repository;
mod services;

use std::fs;

use repository::{Repository, SWITCHED, WEB, said, start};

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
# init: the image contains `config/logging.yaml`, which is not part of any package (services/web/Dockerfile:11)
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
        "the image contains `config/logging.yaml`, which is not part of any package (services/web/Dockerfile:11)\n",
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
        "this build passes `dev`, but generated Dockerfiles take no such argument\n           remove the argument: the file determines which image is built\n           .github/workflows/ci.yml:6:14",
        "build `services/web/Dockerfile.dev` there too, or run `twinfile build-images web`, which builds both\n           .github/workflows/ci.yml:6:14",
        "build `services/web/Dockerfile.dev` there too\n           .gitlab-ci.yml:2:27",
        "this passes `dev` to a build, but generated Dockerfiles take no such argument\n           name `Dockerfile` or `Dockerfile.dev` of the service instead\n           README.md:3:6",
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
    let part = "-r services/web/requirements.in -c services/web/requirements.txt`, then `uv add --no-sync --dev --project services/web -r services/web/requirements-dev.txt`";
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
