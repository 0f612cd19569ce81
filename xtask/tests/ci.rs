//! `cargo xtask ci`, through the binary, on a small repository and a machine without Docker.

#![allow(
    clippy::disallowed_methods,
    reason = "folders of the tests, not the repository that is worked on"
)]

#[allow(dead_code, reason = "other tests use the rest of it")]
mod fixture;

use std::{path::Path, process::Output};

use fixture::Fixture;

fn repository() -> Fixture {
    let repo = Fixture::sound();
    assert!(repo.run(&["gen-dockerfiles"]).status.success());
    repo
}

/// Runs the tool where there is a cargo and nothing else.
fn ci(repo: &Fixture, arguments: &[&str], environment: &[(&str, &str)]) -> Output {
    let mut command = assert_cmd::Command::cargo_bin("xtask").unwrap();
    command.env_clear().env("CARGO", env!("CARGO")).env("PATH", "/nowhere");
    if let Some(home) = std::env::var_os("RUSTUP_HOME") {
        command.env("RUSTUP_HOME", home);
    }
    if let Some(home) = std::env::var_os("HOME") {
        command.env("HOME", home);
    }
    command
        .envs(environment.iter().copied())
        .arg("--root")
        .arg(repo.path(""))
        .arg("ci");
    command.args(arguments).output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The rows of the table, without what another run would say otherwise.
fn table(output: &Output) -> String {
    let is_row = |line: &&str| {
        ["Passed", "Failed", "Skipped", "Missing"].contains(&line.split_whitespace().next().unwrap_or_default())
    };
    let text = out(output);
    let rows = text.lines().filter(is_row).map(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let is_time = |index: usize| words.get(index + 1) == Some(&"s") || (words[index] == "s" && index > 0);
        let kept = words.iter().enumerate().filter(|(index, _)| !is_time(*index));
        kept.map(|(_, word)| *word).collect::<Vec<_>>().join(" ")
    });
    rows.collect::<Vec<_>>().join("\n")
}

const CHOSEN: [&str; 3] = ["gen-dockerfiles", "parity", "images"];

#[test]
fn what_cannot_run_here_is_skipped_and_said() {
    let output = ci(&repository(), &CHOSEN, &[]);
    assert_eq!(
        (table(&output).as_str(), output.status.code()),
        (
            "Passed checks gen-dockerfiles\nPassed checks parity\nSkipped images build-images no `docker buildx` is here",
            Some(0)
        )
    );
    assert!(
        out(&output).contains("3 steps: 2 passed, 1 skipped in "),
        "{}",
        out(&output)
    );
}

#[test]
fn in_ci_it_is_a_failure_unless_it_is_allowed() {
    let repo = repository();
    let output = ci(&repo, &CHOSEN, &[("CI", "true")]);
    assert!(
        table(&output).ends_with("Missing images build-images no `docker buildx` is here"),
        "{}",
        table(&output)
    );
    assert_eq!(output.status.code(), Some(1));
    for name in ["images", "build-images"] {
        let allowed: Vec<&str> = CHOSEN.into_iter().chain(["--may-skip", name]).collect();
        assert_eq!(ci(&repo, &allowed, &[("CI", "true")]).status.code(), Some(0));
    }
    // All skipped is not a pass.
    assert_eq!(ci(&repo, &["images"], &[]).status.code(), Some(3));
}

#[test]
fn it_goes_on_after_a_failure_and_fails_at_the_end() {
    let repo = repository();
    repo.edit(
        "services/web/Dockerfile",
        "USER 10001:10001\nCMD [\"env\"",
        "USER root\nCMD [\"env\"",
    );
    let output = ci(&repo, &CHOSEN, &[]);
    assert!(
        table(&output).starts_with("Failed checks gen-dockerfiles\nFailed checks parity\nSkipped"),
        "{}",
        table(&output)
    );
    assert!(
        out(&output).ends_with("run again what failed: cargo xtask ci gen-dockerfiles parity\n"),
        "{}",
        out(&output)
    );
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn on_github_lines_are_folded_and_failures_annotated() {
    let repo = repository();
    repo.edit(
        "services/web/Dockerfile",
        "USER 10001:10001\nCMD [\"env\"",
        "USER root\nCMD [\"env\"",
    );
    let output = ci(&repo, &["parity"], &[("GITHUB_ACTIONS", "true"), ("CI", "true")]);
    let said = out(&output);
    assert!(
        said.starts_with("::group::parity: cargo xtask verify-parity --format github\n::error "),
        "{said}"
    );
    assert!(
        said.contains("::endgroup::\n::error title=parity::`cargo xtask verify-parity --format github` failed\n"),
        "{said}"
    );
}

#[test]
fn steps_follow_from_what_the_repository_holds() {
    let repo = repository();
    insta::assert_snapshot!("few", out(&ci(&repo, &["--list"], &[])));
    let tools = Path::new(env!("CARGO_MANIFEST_DIR")).join("tools/poetry.lock");
    repo.write("xtask/tools/poetry.lock", std::fs::read(tools).unwrap());
    repo.write(".github/workflows/b.yml", "");
    repo.write(".github/workflows/a.yaml", "");
    repo.write(
        "Cargo.toml",
        repo.read("Cargo.toml") + "\n[workspace.metadata.xtask.checks]\nown = [\"explain\", \"lock-stale\"]\n",
    );
    repo.write(
        "libs/core/pyproject.toml",
        repo.read("libs/core/pyproject.toml") + "\n[tool.pyright]\n",
    );
    insta::assert_snapshot!("more", out(&ci(&repo, &["--list", "--base", "v1"], &[])));
    insta::assert_snapshot!(
        "of_a_service",
        out(&ci(&repo, &["--list", "images", "--service", "web"], &[]))
    );
    // One that the settings add is run as others are.
    assert_eq!(table(&ci(&repo, &["own"], &[])), "Passed checks own");
}

#[test]
fn what_is_not_known_is_said() {
    let repo = repository();
    insta::assert_snapshot!("no_such_step", fixture::shown(&ci(&repo, &["chekcs"], &[])));
    repo.write(
        "Cargo.toml",
        repo.read("Cargo.toml") + "\n[workspace.metadata.xtask.checks]\nown = []\n",
    );
    insta::assert_snapshot!("empty_check", fixture::shown(&ci(&repo, &["parity"], &[])));
}
