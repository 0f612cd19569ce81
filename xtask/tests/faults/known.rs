//! What is known to be wrong today: a list that may only get shorter.

use std::{collections::BTreeMap, env, fs, path::Path};

use libtest_mimic::Trial;

use crate::{
    entry::Entry,
    outcome::{Outcomes, Verdict},
};

/// The list of a suite: a line is a verdict and the id of an entry.
const FILE: &str = "known-misses.txt";

/// When set, the lists are written again.
const ACCEPT: &str = "FAULTS_ACCEPT";

/// Fails where an entry is found to be better or worse than its line says.
pub fn compare(suite: &Path, entries: &[Entry], outcomes: &Outcomes) -> Result<(), String> {
    let file = suite.join(FILE);
    let now = listed(entries, outcomes);
    if env::var_os(ACCEPT).is_some() {
        return write(&file, &now);
    }
    let text = fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
    differences(&text, &now)
}

/// What has to be on the list, by id.
fn listed(entries: &[Entry], outcomes: &Outcomes) -> BTreeMap<String, &'static str> {
    let of_entries = entries.iter().zip(&outcomes.of_entries);
    let wrong = of_entries.filter(|(_, outcome)| !outcome.verdict.is_right());
    let wrong = wrong.map(|(entry, outcome)| (entry.id.clone(), outcome.verdict.word()));
    let at_rest = outcomes.at_rest.iter().map(|finding| {
        let place = finding.names.first().map_or("", String::as_str);
        (format!("at-rest/{}/{place}", finding.rule), Verdict::Alarm.word())
    });
    wrong.chain(at_rest).collect()
}

fn differences(text: &str, now: &BTreeMap<String, &'static str>) -> Result<(), String> {
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let before: BTreeMap<&str, &str> = lines
        .map(|line| line.split_once(' ').map(|(verdict, id)| (id.trim(), verdict)))
        .collect::<Option<_>>()
        .ok_or("a line of the list is not a verdict and an id")?;
    let mut said = Vec::new();
    for (id, verdict) in now {
        match before.get(id.as_str()) {
            Some(known) if known == verdict => {}
            Some(known) => said.push(format!("`{id}`: {verdict}, and {known} on the list")),
            None => said.push(format!("`{id}`: {verdict}, and not on the list")),
        }
    }
    let better = before.keys().filter(|id| !now.contains_key(**id));
    said.extend(better.map(|id| format!("`{id}`: right now, or no longer noted; remove its line")));
    if said.is_empty() {
        return Ok(());
    }
    said.push(format!(
        "what got better belongs into the list, too: {ACCEPT}=1 cargo test --package xtask --test {}",
        env!("CARGO_CRATE_NAME")
    ));
    Err(said.join("\n"))
}

#[allow(
    clippy::disallowed_methods,
    reason = "a list of the tests is not the tree that sync guards"
)]
fn write(file: &Path, now: &BTreeMap<String, &'static str>) -> Result<(), String> {
    let mut lines: Vec<String> = now.iter().map(|(id, verdict)| format!("{verdict:<6} {id}\n")).collect();
    lines.sort();
    fs::write(file, lines.concat()).map_err(|error| format!("{}: {error}", file.display()))
}

/// The list can fail in both directions.
pub fn trials() -> Vec<Trial> {
    let now = || BTreeMap::from([("a".to_owned(), "missed"), ("b".to_owned(), "alarm")]);
    let case = |name: &str, text: &'static str, expected: &'static str| {
        Trial::test(format!("known::{name}"), move || match differences(text, &now()) {
            Ok(()) if expected.is_empty() => Ok(()),
            Err(said) if !expected.is_empty() && said.contains(expected) => Ok(()),
            other => Err(format!("{other:?}").into()),
        })
    };
    vec![
        case("all_is_known", "# a comment\nmissed a\nalarm  b\n", ""),
        case("one_is_new", "missed a\n", "`b`: alarm, and not on the list"),
        case("one_got_better", "missed a\nalarm b\npartly c\n", "`c`: right now"),
        case(
            "one_changed",
            "partly a\nalarm b\n",
            "`a`: missed, and partly on the list",
        ),
    ]
}
