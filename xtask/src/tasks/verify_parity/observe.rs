//! Reads what there is of a service: its Dockerfiles, its lock, its requirement files, and what of it is generated.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    thread,
};

use crate::{
    artifact::{FILE_NAMES, Header},
    evidence::{Surroundings, dockerfile::Dockerfile, image::Image, requirements::RequirementFile},
    repo::{Repo, RepoPath, Service, Source, lock},
    report::Problem,
    rules::{LockState, Subject},
    sync::{Change, Plan, Scope},
    tasks::gen_dockerfiles::draw,
    tilt::{Demand, faults},
};

const PRODUCTION: [&str; 4] = [
    "Dockerfile",
    "Dockerfile.prod",
    "Dockerfile.production",
    "prod.Dockerfile",
];
const DEVELOPMENT: [&str; 3] = ["Dockerfile.dev", "Dockerfile.development", "dev.Dockerfile"];

/// All services at once: reading a lock is what takes the time.
pub fn all<'a>(
    repo: &'a Repo,
    surroundings: &'a Surroundings,
    services: &[&'a Service],
) -> Vec<(Subject<'a>, Vec<Problem>)> {
    let observe = |service: &'a Service| {
        let mut problems = Vec::new();
        let subject = observe(repo, surroundings, service, &mut problems);
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
    problems: &mut Vec<Problem>,
) -> Subject<'a> {
    let dir = &service.package.dir;
    let mut image = |names: &[&str]| find_image(&repo.root, dir, names, problems);
    let (dev, prod) = (image(&DEVELOPMENT), image(&PRODUCTION));
    let tilt = match (&surroundings.tiltfile, &dev) {
        (Some(tiltfile), Some(dev)) => faults(tiltfile, repo, &Demand::of(repo, service, dev)),
        (Some(_), None) | (None, _) => Vec::new(),
    };
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
        surroundings,
        lock: read_lock(&repo.root, service, problems),
        dev,
        prod,
        requirements,
        changes: Vec::new(),
        tilt,
        unused_exceptions: Vec::new(),
    }
}

/// The development image of a service, as its Dockerfile says. `None` where there is none.
pub fn development_image(root: &Path, service: &Service, problems: &mut Vec<Problem>) -> Option<Image> {
    find_image(root, &service.package.dir, &DEVELOPMENT, problems)
}

fn find_image(root: &Path, dir: &RepoPath, names: &[&str], problems: &mut Vec<Problem>) -> Option<Image> {
    let path = names
        .iter()
        .map(|name| dir.child(name))
        .find(|path| path.under(root).is_file())?;
    read_image(root, &path, problems)
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
