//! Repositories of other people, without a word of settings: what is found, and where.

use std::{fmt::Write, fs, path::Path};

use serde_json::Value;

use crate::fixture::Fixture;

/// Every finding as `rule path:line:column`, and every problem.
fn judged(name: &str) -> String {
    judged_in(&copy_of(name))
}

fn copy_of(name: &str) -> Fixture {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/verify_parity/foreign")
        .join(name);
    Fixture::copy_of(&dir)
}

fn judged_in(repo: &Fixture) -> String {
    let output = repo.run(&["verify-parity", "--format", "json"]);
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    let mut text = format!("exit {}\n", output.status.code().unwrap());
    for service in json["services"].as_array().unwrap() {
        let _ = writeln!(text, "service in {}", service["path"]);
    }
    for finding in json["findings"]
        .as_array()
        .unwrap()
        .iter()
        .chain(json["problems"].as_array().unwrap())
    {
        let place = &finding["places"][0];
        let _ = writeln!(
            text,
            "{} {}:{}:{}\n    {}",
            finding["rule"].as_str().unwrap_or("problem"),
            place["path"].as_str().unwrap_or_default(),
            place["line"],
            place["column"],
            finding["message"].as_str().unwrap()
        );
    }
    text
}

#[test]
fn a_dockerfile_for_development_beside_one_for_production() {
    insta::assert_snapshot!(judged("plain_and_prod"));
}

#[test]
fn dockerfiles_in_a_folder_for_each_environment() {
    insta::assert_snapshot!(judged("compose_folders"));
}

#[test]
fn uv_in_a_project_with_one_dockerfile() {
    insta::assert_snapshot!(judged("uv_in_the_project"));
}

/// As uv's documentation has it: with `--frozen`, the manifests of packages that are not installed need not be there.
/// A fix names a manifest only where there is one.
#[test]
fn a_service_with_a_requirement_file_is_told_to_edit_that() {
    let repo = copy_of("wheel_without_a_lock");
    fs::remove_file(repo.path("Dockerfile")).unwrap();
    repo.write("jobs/main.py", "import time\n\nfrom board import main\n");
    repo.write("jobs/requirements.txt", "redis==6.4.0\n");
    repo.write(
        "jobs/Dockerfile",
        "FROM python:3.12.8-slim-bookworm\nWORKDIR /app\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\nCOPY main.py .\nCMD [\"python\", \"main.py\"]\n",
    );
    let output = repo.run(&["verify-parity"]);
    let said = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(
        said.contains("add the path of `board` to `jobs/requirements.txt`"),
        "{said}"
    );
    assert!(!said.contains("poetry"), "{said}");
}

/// A package may bring Dockerfiles for what others make with it.
#[test]
fn dockerfiles_of_examples_build_no_service() {
    let repo = copy_of("wheel_without_a_lock");
    repo.write(
        "templates/start/Dockerfile",
        "FROM python:3.12.8-slim-bookworm\nCOPY . .\n",
    );
    assert_eq!(judged_in(&repo), judged("wheel_without_a_lock"));
    fs::remove_file(repo.path("Dockerfile")).unwrap();
    let output = repo.run(&["verify-parity"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("no service found"), "{said}");
    // One with a manifest of its own is a service.
    repo.write("templates/start/requirements.txt", "flask==3.1.0\n");
    assert!(judged_in(&repo).contains("service in \"templates/start\""));
}

/// What the wheel needs comes with it, from an index.
#[test]
fn a_wheel_that_is_built_in_a_stage_without_a_lock() {
    insta::assert_snapshot!(judged("wheel_without_a_lock"));
}

#[test]
fn a_uv_workspace_whose_members_come_after_the_third_party_packages() {
    let frozen = judged("uv_workspace_frozen");
    assert!(!frozen.contains("install-input-missing"), "{frozen}");
    insta::assert_snapshot!(frozen);
    // To compare the lock, uv reads them all. What it installs, it reads in any case.
    for (from, to) in [
        ("--frozen --no-install-workspace", "--locked --no-install-workspace"),
        ("--frozen --no-install-workspace", "--frozen"),
    ] {
        let repo = copy_of("uv_workspace_frozen");
        repo.edit("apps/api/Dockerfile", from, to);
        let judged = judged_in(&repo);
        assert!(
            judged.contains("install-input-missing apps/api/Dockerfile:7:5"),
            "{to}: {judged}"
        );
    }
}

/// A stage is of the service that it is named after, in the Dockerfile and wherever it is built.
#[test]
fn one_dockerfile_with_a_stage_for_each_service() {
    let found = judged("one_dockerfile_for_all");
    assert!(!found.contains("publishes port 8001"), "{found}");
    insta::assert_snapshot!(found);
}

/// The root of a workspace has a manifest and the Dockerfile, and nothing that an image could run.
#[test]
fn a_workspace_root_with_the_stages_of_its_members_is_no_service() {
    let workspace = || {
        let repo = copy_of("one_dockerfile_for_all");
        let members = "[tool.uv.workspace]\nmembers = [\"services/*\", \"libs/*\"]\n";
        let project = "[project]\nname = \"all-maps\"\nversion = \"1\"\n";
        repo.write("pyproject.toml", format!("{project}\n{members}"));
        repo.write("tests/test_maps.py", "import maps_tiles\n");
        repo.write("conftest.py", "");
        repo
    };
    let has_service_at_root = |repo: &Fixture| judged_in(repo).contains("service in \"\"\n");
    assert!(!has_service_at_root(&workspace()), "{}", judged_in(&workspace()));
    for module in ["main.py", "src/maps_all/app.py", "maps_all/__init__.py"] {
        let repo = workspace();
        repo.write(module, "import maps_tiles\n");
        assert!(has_service_at_root(&repo), "{module}: {}", judged_in(&repo));
    }
    let repo = workspace();
    repo.write(
        "Dockerfile",
        "FROM python:3.13-slim-trixie\nCOPY . .\nCMD [\"maps-tiles\"]\n",
    );
    assert!(
        has_service_at_root(&repo),
        "no stage is that of a member: {}",
        judged_in(&repo)
    );
}

#[test]
fn dockerfiles_apart_from_the_sources() {
    insta::assert_snapshot!(judged("docker_folder"));
}

#[test]
fn compose_files_that_name_the_stages() {
    insta::assert_snapshot!(judged("compose_stages"));
}

#[test]
fn a_compose_file_that_names_an_argument() {
    insta::assert_snapshot!(judged("compose_arguments"));
}

#[test]
fn an_argument_that_makes_one_file_into_both() {
    insta::assert_snapshot!(judged("one_file_with_a_switch"));
}

#[test]
fn an_argument_that_names_the_environment() {
    insta::assert_snapshot!(judged("environment_as_argument"));
}

#[test]
fn stages_whose_words_tell() {
    insta::assert_snapshot!(judged("stages_by_their_words"));
}

/// `FROM dev-${DEV}`: the default of the argument makes production, and a compose file development.
#[test]
fn an_argument_in_the_name_of_a_stage() {
    let repo = copy_of("argument_in_a_stage_name");
    let right = judged_in(&repo);
    assert!(!right.contains("development-package-in-production"), "{right}");
    insta::assert_snapshot!(right);
    repo.edit("Dockerfile", "FROM base AS dev-false", "FROM dev-true AS dev-false");
    let wrong = judged_in(&repo);
    assert!(wrong.contains("development-package-in-production"), "{wrong}");
}

/// `target: ${TARGET:-…}`: the stages tell what they are, whatever whoever starts it chooses.
#[test]
fn a_stage_that_a_variable_chooses() {
    let repo = copy_of("argument_in_a_stage_name");
    let text = repo.read("Dockerfile");
    let text = text.replace("dev-true", "development").replace("FROM dev-${DEV}\n", "");
    repo.write("Dockerfile", text.replace("dev-false", "production"));
    for target in ["${TARGET:-development}", "${TARGET}"] {
        repo.write(
            "compose.yaml",
            format!("services:\n  web:\n    build:\n      context: .\n      target: {target}\n"),
        );
        let right = judged_in(&repo);
        assert!(
            !right.contains("development-package-in-production"),
            "{target}: {right}"
        );
    }
    repo.edit(
        "Dockerfile",
        "FROM base AS production",
        "FROM development AS production",
    );
    let wrong = judged_in(&repo);
    assert!(wrong.contains("development-package-in-production"), "{wrong}");
}
