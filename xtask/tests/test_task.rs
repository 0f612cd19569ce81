//! `cargo xtask test` on a small repository: one lib whose tests pass, one with a test that fails, one without tests,
//! and a crate. Its environments are real, so it needs Python and the package index.

#![allow(
    clippy::disallowed_methods,
    reason = "folders of the tests, not the repository that is worked on"
)]

#[expect(dead_code, reason = "other tests use the rest of it")]
mod fixture;

use std::{fs, path::Path, process::Output};

use assert_cmd::Command;
use fixture::Fixture;

const COMPLETE: &str = ".complete";

/// A fixture with the pinned tools of this repository.
fn repository() -> Fixture {
    let fixture = Fixture::of("tested");
    for file in ["pyproject.toml", "poetry.lock"] {
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("tools").join(file);
        fixture.write(&format!("xtask/tools/{file}"), fs::read(from).unwrap());
    }
    fixture
}

/// Runs `cargo xtask test` with the environment of this machine, in CI or not.
fn run(fixture: &Fixture, arguments: &[&str], ci: &str) -> Output {
    let mut command = Command::cargo_bin("xtask").unwrap();
    command
        .env("CI", ci)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env_remove("PYTEST_ADDOPTS")
        .arg("--root")
        .arg(fixture.path(""));
    command.arg("test").args(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn last_line(output: &Output) -> String {
    text(&output.stdout).lines().last().unwrap_or_default().to_owned()
}

#[test]
fn tests_are_run_counted_and_told() {
    let fixture = repository();
    let all = run(&fixture, &["--fast"], "");
    let said = text(&all.stdout);
    assert_eq!(all.status.code(), Some(1), "{said}{}", text(&all.stderr));
    // One of rust, two of right, one of wrong; the slow targets and the images are skipped as one each.
    assert_eq!(last_line(&all), "4 passed, 1 failed, 3 skipped", "{said}");
    for part in [
        "failed: wrong (1 passed, 1 failed, 1 skipped)",
        "the failing test of the fixture",
        "test wrong",
        "contains no `test_*.py`",
        "left out by `--fast`",
        "6 steps: 2 passed, 1 failed, 2 skipped, 1 without tests in",
    ] {
        assert!(said.contains(part), "`{part}` in\n{said}");
    }
    assert!(!said.contains("failed: right"), "{said}");

    // The environment is there now, and is used again; one that a killed run left behind is not.
    let environment = environment(&fixture, "right-");
    let made = fs::metadata(environment.join(COMPLETE)).unwrap().modified().unwrap();
    let again = run(&fixture, &["libs/right"], "");
    assert_eq!(
        (again.status.code(), last_line(&again).as_str()),
        (Some(0), "3 passed, 0 failed, 0 skipped")
    );
    assert_eq!(
        fs::metadata(environment.join(COMPLETE)).unwrap().modified().unwrap(),
        made
    );
    fs::remove_file(environment.join(COMPLETE)).unwrap();
    fs::remove_file(environment.join("bin/python")).unwrap();
    assert_eq!(
        last_line(&run(&fixture, &["right"], "")),
        "3 passed, 0 failed, 0 skipped"
    );
    assert!(environment.join(COMPLETE).exists());
}

#[test]
fn nothing_to_test_is_no_pass() {
    let output = run(&repository(), &["bare"], "");
    assert_eq!(
        (output.status.code(), last_line(&output).as_str()),
        (Some(3), "0 passed, 0 failed, 0 skipped")
    );
}

#[test]
fn an_unknown_step_lists_the_known_ones() {
    let output = run(&repository(), &["rihgt", "right"], "");
    assert_eq!(output.status.code(), Some(1));
    let said = text(&output.stderr);
    assert!(said.contains("nothing here is tested as `rihgt`"), "{said}");
    assert!(
        said.contains("`rust`, `slow`, `bare`, `right`, `wrong` and `images`"),
        "{said}"
    );
}

#[test]
fn what_is_left_out_is_told_and_what_is_asked_for_is_run() {
    let fixture = repository();
    let without = run(
        &fixture,
        &["--skip", "images", "--skip", "wrong", "--skip", "libs/bare"],
        "",
    );
    let said = text(&without.stdout);
    // One of rust, one slow target, three of right.
    assert_eq!(last_line(&without), "5 passed, 0 failed, 3 skipped", "{said}");
    assert!(said.contains("left out by `--skip`"), "{said}");

    let asked = run(&fixture, &["slow", "--fast"], "");
    assert_eq!(
        last_line(&asked),
        "1 passed, 0 failed, 0 skipped",
        "{}",
        text(&asked.stdout)
    );

    let unknown = run(&fixture, &["--skip", "imges"], "");
    let said = text(&unknown.stderr);
    assert!(said.contains("nothing here is tested as `imges`"), "{said}");
}

#[test]
fn images_that_no_docker_tests_are_skipped_and_in_ci_have_failed() {
    let fixture = repository();
    let skipped = run(&fixture, &["rust", "images"], "");
    let said = text(&skipped.stdout);
    assert_eq!(
        (skipped.status.code(), last_line(&skipped).as_str()),
        (Some(0), "1 passed, 0 failed, 1 skipped")
    );
    assert!(said.contains("1 skipped: no Docker engine answers"), "{said}");

    let failed = run(&fixture, &["images"], "true");
    assert_eq!(
        (failed.status.code(), last_line(&failed).as_str()),
        (Some(1), "0 passed, 1 failed, 1 skipped")
    );
}

#[test]
fn a_tool_is_not_run_for_an_unknown_package() {
    let fixture = repository();
    let mut command = Command::cargo_bin("xtask").unwrap();
    let tool = ["tool", "--for", "rihgt", "uv", "--version"];
    let output = command.arg("--root").arg(fixture.path("")).args(tool).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = text(&output.stderr);
    assert!(said.contains("known are `bare`, `right` and `wrong`"), "{said}");
    assert!(!fixture.path("target").exists(), "nothing is installed for it");
}

/// The folder of the one environment whose name starts so.
fn environment(fixture: &Fixture, prefix: &str) -> std::path::PathBuf {
    let entries = fs::read_dir(fixture.path("target/xtask/venvs")).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let mut found: Vec<_> = paths
        .filter(|path| path.is_dir() && path.file_name().unwrap().to_str().unwrap().starts_with(prefix))
        .collect();
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0)
}
