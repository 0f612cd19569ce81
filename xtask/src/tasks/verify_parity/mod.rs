use std::{
    collections::BTreeSet,
    mem::ManuallyDrop,
    time::{Duration, Instant},
};

mod aspects;
mod by_compose;
mod composed;
mod exceptions;
mod flavours;
mod images;
mod judge;
mod mend;
mod observe;
mod stages;
mod switch;

pub use observe::development_images;

use super::gen_dockerfiles::select;
use crate::{
    Exit,
    repo::{Repo, RepoPath, Root, unmerged},
    report::{Level, Problem, distinct},
    rules::{Aspect, Rule},
};

/// Prove that the development and the production image of every service run the same software
///
/// Reads what there is, whoever wrote it: manifests, locks, Python sources, Dockerfiles, requirement and ignore files, the
/// Tiltfile, charts, compose files and workflows. Settings are not needed: a package with a Dockerfile is a service, any other is a lib.
/// Nothing is built, and without `--fix` nothing is written. With `--built` or `--images` it also compares what images
/// hold; none is started.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Services to look at [default: all]
    #[arg(value_name = "SERVICE")]
    services: Vec<String>,

    /// Build both images of every service too, and compare what they hold
    #[arg(long)]
    built: bool,

    /// Compare two images instead, local or to be pulled: with the lock of the SERVICE that is named, else of the one in
    /// their title label, else only with each other
    #[arg(long, num_args = 2, value_names = ["DEV", "PROD"], conflicts_with = "built")]
    images: Option<Vec<String>>,

    /// How to say what was found
    #[arg(long, value_enum, default_value_t = Format::Terminal)]
    pub format: Format,

    /// Mend what needs no decision of a person, then judge again and say what is left
    #[arg(long, conflicts_with = "images")]
    fix: bool,

    /// Say where the time went
    #[arg(long)]
    timings: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// A table, and each problem with its place
    Terminal,
    /// One JSON object, as `xtask/schemas/verify-parity.schema.json` describes it
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Workflow commands that annotate a pull request, and a summary of the step
    Github,
}

/// What a run found.
#[derive(Debug)]
pub struct Outcome {
    /// Name and folder of every service that was looked at.
    pub services: Vec<(String, RepoPath)>,
    /// Services of which an image holds packages that cannot be told, as a warning says.
    pub unclear: BTreeSet<String>,
    /// What there is in this repository to look at: the columns of the table.
    pub aspects: Vec<Aspect>,
    pub findings: Vec<Finding>,
    /// What the settings allow.
    pub allowed: Vec<Allowed>,
    /// What `--fix` did, in that order; `None` where it was not asked to.
    pub fixed: Option<Vec<String>>,
    /// How many rules were asked.
    pub rules: usize,
    /// What could not be read or understood.
    pub problems: Vec<Problem>,
    pub timings: Option<Vec<(&'static str, Duration)>>,
}

#[derive(Debug)]
pub struct Finding {
    pub rule: &'static Rule,
    /// `None` where it is of no service.
    pub service: Option<String>,
    pub problem: Problem,
}

/// A finding that an exception names, with its reason.
#[derive(Debug)]
pub struct Allowed {
    pub finding: Finding,
    pub reason: String,
}

impl Outcome {
    pub fn exit(&self) -> Exit {
        // Where nothing could be read, it is not known that there is nothing.
        if self.problems.iter().any(|problem| problem.level == Level::Error) {
            Exit::Failed
        } else if self.services.is_empty() {
            Exit::Nothing
        } else if self
            .findings
            .iter()
            .any(|finding| finding.problem.level == Level::Error)
        {
            Exit::Parity
        } else {
            Exit::Clean
        }
    }
}

/// Reads and compares, and mends where it is told to. `Err` where there is no repository to judge. `on_wait` is called
/// when another run that writes is in the way.
pub fn run(root: &Root, args: &Args, on_wait: impl FnOnce()) -> Result<Outcome, Vec<Problem>> {
    match args.fix {
        true => mend::run(root, on_wait, || judge(root, args)),
        false => judge(root, args),
    }
}

fn judge(root: &Root, args: &Args) -> Result<Outcome, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut clock = Clock::start();
    // Judged again, what was written since is read again.
    let root = &root.anew();
    let repo = Repo::found(root, &mut problems);
    // Nothing but the process ends after it: taking it apart takes as long as a rule does.
    let repo = ManuallyDrop::new(repo);
    let Some(repo) = &*repo else {
        problems.extend(root.unreadable());
        return Err(distinct(problems));
    };
    let mut unknown = Vec::new();
    let selected = match (&args.images, args.services.as_slice()) {
        (Some(_), []) => Vec::new(),
        (Some(_), [_, _, ..]) => {
            let problem = Problem::error("two images are of one service, and more are named");
            return Err(problem.remedy("name one behind `--images DEV PROD`, or none").into());
        }
        (Some(_), [_]) | (None, _) => select(repo, &args.services, &mut unknown),
    };
    if !unknown.is_empty() {
        return Err(unknown);
    }
    clock.lap("manifests");
    exceptions::check(repo, &mut problems);
    let mut outcome = match args.images.as_deref() {
        Some([dev, prod]) => judge::two_images(repo, (dev, prod), selected.first().copied(), &mut clock, problems),
        Some(_) | None => judge::services(repo, args, &selected, &mut clock, problems),
    };
    // What no reader has said, because it could do without.
    outcome.problems.extend(root.unreadable());
    let problems = outcome.problems.drain(..).map(|problem| match problem.level {
        Level::Error => unmerged::cause(problem),
        Level::Warning | Level::Note => problem,
    });
    outcome.problems = distinct(problems.collect::<Vec<_>>());
    outcome.timings = args.timings.then_some(clock.laps);
    Ok(outcome)
}

/// Where the time goes.
struct Clock {
    last: Instant,
    laps: Vec<(&'static str, Duration)>,
}

impl Clock {
    fn start() -> Self {
        Self {
            last: Instant::now(),
            laps: Vec::new(),
        }
    }

    fn lap(&mut self, what: &'static str) {
        let now = Instant::now();
        self.laps.push((what, now - self.last));
        self.last = now;
    }
}

/// A message that a person can act on without looking anything up.
fn finding(repo: &Repo, rule: &'static Rule, service: Option<String>, mut problem: Problem) -> Finding {
    problem.level = repo
        .settings
        .levels
        .get(rule.id)
        .map_or(rule.level, |level| level.value);
    problem.notes.push(rule.why.to_owned());
    problem.remedy.get_or_insert_with(|| rule.fix.to_owned());
    Finding { rule, service, problem }
}
