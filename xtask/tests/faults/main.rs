//! Faults and harmless edits that were noted before the checks that are to find them: how many does `verify-parity` name?
//!
//! Each suite is a folder with the entries as data, and with what is known to be wrong today (`known-misses.txt`), which may
//! only get shorter. `README.md` says how to read the figures and how to add an entry.

#![allow(
    clippy::disallowed_macros,
    clippy::disallowed_methods,
    reason = "a test prints, and works on folders of its own"
)]
#![expect(
    clippy::disallowed_methods,
    reason = "temporary copies are not the tree that the tool guards"
)]

mod change;
mod edit;
mod entry;
mod finding;
mod known;
mod outcome;
mod repository;
mod runner;
mod spelled;
mod spelling;
mod table;
mod undo;

use std::{env, path::PathBuf, process::ExitCode};

use libtest_mimic::{Arguments, Failed, Trial};

use crate::repository::Source;

/// The suites: the folder of each, and the repository that its edits are made in.
const SUITES: [(&str, Source); 10] = [
    ("this_repository", Source::ThisRepository),
    ("handwritten", Source::Folder),
    ("uv", Source::Folder),
    ("templates/fastapi_uv", Source::Folder),
    ("templates/poetry_apps", Source::Folder),
    ("templates/pip_tools", Source::Folder),
    ("templates/django_targets", Source::Folder),
    ("templates/uv_guide", Source::Folder),
    ("templates/machine_learning", Source::Folder),
    ("templates/distroless", Source::Folder),
];

/// When set, only entries whose names have one of these words are tried, and the lists are not compared.
const ONLY: &str = "FAULTS_ONLY";

/// When set, entries that are right are also tried with their Dockerfiles in other words. It takes minutes.
const SPELLED: &str = "FAULTS_SPELLED";

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let mut trials = known::trials();
    trials.extend(SUITES.map(|(name, source)| {
        Trial::test(format!("in_other_words::{name}"), move || {
            match spelled::at_rest(&folder(name), source)?.as_slice() {
                [] => Ok(()),
                found => Err(found.join("\n").into()),
            }
        })
    }));
    trials.extend(SUITES.map(|(name, source)| Trial::test(name, move || run(name, source))));
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// Runs one suite, prints its figures, and fails where they are not those that are written down.
fn run(name: &str, source: Source) -> Result<(), Failed> {
    let folder = folder(name);
    let mut entries = entry::read(&folder)?;
    let only = env::var(ONLY).ok();
    entries.retain(|entry| only.as_ref().is_none_or(|only| asked_for(only, entry)));
    let outcomes = runner::run(&folder, source, &entries)?;
    println!("{}", table::render(name, &entries, &outcomes));
    if env::var_os(SPELLED).is_some() {
        println!("{}", spelled::entries(&folder, source, &entries, &outcomes)?.join("\n"));
    }
    // The lists are of all entries.
    if only.is_some() {
        return Ok(());
    }
    Ok(known::compare(&folder, &entries, &outcomes)?)
}

/// Whether one of the words, with spaces between, is part of the kind or the id of an entry.
fn asked_for(only: &str, entry: &entry::Entry) -> bool {
    let name = format!("{}/{}", entry.kind, entry.id);
    only.split_whitespace().any(|word| name.contains(word))
}

/// The folder of a suite.
fn folder(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/faults")
        .join(name)
}
