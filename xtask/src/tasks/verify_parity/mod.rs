use std::{
    path::Path,
    time::{Duration, Instant},
};

mod exceptions;
mod observe;

pub use observe::development_image;

use super::gen_dockerfiles::select;
use crate::{
    Exit,
    evidence::Surroundings,
    repo::{Repo, RepoPath},
    report::{Level, Problem},
    rules::{Check, GENERATED_FILE_STALE, RULES, Rule, Subject, Whole, stale},
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
    let surroundings = Surroundings::read(&repo.root, &mut problems);
    for (subject, found) in observe::all(&repo, &surroundings, &selected) {
        subjects.push(subject);
        problems.extend(found);
    }
    clock.push(("Dockerfiles and locks", Instant::now()));
    let changes = observe::generated(&repo, &subjects, args.services.is_empty(), &mut problems);
    for subject in &mut subjects {
        let dir = &subject.service.package.dir;
        subject.changes = changes.iter().filter(|change| change.path.is_under(dir)).collect();
    }
    clock.push(("generated files", Instant::now()));
    exceptions::check(&repo, &mut problems);
    let mut findings = Vec::new();
    let whole = Whole {
        repo: &repo,
        subjects: &subjects,
        surroundings: &surroundings,
    };
    for rule in RULES {
        match rule.check {
            Check::Service(check) => {
                for subject in &subjects {
                    let service = Some(subject.service.package.name.to_string());
                    let found = check(subject).into_iter();
                    findings.extend(found.map(|problem| finding(rule, service.clone(), problem)));
                }
            }
            Check::Whole(check) => {
                let found = check(&whole).into_iter();
                findings.extend(found.map(|problem| finding(rule, None, problem)));
            }
        }
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
    let unused = exceptions::apply(&repo, &mut subjects, &mut findings);
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

/// A message that a person can act on without looking anything up.
fn finding(rule: &'static Rule, service: Option<String>, mut problem: Problem) -> Finding {
    problem.level = rule.level;
    problem.notes.push(rule.why.to_owned());
    problem.remedy.get_or_insert_with(|| rule.fix.to_owned());
    Finding { rule, service, problem }
}
