//! Every test of the repository with one command.

mod application;
mod cargo;
pub(super) mod discover;
mod failures;
mod junit;
mod pages;
mod pytest;
mod schedule;
mod step;
pub mod summary;

use std::time::Instant;

use console::progress::Progress;
use diagnostics::Problem;
use repo::Repo;
use repo::Root;
use step::{Kind, Step};
use summary::{Summary, Verdict};

pub use step::PythonTests;

/// Run all tests: Rust, libs, services, the frontend, the application (also in a browser), and the images if Docker is available
///
/// The tests of a Python package run in an environment from its lock, cached under target/xtask/. The last line, `N passed, N failed, N
/// skipped`, counts tests. A step that failed or was skipped before its tests were counted counts as one.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Steps to run: `rust`, `slow`, a cargo feature, `application`, `browser`, `images`, or a package by name or folder [default: all]
    #[arg(value_name = "STEP")]
    steps: Vec<String>,

    /// Leave out what takes minutes: `slow`, features, `browser`, `images`, and Python tests marked as `slow`
    #[arg(long)]
    fast: bool,

    /// Steps to leave out
    #[arg(long, value_name = "STEP")]
    skip: Vec<String>,
}

/// Runs the steps. `rerun` is the command that reruns a step, but for the step's name.
pub fn run(root: &Root, args: &Args, rerun: &str) -> Result<Summary, Vec<Problem>> {
    let started = Instant::now();
    let repo = Repo::sound(root)?;
    let all = discover::steps(&repo)?;
    let skipped: Vec<String> = match args.skip.as_slice() {
        [] => Vec::new(),
        names => step::choose(all.clone(), names)?
            .into_iter()
            .map(|step| step.name)
            .collect(),
    };
    let steps = step::choose(all, &args.steps)?;
    // What is asked for by its name is run.
    let is_fast = args.fast && args.steps.is_empty();
    let left_out = |step: &Step| match step {
        step if skipped.contains(&step.name) => Some("left out by `--skip`"),
        step if is_fast && step.kind.is_slow() => Some("left out by `--fast`"),
        _ => None,
    };
    let (without, steps): (Vec<Step>, Vec<Step>) = steps.into_iter().partition(|step| left_out(step).is_some());
    let progress = Progress::new(steps.len());
    let runner = step::Runner::new(&repo, rerun, &progress, args.fast);
    let mut rows = schedule::run(&steps, &runner, &progress);
    rows.extend(without.iter().filter_map(|step| {
        let reason = left_out(step)?.to_owned();
        Some(runner.row(step, Verdict::Skipped { reason }))
    }));
    Ok(Summary {
        rows,
        time: started.elapsed(),
    })
}

/// The tests of one package, by its name or folder.
pub fn python_tests(repo: &Repo, package: &str) -> Result<PythonTests, Vec<Problem>> {
    let mut steps = discover::steps(repo)?;
    steps.retain(|step| matches!(step.kind, Kind::Python(_)));
    let chosen = step::choose(steps, &[package.to_owned()])?;
    chosen
        .into_iter()
        .find_map(|step| match step.kind {
            Kind::Python(tests) => Some(*tests),
            Kind::Rust
            | Kind::Slow(_)
            | Kind::Feature(_)
            | Kind::Frontend(_)
            | Kind::Application
            | Kind::Browser(_)
            | Kind::Images => None,
        })
        .ok_or_else(|| vec![Problem::error(format!("package `{package}` does not exist"))])
}
