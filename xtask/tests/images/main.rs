//! Builds the images of every service from a clean checkout, runs them, and looks at what they really are.
//!
//! The trials come from the services that the repository holds. What is expected comes from its manifests and locks,
//! never from what draws the Dockerfiles, so that this checks Dockerfiles of any origin.
//! Without a Docker engine all trials are ignored, or in CI fail.

#![allow(clippy::disallowed_macros, reason = "a trial prints what it measures")]
#![allow(
    clippy::disallowed_methods,
    reason = "folders of the tests, not the repository that is worked on"
)]

mod changes;
mod checkout;
mod container;
mod docker;
#[path = "../faults/entry.rs"]
mod entry;
#[path = "../faults/finding.rs"]
#[expect(dead_code, reason = "the suites of files use the rest of it")]
mod finding;
#[path = "../fixture/mod.rs"]
#[expect(dead_code, reason = "other tests use the rest of it")]
mod fixture;
#[path = "../index_server/mod.rs"]
#[expect(dead_code, reason = "other tests use the rest of it")]
mod index_server;
#[path = "../faults/known.rs"]
#[expect(dead_code, reason = "the suites of files use the rest of it")]
mod known;
mod lab;
mod lock;
mod network;
#[path = "../faults/outcome.rs"]
mod outcome;
mod probe;
mod published;
mod saved;
mod steps;
#[path = "../faults/table.rs"]
mod table;
mod trials;
#[path = "../uv_workspace/workspace.rs"]
mod workspace;

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use console::terminal;
use libtest_mimic::{Arguments, Trial};
use repo::{Repo, Root};

use changes::edit;
use lab::Lab;

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    // Every trial loads more than one core, by building or by starting Python.
    arguments.test_threads = arguments.test_threads.or(Some(2));
    let root = Root::new(repository());
    let mut problems = Vec::new();
    let repo = Repo::read(&root, &mut problems);
    let Some(repo) = repo.filter(|_| problems.is_empty()) else {
        eprint!("{}", anstream::adapter::strip_str(&terminal::problems(&problems)));
        return ExitCode::FAILURE;
    };
    let docker = docker::version();
    let ignored = match &docker {
        Ok(_) => false,
        Err(why) => {
            eprintln!("no Docker engine answers: {why}");
            !in_ci()
        }
    };
    let lab = Arc::new(Lab::new(repo, "this"));
    if docker.is_ok() && !arguments.list {
        docker::remove_leftovers();
    }
    let trials: Vec<Trial> = trials::all(&lab)
        .into_iter()
        .map(|trial| trial.with_ignored_flag(ignored))
        .collect();
    let conclusion = libtest_mimic::run(&arguments, trials);
    lab.remove_images();
    conclusion.exit_code()
}

/// The repository under test: this one, or the one that `XTASK_IMAGES_ROOT` names.
fn repository() -> PathBuf {
    let this = || Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let root = std::env::var_os("XTASK_IMAGES_ROOT").map_or_else(this, PathBuf::from);
    root.canonicalize().unwrap_or(root)
}

fn in_ci() -> bool {
    std::env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false")
}
