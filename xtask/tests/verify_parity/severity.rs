//! Severities follow from what happens: an error where the images run different software or one of them does not run, a warning
//! where it works today. A rule that finds both says which it is.

use crate::{
    fixture::Fixture,
    suite::{DEV, LOCK, MAY_BE_LESS_SEVERE, PROD, by_hand, drawn, drop_line, found},
};
use serde_json::Value;

/// The severities at which a rule reports after an edit.
fn levels(start: fn() -> Fixture, rule: &str, apply: impl Fn(&Fixture)) -> Vec<String> {
    let repo = start();
    apply(&repo);
    let output = repo.run(&["verify-parity", "--format", "json"]);
    let (_, problems) = found(&output);
    assert!(problems.is_empty(), "{problems:?}");
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    let findings = json["findings"].as_array().unwrap();
    let mut levels: Vec<String> = findings
        .iter()
        .filter(|finding| finding["rule"] == rule)
        .map(|finding| finding["level"].as_str().unwrap().to_owned())
        .collect();
    levels.dedup();
    levels
}

#[test]
fn one_image_as_root_is_an_error_and_both_a_warning() {
    let rule = "user-is-root";
    assert_eq!(levels(by_hand, rule, |repo| drop_line(repo, PROD, "USER")), ["error"]);
    assert_eq!(
        levels(by_hand, rule, |repo| {
            drop_line(repo, PROD, "USER");
            drop_line(repo, DEV, "USER");
        }),
        ["warning"]
    );
}

#[test]
fn an_image_that_moves_works_today_and_a_stage_that_is_missing_does_not() {
    let rule = "base-image-floats";
    let copy = |repo: &Fixture, from: &str| {
        let line = format!("COPY --from={from} /etc/x /etc/x\nWORKDIR /app");
        repo.edit(PROD, "WORKDIR /app", &line);
        repo.edit(DEV, "WORKDIR /app", &line);
    };
    assert_eq!(levels(by_hand, rule, |repo| copy(repo, "tools")), ["error"]);
    assert_eq!(
        levels(by_hand, rule, |repo| copy(repo, "registry.example.org/tools:latest")),
        ["warning"]
    );
}

#[test]
fn a_stale_lock_of_a_service_breaks_what_ships_and_that_of_a_lib_its_tests() {
    let rule = "lock-stale";
    assert_eq!(
        levels(by_hand, rule, |repo| repo.edit(
            LOCK,
            "content-hash = \"",
            "content-hash = \"0"
        )),
        ["error"]
    );
    assert_eq!(
        levels(drawn, rule, |repo| {
            let own = repo.read("libs/core/pyproject.toml");
            repo.write(
                "libs/core/pyproject.toml",
                format!("{own}\n[dependency-groups]\ntest = [\"httpx>=0.28\"]\n"),
            );
        }),
        ["warning"]
    );
}

#[test]
fn a_platform_in_one_image_works_where_it_is_that_of_the_build() {
    let rule = "platform-differs";
    let set = |repo: &Fixture, file: &str, platform: &str| {
        repo.edit(file, "FROM python", &format!("FROM --platform={platform} python"));
    };
    assert_eq!(levels(by_hand, rule, |repo| set(repo, DEV, "linux/arm64")), ["warning"]);
    assert_eq!(
        levels(by_hand, rule, |repo| {
            set(repo, DEV, "linux/arm64");
            repo.edit(PROD, "\n\nFROM python", "\n\nFROM --platform=linux/amd64 python");
        }),
        ["error"]
    );
}

#[test]
fn what_only_installs_is_no_part_of_the_software() {
    let rule = "install-resolves";
    let step = |repo: &Fixture, what: &str| {
        repo.edit(
            PROD,
            "RUN python -m venv /venv\n",
            &format!("RUN python -m venv /venv && {what}\n"),
        );
    };
    for (what, level) in [
        ("pip install --upgrade pip", "warning"),
        ("pip install wheel setuptools", "warning"),
        ("pip install uv httpx", "error"),
        ("pip install httpx", "error"),
    ] {
        assert_eq!(levels(by_hand, rule, |repo| step(repo, what)), [level], "{what}");
    }
}

#[test]
fn no_other_rule_is_excused() {
    for rule in MAY_BE_LESS_SEVERE {
        assert_eq!(crate::suite::level_of(rule), diagnostics::Level::Error, "{rule}");
    }
}

#[test]
fn another_release_of_a_distribution_mostly_works_and_another_python_does_not() {
    let rule = "environment-of-another-python";
    let built_on = |repo: &Fixture, tag: &str| {
        repo.edit(
            PROD,
            "python:${PYTHON}-slim-trixie AS build",
            &format!("python:{tag} AS build"),
        );
    };
    assert_eq!(
        levels(by_hand, rule, |repo| built_on(repo, "3.12-slim-trixie")),
        ["error"]
    );
    assert_eq!(levels(by_hand, rule, |repo| built_on(repo, "3.13-alpine")), ["error"]);
    assert_eq!(
        levels(by_hand, rule, |repo| built_on(repo, "3.13-slim-bookworm")),
        ["warning"]
    );
}

#[test]
fn a_variable_is_missing_at_start_or_when_something_asks_for_it() {
    let rule = "variable-unset";
    let reads = |line: &'static str| {
        move |repo: &Fixture| {
            let compose = "services:\n  web:\n    build: { context: ., dockerfile: services/web/Dockerfile }\n";
            repo.write("compose.prod.yaml", compose);
            let main = "services/web/src/web/main.py";
            let text = repo.read(main);
            repo.write(main, format!("import os\n{text}\n{line}\n"));
        }
    };
    assert_eq!(
        levels(by_hand, rule, reads("KEY = os.environ[\"ACCESS_KEY\"]")),
        ["error"]
    );
    assert_eq!(
        levels(
            by_hand,
            rule,
            reads("def key():\n    return os.environ[\"ACCESS_KEY\"]")
        ),
        ["warning"]
    );
}
