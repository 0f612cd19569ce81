//! Reads what there is of a service: its Dockerfiles, its lock, its requirement files, and what of it is generated.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, OnceLock},
};

use super::{built, composed, flavours};
use diagnostics::{Level, Problem, at_once};
use evidence::{
    code::Code,
    image::{By, Image},
    import_path, released,
    secret::is_telling,
};
use facts::{LibFacts, LoadedOnce, LockState, Subject};
use formats::{PackageName, requirements::RequirementFile};
use generate::{
    artifact::{FILE_NAMES, draw},
    sync::{Plan, Scope},
};
use repo::Root;
use repo::{
    Package, Repo, RepoPath, Service,
    dockerfiles::{self, Pair},
    generated::{Change, Header, is_drawn},
    lock::{self, Manager, pylock},
    settings::LibSource,
};
use surfaces::{
    Surroundings,
    chart::Container,
    compose::{self, Index},
    reference,
    tilt::{Demand, faults},
    workflows::What,
};

static NOTHING: Surroundings = Surroundings::NONE;

/// All services at once: reading a lock is what takes the time. What is around them comes later, by [`among`].
pub fn all<'a>(
    repo: &'a Repo,
    libs: &'a BTreeMap<PackageName, LibFacts>,
    compose: &Index<'_>,
    services: &[&'a Service],
) -> Vec<(Subject<'a>, Vec<Problem>)> {
    let of_services = dockerfiles::of_services(repo);
    let none = Pair::default();
    let files = repo.tree().files().iter();
    let telling: Arc<[RepoPath]> = files.filter(|path| is_telling(path.as_str())).cloned().collect();
    at_once(services, |&service, problems| {
        let dockerfiles = of_services.get(&service.package.dir).unwrap_or(&none);
        let mut subject = observe(repo, libs, (compose, dockerfiles), service, problems);
        subject.telling = telling.clone();
        subject
    })
}

/// The sources of all libs, because each tells what it can be imported as; the locks of those that the services need, and, where
/// all services are looked at, of those that none needs.
pub fn libs(repo: &Repo, services: &[&Service], problems: &mut Vec<Problem>) -> BTreeMap<PackageName, LibFacts> {
    let mut edited = released::edited(&repo.root, &repo.libs);
    let needed: BTreeSet<&PackageName> = services.iter().flat_map(|service| &service.libs).collect();
    let of_all: BTreeSet<&PackageName> = repo.services.iter().flat_map(|service| &service.libs).collect();
    let is_whole = services.len() == repo.services.len();
    let read = at_once(&repo.libs, |lib, problems| {
        let is_spare = is_whole && !of_all.contains(&lib.name);
        let lock = if needed.contains(&lib.name) || is_spare {
            read_outline(&repo.root, lib, problems)
        } else {
            None
        };
        let facts = LibFacts {
            code: Code::read(&repo.root, repo.tree(), lib),
            stale: lock.as_ref().and_then(|lock| lock.stale(&lib.manifest)),
            lock,
            edited: None,
            is_from_index: repo.settings.lib_source == LibSource::Index,
        };
        (lib.name.clone(), facts)
    });
    let facts = read.into_iter().map(|((name, mut facts), found)| {
        problems.extend(found);
        facts.edited = edited.remove(&name);
        (name, facts)
    });
    facts.collect()
}

/// Everything that is known about a service, read from the disk.
fn observe<'a>(
    repo: &'a Repo,
    libs: &'a BTreeMap<PackageName, LibFacts>,
    (compose, dockerfiles): (&Index<'_>, &Pair),
    service: &'a Service,
    problems: &mut Vec<Problem>,
) -> Subject<'a> {
    let (dev, prod) = flavours::read(repo, service, dockerfiles, compose, problems);
    let mut requirements = BTreeMap::new();
    let images = dev.iter().chain(&prod);
    let files: BTreeSet<&RepoPath> = images
        .flat_map(|image| &image.installs)
        .flat_map(|install| install.what.files.iter().chain(&install.what.constraints))
        .filter_map(|file| file.path.as_ref())
        .collect();
    for path in files {
        match repo.root.source(path) {
            Ok(source) => {
                let lock = pylock::as_requirements(&source);
                let mut file = lock.unwrap_or_else(|| RequirementFile::read(&source));
                file.is_drawn = Header::path_in(source.text()).is_some();
                requirements.insert(path.clone(), file);
            }
            Err(problem) => problems.push(problem),
        }
    }
    Subject {
        repo,
        service,
        surroundings: &NOTHING,
        lock: read_lock(repo, service, &[&dev, &prod], problems),
        main: OnceLock::new(),
        markers: OnceLock::new(),
        code: Code::read(&repo.root, repo.tree(), &service.package),
        libs,
        absent: dev
            .as_ref()
            .map_or(Vec::new(), |dev| import_path::absent(&repo.root, dev)),
        dev,
        prod,
        loaded: LoadedOnce::default(),
        dockerfiles: dockerfiles.clone(),
        telling: Arc::default(),
        requirements,
        // One file beside the manifest that the tool made is enough.
        is_drawn: FILE_NAMES
            .iter()
            .any(|name| is_drawn(&repo.root, &service.package.dir.child(name))),
        changes: Vec::new(),
        compose: Vec::new(),
        builds: Vec::new(),
        image_names: OnceLock::new(),
        containers: Vec::new(),
        asides: Vec::new(),
        tilt: Vec::new(),
        unused_exceptions: Vec::new(),
        pythonpath: Default::default(),
    }
}

/// Tells services what runs and builds them.
pub fn among<'a>(repo: &'a Repo, surroundings: &'a Surroundings, subjects: &mut [Subject<'a>]) {
    let services = repo.services.iter().map(|service| service.package.name.as_str());
    let services: Vec<&str> = services.collect();
    let mut containers: BTreeMap<&str, Vec<&Container>> = BTreeMap::new();
    let called = called(surroundings, subjects);
    let by_image = |container: &Container| called.get(reference::last(container.image_name())).copied();
    for container in &surroundings.charts.containers {
        if let Some(service) = by_image(container).or_else(|| container.service(&services)) {
            containers.entry(service).or_default().push(container);
        }
    }
    let mut asides: BTreeMap<&str, Vec<&Container>> = BTreeMap::new();
    for aside in &surroundings.charts.asides {
        if let Some(service) = by_image(aside).or_else(|| aside.image_of(&services)) {
            asides.entry(service).or_default().push(aside);
        }
    }
    composed::assign(&surroundings.compose, subjects);
    built::assign(surroundings, subjects);
    for subject in subjects {
        let service = subject.service;
        subject.surroundings = surroundings;
        subject.containers = containers.remove(service.package.name.as_str()).unwrap_or_default();
        subject.asides = asides.remove(service.package.name.as_str()).unwrap_or_default();
        if let (Some(tiltfile), Some(dev)) = (&surroundings.tiltfile, &subject.dev) {
            subject.tilt = faults(tiltfile, repo, &Demand::of(repo, service, dev));
        }
    }
}

/// Services by what their images are called where that is not the name of the service: by the settings, or by who builds them.
fn called<'a>(surroundings: &Surroundings, subjects: &[Subject<'a>]) -> BTreeMap<String, &'a str> {
    let names: BTreeSet<&str> = subjects
        .iter()
        .map(|subject| subject.service.package.name.as_str())
        .collect();
    let mut called = BTreeMap::new();
    let of_file: BTreeMap<&str, &'a str> = subjects
        .iter()
        .flat_map(|subject| {
            let name = subject.service.package.name.as_str();
            subject.images().map(move |image| (image.path.as_str(), name))
        })
        .collect();
    let workflows = surroundings.workflows.iter().flat_map(|workflow| &workflow.builds);
    for build in workflows.chain(&surroundings.bake) {
        let What::Dockerfile(path) = &build.what else { continue };
        let Some(service) = of_file.get(path.as_str()) else {
            continue;
        };
        for tag in &build.tags {
            let last = reference::last(reference::name(tag));
            if !last.is_empty() && !last.contains('*') && !names.contains(last) {
                called.insert(last.to_owned(), *service);
            }
        }
    }
    for subject in subjects
        .iter()
        .filter(|subject| subject.service.settings.image.is_some())
    {
        let last = reference::last(subject.service.image()).to_owned();
        called.insert(last, subject.service.package.name.as_str());
    }
    called
}

/// The development image of each service, as its Dockerfile says. `None` where there is none.
pub fn development_images(repo: &Repo, problems: &mut Vec<Problem>) -> Vec<Option<Image>> {
    let of_services = dockerfiles::of_services(repo);
    let compose = compose::read(&repo.root, &repo.services, problems);
    let compose = Index::of(&compose);
    let image = |service: &Service| {
        let pair = of_services.get(&service.package.dir)?;
        flavours::read(repo, service, pair, &compose, problems).0
    };
    repo.services.iter().map(image).collect()
}

fn read_outline(root: &Root, lib: &Package, problems: &mut Vec<Problem>) -> Option<lock::Outline> {
    let path = lib.dir.child("poetry.lock");
    let source = root.source_if_present(&path);
    let source = source.map_err(|problem| problems.push(problem)).ok()??;
    let outline = lock::Outline::read(&source);
    if !outline.is_whole() {
        let found = lock::Lock::read(&source).err().unwrap_or_default();
        problems.extend(found);
        return None;
    }
    Some(outline)
}

/// The lock beside the manifest, or that of the uv workspace which the package is a member of; and whether it is of the manifest.
fn read_lock(repo: &Repo, service: &Service, images: &[&Option<Image>], problems: &mut Vec<Problem>) -> LockState {
    let package = &service.package;
    match lock::find(&repo.locks, &repo.root, package) {
        Ok(Some(lock)) => {
            match lock::stale(&package.manifest, &lock).or_else(|| lock::incoherent(&package.manifest, &lock)) {
                Some(problem) => LockState::Stale {
                    problem: Box::new(problem),
                    lock,
                },
                None => LockState::Fresh(lock),
            }
        }
        Ok(None) if is_needed(service, images) => LockState::Missing,
        Ok(None) => LockState::Unneeded,
        Err(found) => {
            problems.extend(found);
            LockState::Unreadable
        }
    }
}

/// Whether there should be a lock. Many a Pipfile is left over, beside the requirement files that are installed.
fn is_needed(service: &Service, images: &[&Option<Image>]) -> bool {
    let mut installs = images.iter().copied().flatten().flat_map(|image| &image.installs);
    match service.manager() {
        Some(Manager::Pipenv) => installs.any(|install| install.what.by == By::Pipenv),
        Some(Manager::Poetry | Manager::Uv | Manager::Pdm | Manager::Pylock) => true,
        None => false,
    }
}

/// How the files that the xtask generates differ from what it would write. Services without any are left alone: their
/// Dockerfiles are written by hand.
pub fn generated(repo: &Repo, subjects: &[Subject<'_>], all: bool, problems: &mut Vec<Problem>) -> Vec<Change> {
    // A stale lock is a finding of its own, and nothing can be drawn from it.
    let drawable = subjects
        .iter()
        .filter(|subject| subject.lock().is_some())
        .filter(|subject| subject.is_drawn);
    let services: Vec<&Service> = drawable.map(|subject| subject.service).collect();
    let undeclared = services.iter().filter_map(|service| service.start().err());
    let undeclared: Vec<Problem> = repo.settings.undeclared().into_iter().chain(undeclared).collect();
    if services.is_empty() || !undeclared.is_empty() {
        problems.extend(undeclared.into_iter().filter(|_| !services.is_empty()));
        return Vec::new();
    }
    let known = problems.len();
    let artifacts = draw(repo, &services, problems);
    // What could not be drawn would look like what belongs to nothing.
    if problems[known..].iter().any(|problem| problem.level == Level::Error) {
        return Vec::new();
    }
    let compared = if all && services.len() == repo.services.len() {
        Plan::among(&repo.root, &artifacts, repo.tree().files())
    } else {
        let folders = services.iter().map(|service| service.package.dir.clone());
        Plan::new(&repo.root, &artifacts, &Scope::Folders(folders.collect()))
    };
    match compared {
        Ok(plan) => plan.changes,
        Err(found) => {
            problems.extend(found);
            Vec::new()
        }
    }
}
