//! All that CI runs, in its order, on any machine. The workflow names stages and nothing else, so there is one list of steps.

mod step;
mod steps;

use std::{
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use diagnostics::{Exit, Problem};
use repo::Root;
use repo::{Repo, toml::quoted};

pub use step::{Needs, Run, Stage, Step};
pub use steps::CHECKING;

/// Run the steps of CI in the same order, and show how long each takes
///
/// Continues after a failure, and fails at the end. A step that cannot run on this machine is skipped and listed. With `CI=true` a skipped
/// step is a failure, unless `--may-skip` names it.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Stages (`checks`, `tests`, `images`, `trials`) or steps to run, by name [default: all]
    #[arg(value_name = "STAGE")]
    chosen: Vec<String>,

    /// Branch, tag or commit to compare with, to select the images to build [default: the default branch]
    #[arg(long, value_name = "REV", conflicts_with = "services")]
    base: Option<String>,

    /// Build the images of these services, even if nothing has changed
    #[arg(long = "service", value_name = "SERVICE")]
    services: Vec<String>,

    /// Step that may be skipped on this machine
    #[arg(long, value_name = "STEP")]
    may_skip: Vec<String>,

    /// Run nothing: list the steps and their commands
    #[arg(long)]
    pub list: bool,
}

/// How a run ended.
#[derive(Debug)]
pub struct Outcome {
    /// The steps, in order.
    pub rows: Vec<Row>,
    /// The time of the whole run.
    pub time: Duration,
}

/// A step, and what came of it.
#[derive(Debug)]
pub struct Row {
    /// The step.
    pub step: Step,
    /// How it ended.
    pub verdict: Verdict,
    /// How long it took.
    pub time: Duration,
}

/// How a step ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Its command succeeded.
    Passed,
    /// Its command failed.
    Failed,
    /// It could not run here, and has to.
    Missing(&'static str),
    /// It could not run here, and need not; with the reason.
    Skipped(&'static str),
    /// It was only to be named.
    Listed,
}

impl Outcome {
    /// The exit code: a failed or missing step fails the run.
    pub fn exit(&self) -> Exit {
        let any = |wanted: fn(&Verdict) -> bool| self.rows.iter().any(|row| wanted(&row.verdict));
        if any(|verdict| matches!(verdict, Verdict::Failed | Verdict::Missing(_))) {
            Exit::Failed
        } else if any(|verdict| matches!(verdict, Verdict::Passed | Verdict::Listed)) {
            Exit::Clean
        } else {
            Exit::Nothing
        }
    }
}

/// Runs the steps one after the other. What they write goes where ours goes; `on_start` and `on_end` stand around it.
pub fn run(root: &Root, args: &Args, on_start: &dyn Fn(&Step), on_end: &dyn Fn(&Row)) -> Result<Outcome, Vec<Problem>> {
    let started = Instant::now();
    let repo = Repo::sound(root)?;
    let steps = steps::all(&repo, args.base.as_deref(), &args.services)?;
    check_names(&steps, args.chosen.iter().chain(&args.may_skip))?;
    // Where we are now: a step may build this program again.
    let program = std::env::current_exe()
        .map_err(|error| Problem::error(format!("cannot determine the path of this program: {error}")))?;
    let in_ci = std::env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false");
    let is_chosen = |step: &Step| args.chosen.is_empty() || args.chosen.iter().any(|name| step.is_called(name));
    let mut rows = Vec::new();
    for step in steps.into_iter().filter(is_chosen) {
        let began = Instant::now();
        let may_skip = !in_ci || args.may_skip.iter().any(|name| step.is_called(name));
        let verdict = match step.needs.and_then(Needs::missing) {
            _ if args.list => Verdict::Listed,
            Some(reason) if may_skip => Verdict::Skipped(reason),
            Some(reason) => Verdict::Missing(reason),
            None => {
                on_start(&step);
                execute(root, &program, &step)?
            }
        };
        let row = Row {
            step,
            verdict,
            time: began.elapsed(),
        };
        on_end(&row);
        rows.push(row);
    }
    Ok(Outcome {
        rows,
        time: started.elapsed(),
    })
}

fn execute(root: &Root, program: &Path, step: &Step) -> Result<Verdict, Problem> {
    let mut command = match &step.run {
        Run::Xtask(_) => Command::new(program),
        // The cargo that runs the xtask, so that both use one toolchain.
        Run::Cargo(_) => Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())),
    };
    match &step.run {
        Run::Xtask(arguments) => command.arg("--root").arg(root).args(arguments),
        Run::Cargo(arguments) => command.args(arguments),
    };
    let status = command.current_dir(root).stdin(Stdio::null()).status();
    match status {
        Ok(status) if status.success() => Ok(Verdict::Passed),
        Ok(_) => Ok(Verdict::Failed),
        Err(error) => Err(Problem::error(format!("cannot run `{}`: {error}", step.run))),
    }
}

fn check_names<'a>(steps: &[Step], names: impl Iterator<Item = &'a String>) -> Result<(), Vec<Problem>> {
    let unknown = names.filter(|name| {
        let is_stage = Stage::ALL.iter().any(|stage| stage.name() == *name);
        !is_stage && !steps.iter().any(|step| step.is_called(name))
    });
    let stages = Stage::ALL.map(Stage::name);
    let names: Vec<&str> = steps.iter().map(|step| step.name.as_str()).collect();
    let problems: Vec<Problem> = unknown
        .map(|name| {
            Problem::error(format!("no stage or step is named `{name}`"))
                .note(format!("steps here are {}", quoted(&names)))
                .remedy(format!("stages are {}", quoted(&stages)))
        })
        .collect();
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}
