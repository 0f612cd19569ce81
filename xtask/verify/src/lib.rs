//! Whether development and production run the same software: reads the repository, asks every rule, applies the exceptions of the
//! settings and, where asked, fixes. Prints nothing and knows no command line.

use std::{
    collections::BTreeSet,
    mem::ManuallyDrop,
    time::{Duration, Instant},
};

mod aspects;
mod built;
mod by_compose;
mod causes;
mod composed;
mod exceptions;
mod flavours;
mod images;
mod judge;
mod mend;
mod observe;
mod other_images;
mod portrait;
mod production;
mod stages;
mod switch;
mod unfound;

pub use causes::Cause;
pub use observe::development_images;
pub use portrait::{ImageDigest, LibPortrait, Portrait, Shown, TOPICS};
use repo::Root;

use diagnostics::{Exit, Level, Problem, called::as_called, merged};
use facts::Subject;
use repo::{Repo, RepoPath, Service, unmerged};
use rules::{Aspect, Rule};
use surfaces::{
    Surroundings,
    compose::{self, Index},
};

/// What to look at, and what to do about it.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Names of services; empty for all.
    pub services: Vec<String>,
    /// What is compared.
    pub subjects: Subjects,
    /// Apply the fixes that need no decision of a person, and check again.
    pub fix: bool,
    /// Measure where the time goes.
    pub timings: bool,
}

/// What is compared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Subjects {
    /// Files of the repository alone.
    #[default]
    Files,
    /// The same, and images that are built from them.
    Built,
    /// Two images that are there, or can be pulled.
    Images {
        /// The reference of the development image.
        development: String,
        /// The reference of the production image.
        production: String,
    },
    /// Files of the repository, and the production image that was built from them.
    Production {
        /// The reference of the image.
        image: String,
    },
}

/// What a run found.
#[derive(Debug)]
pub struct Report {
    /// Name and folder of every service that was looked at.
    pub services: Vec<(String, RepoPath)>,
    /// Dockerfiles that install Python packages, where no service was found.
    pub strays: Vec<RepoPath>,
    /// Services of which an image holds packages that cannot be told, as a warning says.
    pub unclear: BTreeSet<String>,
    /// Aspects of services that nothing was found about: no container in the charts, no build in the workflows.
    pub unfound: BTreeSet<(String, Aspect)>,
    /// What there is in this repository to look at: the columns of the table.
    pub aspects: Vec<Aspect>,
    /// What rules found, and nothing allows.
    pub findings: Vec<Finding>,
    /// What the settings allow.
    pub allowed: Vec<Allowed>,
    /// What `--fix` did, in that order; `None` where it was not asked to.
    pub fixed: Option<Vec<String>>,
    /// The rules that were asked.
    pub asked: Vec<&'static Rule>,
    /// Services with their images.
    pub portraits: Vec<Portrait>,
    /// The libs that these services need.
    pub libs: Vec<LibPortrait>,
    /// What could not be read or understood.
    pub problems: Vec<Problem>,
    /// The time that each step took, where it was asked for.
    pub timings: Option<Vec<(&'static str, Duration)>>,
}

/// A problem with the rule that found it.
#[derive(Debug)]
pub struct Finding {
    /// The rule.
    pub rule: &'static Rule,
    /// `None` where it is of no service.
    pub service: Option<String>,
    /// The problem.
    pub problem: Problem,
}

/// A finding that an exception names, with its reason.
#[derive(Debug)]
pub struct Allowed {
    /// The finding.
    pub finding: Finding,
    /// The reason that the exception gives.
    pub reason: String,
}

impl Report {
    /// Each cause once, in the order in which to read them: by severity, then by the number of services that it hits.
    pub fn causes(&self) -> Vec<Cause<'_>> {
        causes::across_services(&self.findings)
    }

    /// The exit code of `verify-parity`.
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

/// Reads and compares. `Err` where there is no repository to check. With [`Options::fix`] it writes, under the lock of the repository;
/// `on_wait` is called when another run that writes is in the way.
///
/// ```no_run
/// use verify::{Options, verify};
///
/// let report = verify(std::path::Path::new("."), &Options::default(), || {})?;
/// for finding in &report.findings {
///     println!("{}: {}", finding.rule.id, finding.problem.message);
/// }
/// # Ok::<(), Vec<diagnostics::Problem>>(())
/// ```
pub fn verify(root: &std::path::Path, options: &Options, on_wait: impl FnOnce()) -> Result<Report, Vec<Problem>> {
    if options.fix {
        mend::run(&Root::new(root), on_wait, || check(&Root::new(root), options))
    } else {
        check(&Root::new(root), options)
    }
}

/// Reads the repository as the check does, and shows what is known about each service and its images. Problems of reading come back
/// beside what was made of it.
pub fn observed<T>(
    root: &Root,
    look: impl FnOnce(&Repo, &[Subject<'_>], &Surroundings) -> T,
) -> Result<(T, Vec<Problem>), Vec<Problem>> {
    let mut problems = Vec::new();
    let Some(repo) = Repo::found(root, &mut problems) else {
        return Err(problems);
    };
    let selected: Vec<&Service> = repo.services.iter().collect();
    let compose = compose::read(&repo.root, &repo.services, &mut problems);
    let libs = observe::libs(&repo, &selected, &mut problems);
    let observed = observe::all(&repo, &libs, &Index::of(&compose), &selected);
    let mut subjects = Vec::new();
    for (subject, found) in observed {
        subjects.push(subject);
        problems.extend(found);
    }
    let mut surroundings = Surroundings::read(&repo.root, repo.tree(), &mut problems);
    let compose = compose::read(&repo.root, &repo.services, &mut Vec::new());
    surroundings.compose = compose;
    observe::among(&repo, &surroundings, &mut subjects);
    Ok((look(&repo, &subjects, &surroundings), merged(problems)))
}

fn check(root: &Root, options: &Options) -> Result<Report, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut clock = Clock::start();
    // Judged again, what was written since is read again.
    let root = &root.fresh();
    let repo = Repo::found(root, &mut problems);
    // Nothing but the process ends after it: taking it apart takes as long as a rule does.
    let repo = ManuallyDrop::new(repo);
    let Some(repo) = &*repo else {
        problems.extend(root.untold(&problems));
        return Err(problems);
    };
    let mut unknown = Vec::new();
    let selected = match (&options.subjects, options.services.as_slice()) {
        (Subjects::Images { .. }, []) => Vec::new(),
        (Subjects::Images { .. }, [_, _, ..]) => {
            let problem =
                Problem::error("`--images` compares two images of one service, but several services are named");
            return Err(problem
                .remedy("name one service with `--images DEV PROD`, or none")
                .into());
        }
        (Subjects::Production { .. }, services) if services.len() != 1 => {
            let problem =
                Problem::error("`--production` checks the image of one service, but none or several are named");
            return Err(problem
                .remedy("name the service of the image: `verify-parity SERVICE --production IMAGE`")
                .into());
        }
        (Subjects::Images { .. }, [_]) | (Subjects::Files | Subjects::Built | Subjects::Production { .. }, _) => {
            repo.select(&options.services, &mut unknown)
        }
    };
    if !unknown.is_empty() {
        return Err(unknown);
    }
    clock.lap("manifests");
    exceptions::check(repo, &mut problems);
    let mut report = match &options.subjects {
        Subjects::Images {
            development,
            production,
        } => judge::two_images(
            repo,
            (development, production),
            selected.first().copied(),
            &mut clock,
            problems,
        ),
        Subjects::Files | Subjects::Built | Subjects::Production { .. } => {
            judge::services(repo, options, &selected, &mut clock, problems)
        }
    };
    // What no reader has said, because it could do without.
    report.problems.extend(root.untold(&report.problems));
    let problems = report.problems.drain(..).map(|problem| match problem.level {
        Level::Error => unmerged::cause(problem),
        Level::Warning | Level::Note => problem,
    });
    report.problems = merged(problems.collect::<Vec<_>>());
    report.timings = options.timings.then_some(clock.laps);
    Ok(report)
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
        .map_or_else(|| rule.level.max(problem.level), |level| level.value);
    problem.notes.push(as_called(rule.why).into_owned());
    problem.remedy.get_or_insert_with(|| as_called(rule.fix).into_owned());
    Finding { rule, service, problem }
}
