//! What cannot be told is said, with what to do about it.

use std::process::Command;

use crate::{commit, committed, fixture::Fixture, fixture::shown, run};

fn problem(repo: &Fixture, base: &str) -> String {
    let output = run(repo, &["affected", "--base", base]);
    assert!(output.stdout.is_empty());
    shown(&output)
}

#[test]
fn a_base_that_is_not_there() {
    let repo = committed();
    insta::assert_snapshot!("no_such_base", problem(&repo, "origin/nope"));
    // Not an option of git's.
    assert!(problem(&repo, "--output=x").contains("exit 2"));
    assert!(!repo.path("x").exists());
}

#[test]
fn a_commit_of_zeros_is_no_base_at_all() {
    let repo = committed();
    let output = run(&repo, &["affected", "--base", &"0".repeat(40)]);
    assert!(String::from_utf8_lossy(&output.stdout).contains("web"));
}

#[test]
fn a_clone_without_history() {
    let repo = committed();
    repo.git(&["switch", "--quiet", "--create", "work"]);
    repo.write("services/web/src/web/main.py", "X = 1\n");
    commit(&repo);
    repo.git(&["switch", "--quiet", "main"]);
    repo.write("README.md", "X\n");
    commit(&repo);
    let shallow = Fixture::sound();
    let clone = shallow.path("clone");
    let from = format!("file://{}", repo.path("").display());
    let status = Command::new("git")
        .args(["clone", "--quiet", "--depth=1", "--no-single-branch", &from])
        .arg(&clone)
        .status();
    assert!(status.unwrap().success());
    let ask = |base: &str| {
        let mut command = assert_cmd::Command::cargo_bin("xtask").unwrap();
        let output = command
            .arg("--root")
            .arg(&clone)
            .args(["affected", "--base", base])
            .output();
        shown(&output.unwrap())
    };
    insta::assert_snapshot!("shallow", ask("origin/work"));
    assert!(ask("HEAD~1").contains("fetch-depth: 0"));
}

#[test]
fn a_folder_without_git() {
    let repo = Fixture::sound();
    let said = problem(&repo, "HEAD");
    assert!(
        said.contains("git finds no repository here") && said.contains("exit 1"),
        "{said}"
    );
    let mut command = assert_cmd::Command::cargo_bin("xtask").unwrap();
    let output = command
        .env("PATH", "/nowhere")
        .arg("--root")
        .arg(repo.path(""))
        .arg("affected")
        .output();
    let said = shown(&output.unwrap());
    assert!(said.contains("install git"), "{said}");
}

#[test]
fn histories_that_have_nothing_in_common() {
    let repo = committed();
    repo.git(&["switch", "--quiet", "--orphan", "other"]);
    repo.git(&["commit", "--quiet", "--allow-empty", "--message=other"]);
    repo.git(&["switch", "--quiet", "main"]);
    insta::assert_snapshot!("unrelated", problem(&repo, "other"));
}

#[test]
fn a_lib_that_is_gone_and_still_needed() {
    let repo = committed();
    repo.git(&["rm", "--quiet", "-r", "libs/core"]);
    let said = problem(&repo, "HEAD");
    assert!(
        said.contains("which is not a lib") && said.contains("services/web/pyproject.toml"),
        "{said}"
    );
}
