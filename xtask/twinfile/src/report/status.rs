//! Says what a run did, in cargo's style: a verb in twelve columns, then what it was done to.

use super::diff;
use crate::tasks::gen_dockerfiles::Outcome;
use console::terminal;
use diagnostics::{Problem, called, count};
use generate::sync::Plan;
use repo::generated::{Change, Kind};

/// What goes to standard output and what goes to standard error.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rendered {
    /// What goes to standard output.
    pub out: String,
    /// What goes to standard error.
    pub err: String,
}

/// The outcome of `gen-dockerfiles`.
pub fn gen_dockerfiles(outcome: &Outcome) -> Rendered {
    let mut rendered = Rendered::default();
    match outcome {
        Outcome::Nothing => rendered.err = terminal::problems(&[no_service()]),
        Outcome::Fresh { files, services } => rendered.err = fresh(*files, *services),
        Outcome::Stale {
            plan,
            services,
            command,
        } => {
            for change in &plan.changes {
                rendered.out.push_str(&diff::unified(change));
                rendered
                    .err
                    .push_str(&finding(found(change.kind), change.path.as_str()));
            }
            let total = plan.fresh + plan.changes.len();
            let differ = plan.changes.len();
            rendered.err.push_str(&finding(
                "Stale",
                &format!(
                    "{differ} of {} of {}",
                    count(total, "file"),
                    count(*services, "service")
                ),
            ));
            rendered.err.push_str(&format!("help: run `{command}`\n"));
        }
        Outcome::Written { plan, services } => {
            for change in plan.foreign() {
                rendered.out.push_str(&diff::unified(change));
            }
            for change in &plan.changes {
                rendered.err.push_str(&line(done(change.kind), change.path.as_str()));
            }
            rendered
                .err
                .push_str(&line("Finished", &totals(&plan.changes, plan, *services)));
        }
    }
    rendered
}

/// Said while another run holds the lock.
pub fn waiting() -> String {
    line(
        "Blocking",
        &called::as_called("waiting for another run of cargo xtask in this repository"),
    )
}

fn fresh(files: usize, services: usize) -> String {
    line(
        "Fresh",
        &format!("{} of {}", count(files, "file"), count(services, "service")),
    )
}

fn totals(changes: &[Change], plan: &Plan, services: usize) -> String {
    let number = |kinds: &[Kind]| changes.iter().filter(|change| kinds.contains(&change.kind)).count();
    format!(
        "{}: {} created, {} updated, {} removed, {} fresh",
        count(services, "service"),
        number(&[Kind::Create]),
        number(&[Kind::Update, Kind::Foreign]),
        number(&[Kind::Remove]),
        plan.fresh
    )
}

pub(super) fn found(kind: Kind) -> &'static str {
    match kind {
        Kind::Create => "Missing",
        Kind::Update => "Differs",
        Kind::Remove => "Orphaned",
        Kind::Foreign => "Foreign",
    }
}

pub(super) fn done(kind: Kind) -> &'static str {
    match kind {
        Kind::Create => "Created",
        Kind::Update => "Updated",
        Kind::Remove => "Removed",
        Kind::Foreign => "Adopted",
    }
}

fn no_service() -> Problem {
    Problem::error("no service found to generate files for")
        .remedy("name the folders of services in `services`, in `Cargo.toml`")
}

/// All is well, or was made well.
pub(super) fn line(verb: &str, what: &str) -> String {
    format!("\u{1b}[1;32m{verb:>12}\u{1b}[0m {what}\n")
}

/// Something is not as it has to be.
pub(super) fn finding(verb: &str, what: &str) -> String {
    format!("\u{1b}[1;31m{verb:>12}\u{1b}[0m {what}\n")
}
