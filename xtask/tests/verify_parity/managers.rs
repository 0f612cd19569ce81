//! Pipenv and PDM: small repositories with locks that these programs wrote, and what people do wrong in them.

use std::path::Path;

use crate::{
    fixture::Fixture,
    suite::{Fault, change_line, drop_line, found, suite},
};

const PROD: &str = "Dockerfile";
const DEV: &str = "Dockerfile.dev";
const PINS: &str = "requirements.txt";

/// The hashes of the locks as they were written.
const LOCKED_BY_PIPENV: &str = "49eaf6547c555132d6d55f5977c27a06cb6d1bcd18d57fe91cd5ba3d79137848";
const LOCKED_BY_PDM: &str = "4d77a87ad147ec2094c1db1574175be07d63832331d212bad952ad2824779692";

fn of(manager: &str) -> Fixture {
    let styles = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/verify_parity/styles");
    Fixture::copy_of(&styles.join(manager))
}

fn pipenv() -> Fixture {
    of("pipenv")
}

fn pdm() -> Fixture {
    of("pdm")
}

/// Both images take a requirement file that the build exports.
fn exported_by_pipenv() -> Fixture {
    let repo = pipenv();
    let install = "RUN pipenv requirements --hash > requirements.txt && pip install --no-cache-dir -r requirements.txt";
    repo.edit(PROD, "RUN pipenv install --deploy", "RUN python -m venv /app/.venv");
    repo.edit(
        PROD,
        "\n\nFROM",
        &format!("\n{}\n\nFROM", install.replace("&& pip", "&& /app/.venv/bin/pip")),
    );
    repo.edit(
        DEV,
        "RUN pipenv verify && pipenv sync --dev",
        &install.replace("--hash", "--dev --hash"),
    );
    repo
}

/// The same of PDM, without a stage of its own: what exports is taken out again by nobody but the stage.
fn exported_by_pdm() -> Fixture {
    let repo = pdm();
    let install = "RUN pdm export --prod -o requirements.txt && pip install --no-cache-dir -r requirements.txt";
    repo.edit(
        PROD,
        "RUN pdm install --check --prod --no-editable",
        "RUN python -m venv /project/.venv",
    );
    repo.edit(
        PROD,
        "\n\nFROM",
        &format!("\n{}\n\nFROM", install.replace("&& pip", "&& /project/.venv/bin/pip")),
    );
    repo.edit(DEV, "RUN pdm sync", &install.replace("--prod ", ""));
    repo
}

/// Pipenv installs into Python itself, in both images, and stays there: that it does is one finding, allowed here.
fn pipenv_into_the_system() -> Fixture {
    let repo = pipenv();
    repo.edit(PROD, " AS builder", "");
    repo.edit(
        PROD,
        "RUN pipenv install --deploy\n\nFROM python:3.11-slim-trixie\n",
        "RUN pipenv install --system --deploy\n",
    );
    drop_line(&repo, PROD, "COPY --from=builder");
    repo.edit(
        PROD,
        "ENV PATH=\"/app/.venv/bin:$PATH\" \\\n    PYTHONUNBUFFERED=1",
        "ENV PYTHONUNBUFFERED=1",
    );
    repo.edit(
        DEV,
        "ENV PATH=\"/app/.venv/bin:$PATH\" \\\n    PYTHONUNBUFFERED=1",
        "ENV PYTHONUNBUFFERED=1",
    );
    repo.edit(
        DEV,
        "pipenv verify && pipenv sync --dev",
        "pipenv install --system --deploy --dev",
    );
    repo
}

/// One Dockerfile, two stages that say what they are.
fn two_targets() -> Fixture {
    let repo = pipenv();
    std::fs::remove_file(repo.path(DEV)).unwrap();
    repo.write(
        PROD,
        "FROM python:3.11-slim-trixie AS base\nENV PIPENV_VENV_IN_PROJECT=1 PATH=\"/app/.venv/bin:$PATH\"\nWORKDIR /app\n\
         FROM base AS builder\nCOPY tools.txt ./\nRUN pip install --require-hashes -r tools.txt\nCOPY Pipfile Pipfile.lock ./\n\
         FROM builder AS development\nRUN pipenv sync --dev\nCOPY src ./\nUSER 10001\nEXPOSE 8000\n\
         CMD [\"gunicorn\", \"--bind\", \"0.0.0.0:8000\", \"--reload\", \"web.main:app\"]\n\
         FROM builder AS packages\nRUN pipenv sync\n\
         FROM base AS production\nCOPY --from=packages /app/.venv /app/.venv\nCOPY src ./\nUSER 10001\nEXPOSE 8000\n\
         CMD [\"gunicorn\", \"--bind\", \"0.0.0.0:8000\", \"web.main:app\"]\n",
    );
    repo
}

/// PDM without an environment: a folder of packages (PEP 582), as its documentation had it.
fn pypackages() -> Fixture {
    let repo = pdm();
    repo.edit(
        PROD,
        "RUN pdm install --check --prod",
        "RUN mkdir __pypackages__ && pdm sync --prod",
    );
    repo.edit(
        PROD,
        "COPY --from=builder /project/.venv/ /project/.venv",
        "COPY --from=builder /project/__pypackages__/3.11/lib /project/pkgs",
    );
    repo.edit(PROD, "CMD [", "CMD [\"python\", \"-m\", ");
    repo
}

const STARTS: [(&str, fn() -> Fixture); 5] = [
    ("pipenv", pipenv),
    ("pipenv requirements", exported_by_pipenv),
    ("two targets of pipenv", two_targets),
    ("pdm", pdm),
    ("pdm export", exported_by_pdm),
];

#[test]
fn without_a_fault_they_are_silent() {
    for (name, start) in STARTS {
        let output = start().run(&["verify-parity"]);
        let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        assert_eq!(
            (output.status.code(), said.lines().count()),
            (Some(0), 1),
            "{name}: {said}"
        );
    }
}

pub const OF_PIPENV: &[Fault] = &[
    ("development-package-in-production", "--dev in production", |repo| {
        repo.edit(PROD, "pipenv install --deploy", "pipenv install --deploy --dev")
    }),
    (
        "development-package-in-production",
        "PIPENV_DEV in production",
        |repo| repo.edit(PROD, "PIPENV_NOSPIN=1", "PIPENV_DEV=1"),
    ),
    ("development-package-in-production", "a category too many", |repo| {
        repo.edit(
            PROD,
            "install --deploy",
            "install --deploy --categories=\"packages,dev-packages\"",
        )
    }),
    (
        "development-package-in-production",
        "a test tool in [packages]",
        |repo| {
            repo.edit(
                "Pipfile",
                "gunicorn = \"==23.0.0\"",
                "gunicorn = \"==23.0.0\"\npytest = \"*\"",
            );
            relocked(repo)
        },
    ),
    ("install-resolves", "--deploy forgotten", |repo| {
        repo.edit(PROD, " --deploy", "")
    }),
    ("install-resolves", "the lock left aside", |repo| {
        repo.edit(PROD, "install --deploy", "install --skip-lock")
    }),
    ("install-resolves", "locked during the build", |repo| {
        repo.edit(DEV, "pipenv verify", "pipenv lock")
    }),
    ("install-resolves", "a package by name", |repo| {
        repo.edit(DEV, "sync --dev", "sync --dev && pipenv install ipdb")
    }),
    ("install-resolves", "Pipenv without a version", |repo| {
        repo.edit(PROD, "--require-hashes -r tools.txt", "pipenv")
    }),
    ("install-without-hashes", "Pipenv by name", |repo| {
        repo.edit(PROD, "--require-hashes -r tools.txt", "pipenv==2026.10.3")
    }),
    ("install-resolves", "the lock is not copied", |repo| {
        repo.edit(PROD, "COPY Pipfile Pipfile.lock ./", "COPY Pipfile ./")
    }),
    ("install-resolves", "the lock in the ignore file", |repo| {
        repo.edit(DEV, "COPY Pipfile Pipfile.lock ./", "COPY Pipfile* ./");
        repo.edit(PROD, "COPY Pipfile Pipfile.lock ./", "COPY Pipfile* ./");
        repo.write(".dockerignore", "*.lock\n")
    }),
    ("lock-stale", "a range edited", |repo| {
        repo.edit("Pipfile", "==23.0.0", ">=23")
    }),
    ("lock-stale", "a package added by hand", |repo| {
        repo.edit("Pipfile", "pytest = \"*\"", "pytest = \"*\"\nruff = \"*\"")
    }),
    ("lock-missing", "never committed", |repo| {
        std::fs::remove_file(repo.path("Pipfile.lock")).unwrap()
    }),
    ("base-image-differs", "another base", |repo| {
        repo.edit(DEV, "python:3.11-slim-trixie", "python:3.11-trixie")
    }),
    ("user-is-root", "no user", no_user),
    ("user-differs", "another user in development", |repo| {
        repo.edit(DEV, "USER 10001", "USER 1000")
    }),
    ("port-differs", "another port", |repo| {
        repo.edit(PROD, "EXPOSE 8000", "EXPOSE 8080")
    }),
    ("build-tool-in-production", "Pipenv beside what runs", |repo| {
        repo.edit(
            PROD,
            "EXPOSE",
            "RUN pip install --require-hashes -r /app/src/tools.txt\nEXPOSE",
        );
        repo.edit(PROD, "COPY src /app/src", "COPY src tools.txt /app/src/")
    }),
    ("package-missing", "the environment is not copied", |repo| {
        drop_line(repo, PROD, "COPY --from=builder")
    }),
    ("import-not-declared", "an import of a development package", |repo| {
        repo.write(
            "src/web/main.py",
            "import pytest\n".to_owned() + &repo.read("src/web/main.py"),
        )
    }),
    (
        "python-outside-range",
        "another Python than the Pipfile's, in both",
        |repo| {
            for file in [PROD, DEV] {
                repo.write(file, repo.read(file).replace("python:3.11", "python:3.12"))
            }
        },
    ),
];

pub const EXPORTED_BY_PIPENV: &[Fault] = &[
    ("development-package-in-production", "--dev in both", |repo| {
        repo.edit(PROD, "requirements --hash", "requirements --dev --hash")
    }),
    ("install-without-hashes", "no --hash", |repo| {
        repo.edit(PROD, " --hash", "")
    }),
    ("package-missing", "the development packages alone", |repo| {
        repo.edit(DEV, "requirements --dev", "requirements --dev-only")
    }),
];

/// Pipenv installs into Python itself.
pub const INTO_THE_SYSTEM: &[Fault] = &[
    ("lock-unenforced", "--deploy forgotten", |repo| {
        repo.edit(PROD, "--system --deploy", "--system")
    }),
    ("development-package-in-production", "--dev in production", |repo| {
        repo.edit(PROD, "--system --deploy", "--system --deploy --dev")
    }),
    ("install-resolves", "the lock left aside", |repo| {
        repo.edit(DEV, "--system --deploy", "--system --skip-lock")
    }),
    ("install-resolves", "the lock is not copied", |repo| {
        repo.edit(PROD, "COPY Pipfile Pipfile.lock ./", "COPY Pipfile ./")
    }),
    ("user-is-root", "no user", no_user),
    ("base-image-differs", "another Python", |repo| {
        repo.edit(DEV, "python:3.11-slim-trixie", "python:3.11-slim-bookworm")
    }),
];

pub const OF_TWO_TARGETS: &[Fault] = &[
    ("development-package-in-production", "the wrong stage copied", |repo| {
        repo.edit(PROD, "COPY --from=packages", "COPY --from=development")
    }),
    ("install-resolves", "no lock for production", |repo| {
        repo.edit(
            PROD,
            "FROM builder AS packages\nRUN pipenv sync",
            "FROM builder AS packages\nRUN pipenv update",
        )
    }),
];

pub const OF_PDM: &[Fault] = &[
    ("development-package-in-production", "--prod forgotten", |repo| {
        repo.edit(PROD, " --prod", "")
    }),
    (
        "development-package-in-production",
        "a group of tests in production",
        |repo| repo.edit(PROD, "--prod", "-G test"),
    ),
    ("development-package-in-production", "all but one group", |repo| {
        repo.edit(PROD, "--prod", "--without lint")
    }),
    (
        "development-package-in-production",
        "a test tool in the main group",
        |repo| {
            repo.edit("pyproject.toml", "\"click>=8.1,<9\"", "\"click>=8.1,<9\", \"pytest\"");
            relocked(repo)
        },
    ),
    ("install-resolves", "--check forgotten", |repo| {
        repo.edit(PROD, " --check", "")
    }),
    ("install-resolves", "updated during the build", |repo| {
        repo.edit(DEV, "pdm sync", "pdm update")
    }),
    ("install-resolves", "a package added during the build", |repo| {
        repo.edit(DEV, "pdm sync", "pdm sync && pdm add ipdb")
    }),
    ("install-resolves", "the lock is not copied", |repo| {
        repo.edit(PROD, "COPY pyproject.toml pdm.lock ./", "COPY pyproject.toml ./")
    }),
    ("install-resolves", "PDM without a version", |repo| {
        repo.edit(PROD, "--require-hashes -r tools.txt", "-U pdm")
    }),
    ("lock-stale", "a range edited", |repo| {
        repo.edit("pyproject.toml", "==23.0.0", ">=23")
    }),
    ("lock-stale", "a group added", |repo| {
        repo.edit(
            "pyproject.toml",
            "[tool.pdm]",
            "[tool.pdm.dev-dependencies]\ndoc = [\"sphinx\"]\n\n[tool.pdm]",
        )
    }),
    ("lock-missing", "never committed", |repo| {
        std::fs::remove_file(repo.path("pdm.lock")).unwrap()
    }),
    ("package-missing", "--no-default", |repo| {
        repo.edit(DEV, "pdm sync", "pdm sync --no-default")
    }),
    ("base-image-differs", "another base", |repo| {
        repo.edit(DEV, "python:3.11-slim-trixie", "python:3.11-alpine")
    }),
    ("user-is-root", "no user", no_user),
    ("user-differs", "another user in development", |repo| {
        repo.edit(DEV, "USER 10001", "USER 1000")
    }),
    ("copied-file-missing", "a file that is gone", |repo| {
        repo.edit(
            PROD,
            "COPY pyproject.toml pdm.lock ./",
            "COPY pyproject.toml pdm.lock README.md ./",
        )
    }),
    ("command-differs", "another module", |repo| {
        repo.edit(DEV, "web.main:app", "web.asgi:app")
    }),
];

pub const EXPORTED_BY_PDM: &[Fault] = &[
    ("development-package-in-production", "--prod forgotten", |repo| {
        repo.edit(PROD, " --prod", "")
    }),
    ("install-without-hashes", "--without-hashes", |repo| {
        repo.edit(PROD, "--prod -o", "--prod --without-hashes -o")
    }),
];

/// A requirement file of the lock is committed, and one of both is edited afterwards.
pub const COMMITTED: &[Fault] = &[
    ("pin-not-in-lock", "a version edited in the lock alone", |repo| {
        repo.edit("Pipfile.lock", "\"==8.5.1\"", "\"==8.4.0\"")
    }),
    ("pin-not-in-lock", "a version edited in the file alone", |repo| {
        change_line(repo, PINS, "packaging==", |line| {
            line.replace("==26.3", "==26.2") + "\n"
        })
    }),
    ("hash-not-in-lock", "another archive", |repo| {
        repo.edit(PINS, "sha256:8bb5376d", "sha256:00000000")
    }),
    ("package-missing", "a line removed", |repo| {
        drop_line(repo, PINS, "click==")
    }),
];

/// `pipenv requirements --hash > requirements.txt`, committed and installed in production.
fn committed() -> Fixture {
    let repo = pipenv();
    repo.write(
        PINS,
        "click==8.5.1 ; python_version >= '3.11' --hash=sha256:8bb5376d2006950386f8c6427613334a2acadc5f559cb80e638d00b4df957e37 --hash=sha256:9bbfada76703fd1d784b83eea012e3e8c6a001a876543ef104fa56aaaeb072b4\n\
         gunicorn==23.0.0 --hash=sha256:ec400d38950de4dfd418cff8328b2c8faed0edb0d517d3394e457c317908ca4d --hash=sha256:f014447a0101dc57e294f6c18ca6b40227a4c90e9bdb586042628030cba004ec\n\
         packaging==26.3 --hash=sha256:94edc256424af38762eb31306eed28beb9f0efc50a8837492c9d6fd6004aed79 --hash=sha256:d7193f7c8e4e93f444fde0262bf90af30e16fa0ad0ad44cb553c87339b23cd1c\n",
    );
    repo.edit(
        PROD,
        "RUN pip install --no-cache-dir --require-hashes -r tools.txt\n",
        "",
    );
    repo.edit(PROD, "COPY tools.txt ./\n", "");
    repo.edit(
        PROD,
        "COPY Pipfile Pipfile.lock ./\nRUN pipenv install --deploy",
        "COPY requirements.txt ./\nRUN python -m venv .venv && .venv/bin/pip install --require-hashes -r requirements.txt",
    );
    repo
}

/// The hash that Pipenv or PDM counts for the manifest with pytest in the main group, and a module that needs it.
fn relocked(repo: &Fixture) {
    let (file, key) = match repo.path("Pipfile.lock").exists() {
        true => (
            "Pipfile.lock",
            "13e79c009672857bd019e187b5b5499003d0ea8cc13d5406df31cac9c382e631",
        ),
        false => (
            "pdm.lock",
            "7a44c3b4baea1f3ed56c792410efae53e1d6d80aef32edc78ee575dd1e802b20",
        ),
    };
    let old = match file {
        "pdm.lock" => LOCKED_BY_PDM,
        _ => LOCKED_BY_PIPENV,
    };
    repo.edit(file, old, key);
    let module = "src/web/main.py";
    repo.write(module, "import pytest\n".to_owned() + &repo.read(module));
}

fn no_user(repo: &Fixture) {
    for file in [PROD, DEV] {
        drop_line(repo, file, "USER ");
    }
}

#[test]
fn faults_with_pipenv_are_found() {
    suite(pipenv, OF_PIPENV, &[]);
    suite(exported_by_pipenv, EXPORTED_BY_PIPENV, &[]);
    suite(two_targets, OF_TWO_TARGETS, &[]);
    suite(committed, COMMITTED, &[]);
}

/// What it costs to install with Pipenv into Python itself: it is in the image.
const PIPENV_STAYS: &[&str] = &["build-tool-in-production"];

#[test]
fn faults_with_pipenv_in_the_image_are_found() {
    for (rule, what, apply) in INTO_THE_SYSTEM {
        let repo = pipenv_into_the_system();
        apply(&repo);
        let (mut rules, problems) = found(&repo.run(&["verify-parity", "--format", "json"]));
        assert!(rules.remove(*rule), "{what}: {rules:?}");
        assert_eq!(
            rules.iter().map(String::as_str).collect::<Vec<_>>(),
            PIPENV_STAYS,
            "{what}"
        );
        assert!(problems.is_empty(), "{problems:?}");
    }
}

#[test]
fn faults_with_pdm_are_found() {
    suite(pdm, OF_PDM, &[]);
    suite(exported_by_pdm, EXPORTED_BY_PDM, &[]);
}

#[test]
fn pipenv_in_the_image_is_one_finding() {
    let (rules, problems) = found(&pipenv_into_the_system().run(&["verify-parity", "--format", "json"]));
    assert_eq!(rules.into_iter().collect::<Vec<_>>(), PIPENV_STAYS);
    assert!(problems.is_empty(), "{problems:?}");
}

#[test]
fn a_folder_of_packages_is_followed() {
    let repo = pypackages();
    let (rules, problems) = found(&repo.run(&["verify-parity", "--format", "json"]));
    assert_eq!((rules.len(), problems.len()), (0, 0), "{rules:?} {problems:?}");
    repo.edit(PROD, "--prod ", "");
    let (rules, _) = found(&repo.run(&["verify-parity", "--format", "json"]));
    assert!(rules.contains("development-package-in-production"), "{rules:?}");
}

/// What is not followed is said where it stands, and nothing about packages is made up.
#[test]
fn installers_that_are_not_followed_are_named() {
    for (command, why) in [
        (
            "conda env create -f environment.yml",
            "packages of conda are not followed",
        ),
        (
            "micromamba install -y -n base -f environment.yml",
            "packages of conda are not followed",
        ),
        (
            "conda run -n web pip install flask",
            "packages of conda are not followed",
        ),
        (
            "mamba env update --file environment.yml",
            "packages of conda are not followed",
        ),
        ("pixi install --locked", "packages of pixi are not followed"),
        ("hatch env create", "environments of Hatch are not followed"),
        ("rye sync --no-dev", "locks of Rye are not followed"),
    ] {
        let repo = pipenv();
        repo.edit(DEV, "pipenv verify && pipenv sync --dev", command);
        let output = repo.run(&["verify-parity", "--format", "json"]);
        let (rules, problems) = found(&output);
        let message = problems[0]["message"].as_str().unwrap();
        assert!(message.contains(why), "{command}: {message}");
        assert_eq!(problems[0]["places"][0]["line"], 9, "{command}");
        assert!(rules.is_empty(), "{command}: {rules:?}");
    }
}

/// A service of conda is judged by all but its packages.
#[test]
fn a_service_of_conda_is_found() {
    let repo = pipenv();
    for file in ["Pipfile", "Pipfile.lock", "tools.txt"] {
        std::fs::remove_file(repo.path(file)).unwrap();
    }
    repo.write(
        "environment.yml",
        "name: web\ndependencies:\n  - python=3.11\n  - gunicorn=23.0.0\n",
    );
    let image = "FROM mambaorg/micromamba:2.0.5\nWORKDIR /app\nCOPY environment.yml ./\n\
                 RUN micromamba install -y -n base -f environment.yml\nCOPY src ./\nEXPOSE 8000\n\
                 CMD [\"gunicorn\", \"--bind\", \"0.0.0.0:8000\", \"web.main:app\"]\n";
    repo.write(PROD, image);
    repo.write(DEV, image.replace("EXPOSE 8000", "EXPOSE 8080"));
    let output = repo.run(&["verify-parity", "--format", "json"]);
    let (rules, problems) = found(&output);
    assert_eq!(rules.into_iter().collect::<Vec<_>>(), ["port-differs"]);
    assert_eq!(problems.len(), 2, "{problems:?}");
    let table = String::from_utf8_lossy(&repo.run(&["verify-parity"]).stdout).into_owned();
    let (head, row) = table.split_once('\n').unwrap();
    let at = head.split_whitespace().position(|word| word == "packages").unwrap();
    assert_eq!(row.split_whitespace().nth(at + 1), Some("?"), "{table}");
    // A file of that name is no sign of Python by itself.
    repo.write("environment.yml", "Resources: {}\n");
    assert_eq!(repo.run(&["verify-parity"]).status.code(), Some(3));
}

/// The fault in words: which Python, and where it is said.
#[test]
fn what_a_pipfile_says_is_named_as_its_own() {
    let repo = pipenv();
    for file in [PROD, DEV] {
        repo.write(file, repo.read(file).replace("python:3.11", "python:3.12"));
    }
    repo.edit("src/web/main.py", "import click", "import packaging");
    let said = String::from_utf8_lossy(&repo.run(&["verify-parity"]).stderr).into_owned();
    assert!(said.contains("another `python_version` in the Pipfile"), "{said}");
    assert!(
        said.contains("add `packaging` to `[packages]` of `Pipfile` and run `pipenv lock` there"),
        "{said}"
    );
}

/// A lib of the repository beside the service.
fn with_lib(repo: &Fixture) {
    repo.write(
        "libs/core/pyproject.toml",
        "[project]\nname = \"core\"\nversion = \"1.0.0\"\nrequires-python = \">=3.11\"\ndependencies = []\n\n\
         [build-system]\nrequires = [\"setuptools\"]\nbuild-backend = \"setuptools.build_meta\"\n",
    );
    repo.write("libs/core/src/core/__init__.py", "ANSWER = 42\n");
    repo.write(
        "src/web/main.py",
        "import core  # noqa: F401\n".to_owned() + &repo.read("src/web/main.py"),
    );
    for file in [PROD, DEV] {
        let copied = repo
            .read(file)
            .replace("COPY tools.txt ./", "COPY tools.txt ./\nCOPY libs ./libs");
        repo.write(file, copied);
    }
}

#[test]
fn libs_by_path_are_followed_with_pipenv() {
    let editable = || {
        let repo = pipenv();
        with_lib(&repo);
        let line = "gunicorn = \"==23.0.0\"\ncore = {path = \"./libs/core\", editable = true}";
        repo.edit("Pipfile", "gunicorn = \"==23.0.0\"", line);
        let entry = "\"core\": {\n            \"editable\": true,\n            \"path\": \"./libs/core\"\n        },\n        \"gunicorn\": {";
        repo.edit("Pipfile.lock", "\"gunicorn\": {", entry);
        repo.edit(
            "Pipfile.lock",
            LOCKED_BY_PIPENV,
            "caa186442db9afed7c119a53df08ba5ac824b60d608c6aa5cc444b71d4172d8b",
        );
        repo
    };
    let (rules, problems) = found(&editable().run(&["verify-parity", "--format", "json"]));
    assert_eq!(rules.into_iter().collect::<Vec<_>>(), ["lib-from-source-in-production"]);
    assert!(problems.is_empty(), "{problems:?}");
    let repo = editable();
    repo.edit("Pipfile", ", editable = true", "");
    repo.edit("Pipfile.lock", "            \"editable\": true,\n", "");
    repo.edit(
        "Pipfile.lock",
        "caa186442db9afed7c119a53df08ba5ac824b60d608c6aa5cc444b71d4172d8b",
        "48ab7c69a291f648b5326f5aaadfc7b8ad1ebf940dcb692ed700287bb7b1f21b",
    );
    let (rules, _) = found(&repo.run(&["verify-parity", "--format", "json"]));
    assert_eq!(rules.into_iter().collect::<Vec<_>>(), ["lib-installed-in-development"]);
}

#[test]
fn libs_by_path_are_followed_with_pdm() {
    let repo = pdm();
    with_lib(&repo);
    let line = "\"click>=8.1,<9\", \"core @ file:///${PROJECT_ROOT}/libs/core\"";
    repo.edit("pyproject.toml", "\"click>=8.1,<9\"", line);
    let entry = "[[package]]\nname = \"core\"\nversion = \"1.0.0\"\npath = \"./libs/core\"\ngroups = [\"default\"]\n\n\
                 [[package]]\nname = \"gunicorn\"";
    repo.edit("pdm.lock", "[[package]]\nname = \"gunicorn\"", entry);
    repo.edit(
        "pdm.lock",
        LOCKED_BY_PDM,
        "47bf5608c7d92d9bdcc5320b2e8c0d281be9d25701a4e9410ac2ac8c073b4e28",
    );
    let (rules, problems) = found(&repo.run(&["verify-parity", "--format", "json"]));
    assert_eq!(rules.into_iter().collect::<Vec<_>>(), ["lib-installed-in-development"]);
    assert!(problems.is_empty(), "{problems:?}");
    repo.edit("libs/core/pyproject.toml", "1.0.0", "1.1.0");
    let (rules, _) = found(&repo.run(&["verify-parity", "--format", "json"]));
    assert!(rules.contains("lib-version-stale"), "{rules:?}");
}

#[test]
fn broken_locks_are_said_with_their_place() {
    for (start, file, damage, line) in [
        (pipenv as fn() -> Fixture, "Pipfile.lock", "<<<<<<< HEAD\n", 2),
        (pdm, "pdm.lock", "<<<<<<< HEAD\n", 4),
    ] {
        let repo = start();
        let text = repo.read(file);
        let at: usize = text.split_inclusive('\n').take(line - 1).map(str::len).sum();
        repo.write(file, format!("{}{damage}{}", &text[..at], &text[at..]));
        let output = repo.run(&["verify-parity", "--format", "json"]);
        let (_, problems) = found(&output);
        assert_eq!(output.status.code(), Some(1), "{problems:?}");
        assert_eq!(problems[0]["places"][0]["line"], line, "{problems:?}");
        assert_eq!(problems[0]["places"][0]["path"], file);
    }
}
