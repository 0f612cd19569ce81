//! Reads what there is of a service: its Dockerfiles, its lock, its requirement files, and what of it is generated.

use std::{
    collections::{BTreeMap, BTreeSet},
    thread,
};

use super::flavours;
use crate::{
    artifact::{FILE_NAMES, Header},
    evidence::{Surroundings, requirements::RequirementFile},
    repo::{
        Repo, RepoPath, Service, Source,
        dockerfiles::{self, Pair},
        lock,
    },
    report::Problem,
    rules::{LockManager, LockState, Subject},
    sync::{Change, Plan, Scope},
    tasks::gen_dockerfiles::draw,
};

/// All services at once: reading a lock is what takes the time.
pub fn all<'a>(
    repo: &'a Repo,
    surroundings: &'a Surroundings,
    services: &[&'a Service],
) -> Vec<(Subject<'a>, Vec<Problem>)> {
    let of_services = dockerfiles::of_services(&repo.root, &repo.services);
    let none = Pair::default();
    let observe = |service: &'a Service| {
        let mut problems = Vec::new();
        let dockerfiles = of_services.get(&service.package.dir).unwrap_or(&none);
        let subject = observe(repo, surroundings, service, dockerfiles, &mut problems);
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
fn observe<'a>(
    repo: &'a Repo,
    surroundings: &'a Surroundings,
    service: &'a Service,
    dockerfiles: &Pair,
    problems: &mut Vec<Problem>,
) -> Subject<'a> {
    let (dev, prod) = flavours::read(repo, service, dockerfiles, problems);
    let mut requirements = BTreeMap::new();
    let images = dev.iter().chain(&prod);
    let files: BTreeSet<&RepoPath> = images
        .flat_map(|image| &image.installs)
        .flat_map(|install| install.what.files.iter().chain(&install.what.constraints))
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
        surroundings,
        lock: read_lock(repo, service, problems),
        dev,
        prod,
        requirements,
        changes: Vec::new(),
        unused_exceptions: Vec::new(),
    }
}

/// The lock beside the manifest, or that of the uv workspace which the package is a member of.
fn read_lock(repo: &Repo, service: &Service, problems: &mut Vec<Problem>) -> LockState {
    let (root, package) = (&repo.root, &service.package);
    let read = repo.locks.poetry(root, &package.dir.child("poetry.lock"));
    let read = read.and_then(|lock| match lock {
        Some(lock) => Ok(Some(lock)),
        None => lock::uv::find(root, package),
    });
    match read {
        Ok(Some(lock)) => match lock::stale(&package.manifest, &lock) {
            Some(problem) => LockState::Stale(Box::new(problem)),
            None => LockState::Fresh(lock),
        },
        Ok(None) if LockManager::of(service).is_some() => LockState::Missing,
        Ok(None) => LockState::Unneeded,
        Err(found) => {
            problems.extend(found);
            LockState::Unreadable
        }
    }
}

/// How the files that the xtask generates differ from what it would write. Services without any are left alone: their
/// Dockerfiles are written by hand.
pub fn generated(repo: &Repo, subjects: &[Subject<'_>], all: bool, problems: &mut Vec<Problem>) -> Vec<Change> {
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
