//! Pipenv and PDM: small repositories with locks that these programs wrote, and what people do wrong in them.

mod faults;
mod repositories;

use crate::{
    fixture::Fixture,
    suite::{found, suite},
};
use faults::{
    COMMITTED, DEV, EXPORTED_BY_PDM, EXPORTED_BY_PIPENV, LOCKED_BY_PDM, LOCKED_BY_PIPENV, OF_TWO_TARGETS, PROD,
};
pub use faults::{INTO_THE_SYSTEM, OF_PDM, OF_PIPENV};
use repositories::{
    committed, exported_by_pdm, exported_by_pipenv, pdm, pipenv, pipenv_into_the_system, pypackages, two_targets,
    with_lib,
};

type Start = fn() -> Fixture;

const STARTS: [(&str, Start); 5] = [
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

/// A service of conda is checked by all but its packages.
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
    // Once, with the place in each file.
    assert_eq!(problems.len(), 1, "{problems:?}");
    let table = String::from_utf8_lossy(&repo.run(&["verify-parity"]).stdout).into_owned();
    let (head, row) = table.split_once('\n').unwrap();
    let at = head.split_whitespace().position(|word| word == "packages").unwrap();
    assert_eq!(row.split_whitespace().nth(at + 1), Some("?"), "{table}");
    // A file of that name is not a sign of Python by itself.
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
        said.contains(
            "add `packaging` to `[packages]` of `Pipfile` and run `pipenv lock` in the root of the repository"
        ),
        "{said}"
    );
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

/// A Pipfile that nobody installs from needs no lock.
#[test]
fn a_pipfile_that_is_left_over_asks_for_nothing() {
    let repo = committed();
    std::fs::remove_file(repo.path("Pipfile.lock")).unwrap();
    let pip = "python -m venv .venv && .venv/bin/pip install --require-hashes -r requirements.txt";
    repo.edit(DEV, "pipenv verify && pipenv sync --dev", pip);
    repo.edit(DEV, "COPY Pipfile Pipfile.lock ./", "COPY requirements.txt ./");
    let (rules, problems) = found(&repo.run(&["verify-parity", "--format", "json"]));
    assert!(rules.is_empty() && problems.is_empty(), "{rules:?} {problems:?}");
}

/// PDM by the script of its makers, with a version and without one.
#[test]
fn the_installer_of_pdm_is_followed() {
    let repo = pdm();
    let script = "curl -sSL https://pdm-project.org/install-pdm.py | python3 -";
    repo.edit(DEV, "pip install --no-cache-dir --require-hashes -r tools.txt", script);
    let (rules, _) = found(&repo.run(&["verify-parity", "--format", "json"]));
    assert!(rules.contains("install-resolves"), "{rules:?}");
    repo.edit(DEV, "python3 -", "python3 - -v 2.22.4");
    let (rules, _) = found(&repo.run(&["verify-parity", "--format", "json"]));
    assert_eq!(rules.into_iter().collect::<Vec<_>>(), ["install-without-hashes"]);
}

#[test]
fn broken_locks_are_said_with_their_place() {
    for (start, file, damage, line) in [
        (pipenv as Start, "Pipfile.lock", "<<<<<<< HEAD\n", 2),
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
