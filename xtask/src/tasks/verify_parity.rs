use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    thread,
    time::{Duration, Instant},
};

use super::gen_dockerfiles::{draw, select};
use crate::{
    Exit,
    artifact::{FILE_NAMES, Header},
    evidence::{dockerfile::Dockerfile, image::Image, requirements::RequirementFile},
    repo::{Allow, Repo, RepoPath, Service, Source, lock},
    report::{Level, Problem},
    rules::{EXCEPTION_UNUSED, GENERATED_FILE_STALE, LockState, RULES, Rule, Subject, rule, stale},
    sync::{Change, Plan, Scope},
};

/// Prove that the development and the production image of every service run the same software
///
/// Reads manifests, locks, Dockerfiles and requirement files, and compares; nothing is built and nothing is written.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Services to look at [default: all]
    #[arg(value_name = "SERVICE")]
    services: Vec<String>,

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
        } else if !self.findings.is_empty() {
            Exit::Parity
        } else {
            Exit::Clean
        }
    }
}

const PRODUCTION: [&str; 4] = [
    "Dockerfile",
    "Dockerfile.prod",
    "Dockerfile.production",
    "prod.Dockerfile",
];
const DEVELOPMENT: [&str; 3] = ["Dockerfile.dev", "Dockerfile.development", "dev.Dockerfile"];

/// Reads and compares. `Err` where there is no repository to judge.
pub fn run(root: &Path, args: &Args) -> Result<Outcome, Vec<Problem>> {
    let mut clock = vec![("", Instant::now())];
    let mut problems = Vec::new();
    let repo = Repo::read(root, &mut problems);
    let Some(repo) = repo else { return Err(problems) };
    let selected = select(&repo, &args.services, &mut problems);
    if !problems.is_empty() {
        return Err(problems);
    }
    clock.push(("manifests", Instant::now()));
    let mut subjects: Vec<Subject<'_>> = Vec::new();
    for (subject, found) in observe_all(&repo, &selected) {
        subjects.push(subject);
        problems.extend(found);
    }
    clock.push(("Dockerfiles and locks", Instant::now()));
    let changes = generated(&repo, &subjects, args.services.is_empty(), &mut problems);
    for subject in &mut subjects {
        let dir = &subject.service.package.dir;
        subject.changes = changes.iter().filter(|change| change.path.is_under(dir)).collect();
    }
    clock.push(("generated files", Instant::now()));
    check_exceptions(&repo, &mut problems);
    let mut findings = Vec::new();
    for subject in &subjects {
        for each in RULES {
            let service = Some(subject.service.package.name.to_string());
            let found = (each.check)(subject).into_iter();
            findings.extend(found.map(|problem| finding(each, service.clone(), problem)));
        }
    }
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
    let unused = except(&repo, &mut subjects, &mut findings);
    findings.extend(unused);
    clock.push(("rules", Instant::now()));
    let spans = clock
        .windows(2)
        .map(|pair| (pair[1].0, pair[1].1 - pair[0].1))
        .collect();
    Ok(Outcome {
        services: selected
            .iter()
            .map(|service| (service.package.name.to_string(), service.package.dir.clone()))
            .collect(),
        findings,
        problems,
        timings: args.timings.then_some(spans),
    })
}

/// An exception that names what does not exist would never match, and nobody would know why.
fn check_exceptions(repo: &Repo, problems: &mut Vec<Problem>) {
    for allow in &repo.settings.allow {
        if rule(&allow.rule.value).is_none() {
            let problem =
                Problem::error(format!("there is no rule `{}`", allow.rule.value)).at(allow.rule.place.clone());
            problems.push(problem.remedy("`cargo xtask explain` lists them"));
        }
        if repo
            .services
            .iter()
            .all(|service| service.package.name != allow.service.value)
        {
            let message = format!("there is no service `{}`", allow.service.value);
            problems.push(Problem::error(message).at(allow.service.place.clone()));
        }
    }
}

/// Takes out what the settings allow, and returns the exceptions that took out nothing.
fn except<'a>(repo: &'a Repo, subjects: &mut [Subject<'a>], findings: &mut Vec<Finding>) -> Vec<Finding> {
    let matches = |allow: &Allow, finding: &Finding| {
        let service = finding.service.as_deref() == Some(allow.service.value.as_str());
        finding.rule.id == allow.rule.value && service
    };
    let exceptions = &repo.settings.allow;
    let known = exceptions.iter().filter(|allow| rule(&allow.rule.value).is_some());
    let unused: Vec<&Allow> = known
        .filter(|allow| !findings.iter().any(|finding| matches(allow, finding)))
        .collect();
    findings.retain(|finding| !exceptions.iter().any(|allow| matches(allow, finding)));
    let mut found = Vec::new();
    for subject in subjects {
        let name = &subject.service.package.name;
        subject.unused_exceptions = unused
            .iter()
            .copied()
            .filter(|allow| allow.service.value == *name)
            .collect();
        let problems = (EXCEPTION_UNUSED.check)(subject).into_iter();
        found.extend(problems.map(|problem| finding(&EXCEPTION_UNUSED, Some(name.to_string()), problem)));
    }
    found
}

/// A message that a person can act on without looking anything up.
fn finding(rule: &'static Rule, service: Option<String>, mut problem: Problem) -> Finding {
    problem.notes.push(rule.why.to_owned());
    problem.remedy.get_or_insert_with(|| rule.fix.to_owned());
    Finding { rule, service, problem }
}

/// All services at once: reading a lock is what takes the time.
fn observe_all<'a>(repo: &'a Repo, services: &[&'a Service]) -> Vec<(Subject<'a>, Vec<Problem>)> {
    let observe = |service: &'a Service| {
        let mut problems = Vec::new();
        let subject = observe(repo, service, &mut problems);
        (subject, problems)
    };
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let chunk = services.len().div_ceil(workers).max(1);
    thread::scope(|scope| {
        let observe = &observe;
        let running = services
            .chunks(chunk)
            .map(|services| scope.spawn(move || services.iter().map(|service| observe(service)).collect::<Vec<_>>()));
        let running: Vec<_> = running.collect();
        let results = running
            .into_iter()
            .map(|worker| worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        results.flatten().collect()
    })
}

/// Everything that is known about a service, read from the disk.
fn observe<'a>(repo: &'a Repo, service: &'a Service, problems: &mut Vec<Problem>) -> Subject<'a> {
    let dir = &service.package.dir;
    let mut image = |names: &[&str]| {
        let path = names
            .iter()
            .map(|name| dir.child(name))
            .find(|path| path.under(&repo.root).is_file())?;
        read_image(&repo.root, &path, problems)
    };
    let (dev, prod) = (image(&DEVELOPMENT), image(&PRODUCTION));
    let mut requirements = BTreeMap::new();
    let images = dev.iter().chain(&prod);
    let files: BTreeSet<&RepoPath> = images
        .flat_map(|image| &image.installs)
        .flat_map(|install| &install.what.files)
        .filter_map(|file| file.path.as_ref())
        .collect();
    for path in files {
        match Source::read(&path.under(&repo.root), path.as_str()) {
            Ok(source) => drop(requirements.insert(path.clone(), RequirementFile::read(&source))),
            Err(problem) => problems.push(problem),
        }
    }
    Subject {
        repo,
        service,
        lock: read_lock(&repo.root, service, problems),
        dev,
        prod,
        requirements,
        changes: Vec::new(),
        unused_exceptions: Vec::new(),
    }
}

fn read_image(root: &Path, path: &RepoPath, problems: &mut Vec<Problem>) -> Option<Image> {
    let source = Source::read(&path.under(root), path.as_str())
        .map_err(|problem| problems.push(problem))
        .ok()?;
    let dockerfile = Dockerfile::read(&source, problems);
    let image = Image::read(root, path, &dockerfile, problems)?;
    let files = image
        .installs
        .iter()
        .flat_map(|install| install.what.files.iter().map(|file| (file, &install.what.place)));
    for (file, place) in files.filter(|(file, _)| file.path.is_none()) {
        problems.push(
            Problem::warning(format!(
                "cannot tell what `{}` holds: no file of the repository is copied or mounted there",
                file.written
            ))
            .at(place.clone()),
        );
    }
    Some(image)
}

fn read_lock(root: &Path, service: &Service, problems: &mut Vec<Problem>) -> LockState {
    let path = service.package.dir.child("poetry.lock");
    match Source::read_if_present(&path.under(root), path.as_str()) {
        Ok(None) => LockState::Missing,
        Ok(Some(source)) => match lock::Lock::read(&source) {
            Ok(lock) => match lock::stale(&service.package.manifest, &lock) {
                Some(problem) => LockState::Stale(Box::new(problem)),
                None => LockState::Fresh(Box::new(lock)),
            },
            Err(found) => {
                problems.extend(found);
                LockState::Unreadable
            }
        },
        Err(problem) => {
            problems.push(problem);
            LockState::Unreadable
        }
    }
}

/// How the files that the xtask generates differ from what it would write. Services without any are left alone: their
/// Dockerfiles are written by hand.
fn generated(repo: &Repo, subjects: &[Subject<'_>], all: bool, problems: &mut Vec<Problem>) -> Vec<Change> {
    let is_ours = |subject: &&Subject<'_>| {
        let files = FILE_NAMES.iter().map(|name| subject.service.package.dir.child(name));
        let texts = files.filter_map(|path| std::fs::read_to_string(path.under(&repo.root)).ok());
        texts.into_iter().any(|text| Header::path_in(&text).is_some())
    };
    // A stale lock is a finding of its own, and nothing can be drawn from it.
    let drawable = subjects
        .iter()
        .filter(|subject| subject.lock().is_some())
        .filter(is_ours);
    let services: Vec<&Service> = drawable.map(|subject| subject.service).collect();
    if services.is_empty() {
        return Vec::new();
    }
    let artifacts = draw(repo, &services, problems);
    let scope = match all && services.len() == repo.services.len() {
        true => Scope::Everywhere,
        false => Scope::Folders(services.iter().map(|service| service.package.dir.clone()).collect()),
    };
    match Plan::new(&repo.root, &artifacts, &scope) {
        Ok(plan) => plan.changes,
        Err(found) => {
            problems.extend(found);
            Vec::new()
        }
    }
}
