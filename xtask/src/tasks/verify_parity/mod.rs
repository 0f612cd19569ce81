use std::{
    path::Path,
    time::{Duration, Instant},
};

mod exceptions;
mod images;
mod observe;

use super::gen_dockerfiles::select;
use crate::{
    Exit,
    evidence::Surroundings,
    repo::{Repo, RepoPath, Service},
    report::{Level, Problem},
    rules::{GENERATED_FILE_STALE, Pair, RULES, Rule, Subject, Whole, stale},
};
use images::Probed;

/// Prove that the development and the production image of every service run the same software
///
/// Reads manifests, locks, Dockerfiles and requirement files, and compares; nothing is built and nothing is written.
/// With `--built` or `--images` it compares what images really hold; none is started.
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

    /// Say where the time went
    #[arg(long)]
    timings: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// A table, and each problem with its place
    Terminal,
    /// One JSON object
    Json,
    /// Workflow commands that annotate a pull request
    Github,
}

/// What a run found.
#[derive(Debug)]
pub struct Outcome {
    /// Name and folder of every service that was looked at.
    pub services: Vec<(String, RepoPath)>,
    pub findings: Vec<Finding>,
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

impl Outcome {
    pub fn exit(&self) -> Exit {
        if self.services.is_empty() {
            Exit::Nothing
        } else if self.problems.iter().any(|problem| problem.level == Level::Error) {
            Exit::Failed
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

/// Reads and compares. `Err` where there is no repository to judge.
pub fn run(root: &Path, args: &Args) -> Result<Outcome, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut clock = Clock::start();
    let repo = Repo::read(root, &mut problems);
    let Some(repo) = repo else { return Err(problems) };
    let selected = match (&args.images, args.services.as_slice()) {
        (Some(_), []) => Vec::new(),
        (Some(_), [_, _, ..]) => {
            let problem = Problem::error("two images are of one service, and more are named");
            return Err(problem.remedy("name one behind `--images DEV PROD`, or none").into());
        }
        (Some(_), [_]) | (None, _) => select(&repo, &args.services, &mut problems),
    };
    if !problems.is_empty() {
        return Err(problems);
    }
    clock.lap("manifests");
    exceptions::check(&repo, &mut problems);
    let mut outcome = match args.images.as_deref() {
        Some([dev, prod]) => two_images(&repo, (dev, prod), selected.first().copied(), &mut clock, problems),
        Some(_) | None => services(&repo, args, &selected, &mut clock, problems),
    };
    outcome.timings = args.timings.then_some(clock.laps);
    Ok(outcome)
}

/// Judges services by their files, and where asked by their images.
fn services(repo: &Repo, args: &Args, selected: &[&Service], clock: &mut Clock, mut problems: Vec<Problem>) -> Outcome {
    let mut subjects: Vec<Subject<'_>> = Vec::new();
    let surroundings = Surroundings::read(&repo.root, &mut problems);
    for (subject, found) in observe::all(repo, &surroundings, selected) {
        subjects.push(subject);
        problems.extend(found);
    }
    clock.lap("Dockerfiles and locks");
    let changes = observe::generated(repo, &subjects, args.services.is_empty(), &mut problems);
    for subject in &mut subjects {
        let dir = &subject.service.package.dir;
        subject.changes = changes.iter().filter(|change| change.path.is_under(dir)).collect();
    }
    clock.lap("generated files");
    let mut findings = Vec::new();
    let whole = Whole {
        repo,
        subjects: &subjects,
        surroundings: &surroundings,
    };
    for rule in RULES {
        if let Some(check) = rule.check.of_service() {
            for subject in &subjects {
                let service = Some(subject.service.package.name.to_string());
                let found = check(subject).into_iter();
                findings.extend(found.map(|problem| finding(rule, service.clone(), problem)));
            }
        }
        if let Some(check) = rule.check.of_whole() {
            let found = check(&whole).into_iter();
            findings.extend(found.map(|problem| finding(rule, None, problem)));
        }
    }
    clock.lap("rules");
    if args.built {
        let probed = images::build(&repo.root, &subjects, &mut problems);
        clock.lap("images");
        for (subject, probed) in subjects.iter().zip(&probed) {
            let Some(probed) = probed else { continue };
            images::check_python(probed, &mut problems);
            let found = of_images(probed, Some(subject), subject.service.package.name.as_str());
            // What the files already show is shown there, once.
            let known = |new: &Finding| {
                let same = |old: &Finding| {
                    old.rule.id == new.rule.id
                        && old.service == new.service
                        && old.problem.message == new.problem.message
                };
                findings.iter().any(same)
            };
            let new: Vec<Finding> = found.into_iter().filter(|finding| !known(finding)).collect();
            findings.extend(new);
        }
        clock.lap("rules of images");
    }
    let of_service = |finding: &Finding| {
        repo.services
            .iter()
            .position(|service| finding.service.as_deref() == Some(service.package.name.as_str()))
    };
    findings.sort_by_key(|finding| of_service(finding).unwrap_or(usize::MAX));
    let elsewhere = changes.iter().filter(|change| {
        subjects
            .iter()
            .all(|subject| !change.path.is_under(&subject.service.package.dir))
    });
    findings.extend(
        elsewhere
            .filter_map(stale)
            .map(|problem| finding(&GENERATED_FILE_STALE, None, problem)),
    );
    exceptions::take_out(repo, &mut findings, |findings| {
        exceptions::unused(repo, &mut subjects, findings, args.built)
    });
    Outcome {
        services: selected
            .iter()
            .map(|service| (service.package.name.to_string(), service.package.dir.clone()))
            .collect(),
        findings,
        problems,
        timings: None,
    }
}

/// Judges two images by themselves, and by the lock of a service where one is known.
fn two_images(
    repo: &Repo,
    (dev, prod): (&str, &str),
    service: Option<&Service>,
    clock: &mut Clock,
    mut problems: Vec<Problem>,
) -> Outcome {
    let probed = images::named(&repo.root, dev, prod, &mut problems);
    images::check_python(&probed, &mut problems);
    clock.lap("images");
    let service = service.or_else(|| images::titled(repo, &probed));
    let surroundings = Surroundings::default();
    let mut subject = None;
    if let Some(service) = service {
        for (observed, found) in observe::all(repo, &surroundings, &[service]) {
            subject = Some(observed);
            problems.extend(found);
        }
    }
    // The Dockerfiles of this tree need not be those that the images were built from.
    if let Some(subject) = &mut subject {
        (subject.dev, subject.prod) = (None, None);
    }
    let (name, dir) = match service {
        Some(service) => (service.package.name.to_string(), service.package.dir.clone()),
        None => (prod.to_owned(), RepoPath::root()),
    };
    let mut findings = of_images(&probed, subject.as_ref(), &name);
    exceptions::take_out(repo, &mut findings, |_| Vec::new());
    clock.lap("rules of images");
    Outcome {
        services: vec![(name, dir)],
        findings,
        problems,
        timings: None,
    }
}

/// What the rules say of two images, where both could be read.
fn of_images(probed: &Probed, subject: Option<&Subject<'_>>, name: &str) -> Vec<Finding> {
    let (Some(dev), Some(prod)) = (&probed.dev, &probed.prod) else {
        return Vec::new();
    };
    let pair = Pair { dev, prod, subject };
    let mut findings = Vec::new();
    for rule in RULES {
        if let Some(check) = rule.check.of_images() {
            let found = check(&pair).into_iter();
            findings.extend(found.map(|problem| finding(rule, Some(name.to_owned()), problem)));
        }
    }
    findings
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
fn finding(rule: &'static Rule, service: Option<String>, mut problem: Problem) -> Finding {
    problem.level = rule.level;
    problem.notes.push(rule.why.to_owned());
    problem.remedy.get_or_insert_with(|| rule.fix.to_owned());
    Finding { rule, service, problem }
}
