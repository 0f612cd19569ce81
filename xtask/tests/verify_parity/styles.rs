//! Faults in Dockerfiles of the styles that people use, over the same packages. One folder a style in `styles/`.

mod faults;
mod one_file;

use std::path::Path;

use crate::{
    fixture::Fixture,
    suite::{PROD, WEB, by_hand, found, replace_all, suite},
};
pub use faults::FAULTS;

/// The repository with the Dockerfiles of a style, and what these need.
pub fn style(name: &str) -> Fixture {
    let repo = by_hand();
    let styles = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/verify_parity/styles");
    for flavour in ["Dockerfile", "Dockerfile.dev"] {
        std::fs::remove_file(repo.path(&format!("services/web/{flavour}"))).unwrap();
        if let Ok(text) = std::fs::read_to_string(styles.join(name).join(flavour)) {
            repo.write(&format!("services/web/{flavour}"), text);
        }
    }
    repo.write("tools.txt", std::fs::read_to_string(styles.join("tools.txt")).unwrap());
    match name {
        "poetry_in_venv" => {
            let allow = "\n[[workspace.metadata.xtask.allow]]\nrule = \"build-tool-in-production\"\nservice = \"web\"\n\
                         reason = \"Poetry installs into its own environment until the images are drawn\"\n";
            repo.write("Cargo.toml", repo.read("Cargo.toml") + allow);
        }
        "uv_sync" => {
            repo.write("services/web/uv.lock", "version = 1\nrequires-python = \">=3.11, <3.14\"\n");
            repo.write(".dockerignore", "**/.venv\n");
            let sources = "\n[tool.uv.sources]\ncore = { path = \"../../libs/core\", editable = true }\n";
            repo.write(WEB, repo.read(WEB) + sources);
        }
        "requirements" => {
            let pins = repo.read("services/web/requirements.txt");
            repo.write("services/web/requirements/prod.txt", pins);
            let dev = repo.read("services/web/requirements-dev.txt");
            repo.write("services/web/requirements/dev.txt", format!("-r prod.txt\n{dev}"));
        }
        "dev_argument" => repo.write(
            "services/web/pyproject.toml",
            repo.read("services/web/pyproject.toml")
                + "\n[tool.xtask.dockerfiles]\ndev = { file = \"Dockerfile\", build-args = { INSTALL_DEV = \"true\" } }\n",
        ),
        "alpine" => repo.edit("Cargo.toml", "python:3.13-slim-trixie", "python:3.13-alpine3.22"),
        _ => {}
    }
    if !matches!(name, "alpine") {
        for file in ["requirements.txt", "requirements-dev.txt", "requirements-test.txt"] {
            std::fs::remove_file(repo.path(&format!("services/web/{file}"))).unwrap();
        }
    }
    repo
}

pub const STYLES: [&str; 8] = [
    "alpine",
    "dev_argument",
    "export_to_pip",
    "poetry_in_venv",
    "poetry_outside",
    "requirements",
    "two_targets",
    "uv_sync",
];

#[test]
fn styles_without_a_fault_are_silent() {
    let mut wrong = Vec::new();
    for name in STYLES {
        let output = style(name).run(&["verify-parity"]);
        let is_silent = String::from_utf8_lossy(&output.stderr).lines().count() == 1;
        if output.status.code() != Some(0) || !output.stdout.is_empty() || !is_silent {
            wrong.push(format!(
                "{name}: {}{}",
                String::from_utf8_lossy(&output.stdout),
                String::from_utf8_lossy(&output.stderr)
            ));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// What a script installs is in the image; one that is too clever is said to be unknown.
#[test]
fn scripts_that_install_are_followed() {
    let repo = style("requirements");
    repo.write(
        "services/web/requirements/install.sh",
        "#!/bin/sh\npip install debugpy\n",
    );
    let from = "RUN pip install --no-deps ./libs/core";
    repo.edit(
        "services/web/Dockerfile",
        from,
        &format!("RUN ./requirements/install.sh\n{from}"),
    );
    let (rules, problems) = found(&repo.run(&["verify-parity", "--format", "json"]));
    assert!(
        rules.contains("development-package-in-production") && problems.is_empty(),
        "{rules:?} {problems:?}"
    );
    repo.write(
        "services/web/requirements/install.sh",
        "#!/bin/sh\nshift\npip install \"$@\"\n",
    );
    let output = repo.run(&["verify-parity"]);
    let err = String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
    let said = "cannot determine what this command installs: it runs `services/web/requirements/install.sh`, which is not followed";
    assert!(err.contains(said), "{err}");
}

/// What uv leaves out is neither editable nor a package: the libs come by another way.
#[test]
fn libs_that_uv_leaves_out_are_not_installed_by_it() {
    for (source, option) in [
        ("workspace = true", "--no-install-workspace"),
        ("workspace = true", "--no-install-package=core"),
        ("workspace = true, editable = false", "--frozen"),
        ("path = \"../../libs/core\", editable = true", "--no-install-local"),
    ] {
        let repo = style("uv_sync");
        repo.edit(WEB, "path = \"../../libs/core\", editable = true", source);
        replace_all(&repo, PROD, "--no-editable", option);
        let output = repo.run(&["verify-parity", "--format", "json"]);
        let (rules, problems) = found(&output);
        let of_libs: Vec<&String> = rules.iter().filter(|rule| rule.contains("production")).collect();
        assert!(
            of_libs.is_empty() && problems.is_empty(),
            "{source} {option}: {rules:?} {problems:?}"
        );
    }
}

#[test]
fn every_style_has_its_faults() {
    for name in STYLES {
        assert!(faults::of(name).len() >= 6, "{name}");
    }
}

#[test]
fn faults_of_alpine_are_found() {
    suite(|| style("alpine"), faults::of("alpine"), &[]);
}

#[test]
fn faults_of_dev_argument_are_found() {
    suite(|| style("dev_argument"), faults::of("dev_argument"), &[]);
    // What is built for development imports the libs from their sources, and what is built for production does not.
    let other_branch = faults::of("dev_argument, the other branch");
    let of_libs = ["lib-from-source-in-production", "lib-installed-in-development"];
    suite(|| style("dev_argument"), other_branch, &of_libs);
}

#[test]
fn faults_of_export_to_pip_are_found() {
    suite(|| style("export_to_pip"), faults::of("export_to_pip"), &[]);
}

#[test]
fn faults_of_poetry_in_venv_are_found() {
    suite(|| style("poetry_in_venv"), faults::of("poetry_in_venv"), &[]);
}

#[test]
fn faults_of_poetry_outside_are_found() {
    suite(|| style("poetry_outside"), faults::of("poetry_outside"), &[]);
    let on_the_builder = faults::of("poetry_outside, on the builder");
    suite(
        || style("poetry_outside"),
        on_the_builder,
        &["shell-tool-in-production"],
    );
}

#[test]
fn faults_of_requirements_are_found() {
    suite(|| style("requirements"), faults::of("requirements"), &[]);
}

#[test]
fn faults_of_two_targets_are_found() {
    suite(|| style("two_targets"), faults::of("two_targets"), &[]);
    let wrong_stage = faults::of("two_targets, the wrong stage");
    suite(|| style("two_targets"), wrong_stage, &["lib-from-source-in-production"]);
}

#[test]
fn faults_of_uv_sync_are_found() {
    suite(|| style("uv_sync"), faults::of("uv_sync"), &[]);
}
