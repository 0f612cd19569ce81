//! `cargo xtask verify-parity`, through the binary: single faults that people make, each reported by its own rule and by
//! nothing unrelated. The repository without a fault is silent.

#![allow(
    clippy::disallowed_methods,
    reason = "folders of the tests, not the repository that is worked on"
)]

#[path = "../fixture/mod.rs"]
mod fixture;

mod adversary;
mod alarms;
mod around;
mod at_the_root;
mod bake_files;
mod both_halves;
mod broken_files;
mod by_hand;
mod by_layout;
mod chart;
mod chart_objects;
mod chart_of_this_repository;
mod ci_arguments;
mod compiled;
mod compose;
mod compose_built_beside;
mod compose_needs;
mod compose_two_files;
mod contexts;
mod deployed;
mod devcontainers;
mod drawn;
mod drift;
mod environments;
mod foreign;
mod from_sources;
mod image_folders;
mod images;
mod in_other_words;
mod installed_files;
mod leads;
mod locks;
mod managers;
mod missing;
mod names;
mod of_others;
mod one_message;
mod outward_links;
mod own_code;
mod own_names;
mod own_terms;
mod packages;
mod pages;
mod people;
mod proxies;
mod refusals;
mod rights;
mod runtime;
mod secrets;
mod severity;
mod sources;
mod statement;
mod steps;
mod styles;
mod suite;
mod system_settings;
mod this_repository;
mod tilt;
mod upstream;
mod variables;
mod with_poetry;
mod workflow_scripts;
mod workflows;

use std::collections::BTreeSet;

use fixture::Fixture;
use rules::{Check, RULES, Rule};
use suite::{DEV, PROD, found};

#[test]
fn without_a_fault_it_is_silent() {
    for repo in [suite::drawn(), suite::by_hand(), suite::with_poetry()] {
        let before = repo.files();
        let is_of_images = |rule: &&Rule| matches!(rule.check, Check::Images(_));
        let rules = RULES.len() - RULES.iter().copied().filter(is_of_images).count();
        let output = repo.run(&["verify-parity"]);
        let err = String::from_utf8_lossy(&output.stderr);
        assert_eq!(
            (output.status.code(), &*err),
            (Some(0), format!("      Parity 1 service, {rules} rules\n").as_str())
        );
        assert_eq!(String::from_utf8_lossy(&output.stdout), "");
        assert!(repo.files() == before, "it wrote something");
    }
}

/// The rules that find a fault in files somewhere in this suite.
fn faults_in_files() -> BTreeSet<&'static str> {
    drawn::FAULTS
        .iter()
        .chain(adversary::FAULTS)
        .chain(around::FAULTS)
        .chain(around::named::FAULTS)
        .chain(broken_files::FAULTS)
        .chain(broken_files::OF_COMPOSE)
        .chain(broken_files::OF_POETRY)
        .chain(by_hand::FAULTS)
        .chain(chart::FAULTS)
        .chain(chart_objects::FAULTS)
        .chain(chart_of_this_repository::FAULTS)
        .chain(compiled::FAULTS)
        .chain(compose::FAULTS)
        .chain(compose_needs::FAULTS)
        .chain(compose_two_files::FAULTS)
        .chain(contexts::FAULTS)
        .chain(deployed::FAULTS)
        .chain(devcontainers::FAULTS)
        .chain(drift::FAULTS)
        .chain(steps::FAULTS)
        .chain(installed_files::FAULTS)
        .chain(environments::FAULTS)
        .chain(environments::OF_MARKERS)
        .chain(leads::FAULTS)
        .chain(locks::FAULTS)
        .chain(locks::OF_TWO_SERVICES)
        .chain(managers::OF_PIPENV)
        .chain(managers::INTO_THE_SYSTEM)
        .chain(managers::OF_PDM)
        .chain(missing::FAULTS)
        .chain(missing::OF_CHECKOUTS)
        .chain(names::FAULTS)
        .chain(one_message::FAULTS)
        .chain(own_code::FAULTS)
        .chain(own_names::FAULTS)
        .chain(packages::FAULTS)
        .chain(pages::FAULTS)
        .chain(proxies::FAULTS)
        .chain(refusals::FAULTS)
        .chain(rights::FAULTS)
        .chain(runtime::FAULTS)
        .chain(secrets::FAULTS)
        .chain(system_settings::FAULTS)
        .chain(sources::FAULTS)
        .chain(with_poetry::FAULTS)
        .chain(workflows::FAULTS)
        .chain(styles::FAULTS.iter().flat_map(|(_, faults)| *faults))
        .chain(tilt::FAULTS)
        .chain(upstream::FAULTS)
        .chain(variables::FAULTS)
        .map(|(rule, _, _)| *rule)
        .collect()
}

#[test]
fn every_rule_has_a_fault_that_it_finds() {
    let mut found = faults_in_files();
    found.extend(images::FAULTS.iter().map(|(rule, _, _)| *rule));
    let rules: BTreeSet<&str> = RULES.iter().map(|rule| rule.id).collect();
    assert_eq!(
        rules, found,
        "a rule without a fault in this suite, or a fault without a rule"
    );
}

const ALLOW: &str = "\n[[workspace.metadata.xtask.allow]]\nrule = \"port-differs\"\nservice = \"web\"\nreason = \"a proxy is in front of it\"\n";

#[test]
fn exceptions_take_out_what_they_name() {
    let repo = suite::by_hand();
    repo.write("Cargo.toml", repo.read("Cargo.toml") + ALLOW);
    repo.edit(DEV, "EXPOSE 8080", "EXPOSE 8000");
    assert_eq!(repo.run(&["verify-parity"]).status.code(), Some(0));
    repo.edit("Cargo.toml", "rule = \"port-differs\"", "rule = \"port-difers\"");
    assert_eq!(repo.run(&["verify-parity"]).status.code(), Some(1));
}

#[test]
fn the_settings_say_how_grave_a_rule_is() {
    let repo = suite::by_hand();
    let levels = "\n[workspace.metadata.xtask.levels]\nport-differs = \"warning\"\n";
    repo.write("Cargo.toml", repo.read("Cargo.toml") + levels);
    repo.edit(DEV, "EXPOSE 8080", "EXPOSE 8000");
    let output = repo.run(&["verify-parity"]);
    assert_eq!(output.status.code(), Some(0));
    let err = String::from_utf8_lossy(&output.stderr);
    assert!(
        err.contains("warning: port differs: `8000` in development, `8080` in production [port-differs]"),
        "{err}"
    );
    repo.edit("Cargo.toml", "port-differs = \"warning\"", "port-differs = \"off\"");
    let output = repo.run(&["verify-parity"]);
    let err = String::from_utf8_lossy(&output.stderr);
    assert!(err.contains("unknown level `off`"), "{err}");
    repo.edit("Cargo.toml", "port-differs = \"off\"", "port-difers = \"note\"");
    let output = repo.run(&["verify-parity"]);
    let err = String::from_utf8_lossy(&output.stderr);
    assert!(err.contains("rule `port-difers` does not exist"), "{err}");
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn nothing_to_look_at_is_no_pass() {
    let repo = Fixture::sound();
    repo.edit("Cargo.toml", "services = [\"services/*\"]", "services = []");
    assert_eq!(repo.run(&["verify-parity"]).status.code(), Some(3));
    assert_eq!(repo.run(&["verify-parity", "nope"]).status.code(), Some(1));
}

#[test]
fn every_rule_is_explained() {
    let repo = Fixture::sound();
    for rule in RULES {
        let output = repo.run(&["explain", rule.id]);
        assert!(
            String::from_utf8_lossy(&output.stdout).contains(rule.why),
            "{}",
            rule.id
        );
    }
    assert_eq!(repo.run(&["explain", "nope"]).status.code(), Some(1));
}

#[test]
fn what_is_not_understood_is_said() {
    let repo = suite::by_hand();
    repo.edit(
        PROD,
        "RUN pip",
        "RUN if [ \"$A\" = 1 ]; then pip install debugpy; fi\nRUN pip",
    );
    let output = repo.run(&["verify-parity", "--format", "json"]);
    let (rules, problems) = found(&output);
    assert_eq!((rules.len(), problems.len(), output.status.code()), (0, 1, Some(0)));
    assert_eq!(problems[0]["places"][0]["line"], 9);
    assert_eq!(
        problems[0]["message"],
        "cannot determine what this command installs: whether it runs depends on a condition"
    );
}

#[test]
fn a_dockerfile_that_cannot_be_read_is_no_pass() {
    let repo = suite::by_hand();
    repo.edit(PROD, "USER 10001", "USR 10001");
    let output = repo.run(&["verify-parity"]);
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn problems_are_shown_where_they_are() {
    let repo = suite::by_hand();
    repo.edit(DEV, "USER 10001", "USER 1000");
    let output = repo.run(&["verify-parity"]);
    let out = String::from_utf8_lossy(&output.stdout);
    insta::assert_snapshot!("user_differs", format!("{out}{}", fixture::shown(&output)));
    let output = repo.run(&["verify-parity", "--format", "github"]);
    insta::assert_snapshot!("user_differs_github", String::from_utf8_lossy(&output.stdout));
}
