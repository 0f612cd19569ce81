use std::collections::{BTreeMap, BTreeSet};

use crate::{
    evidence::{
        Surroundings,
        chart::Container,
        image::{Image, Install, Placed, Reach},
        requirements::RequirementFile,
    },
    repo::{Allow, Located, PackageName, Repo, RepoPath, Service, lock::Lock},
    report::{Place, Problem},
    requirements::{self, MAIN, Selection},
    sync::Change,
};

/// One service, with all that is known about it.
pub struct Subject<'a> {
    pub repo: &'a Repo,
    pub service: &'a Service,
    pub surroundings: &'a Surroundings,
    pub dev: Option<Image>,
    pub prod: Option<Image>,
    pub lock: LockState,
    /// The requirement files that the images install.
    pub requirements: BTreeMap<RepoPath, RequirementFile>,
    /// Generated files that are not as they have to be.
    pub changes: Vec<&'a Change>,
    /// Exceptions of this service that no problem needed.
    pub unused_exceptions: Vec<&'a Allow>,
}

/// All services, with what is known about the repository besides.
pub struct Whole<'a> {
    pub repo: &'a Repo,
    pub subjects: &'a [Subject<'a>],
    pub surroundings: &'a Surroundings,
}

pub enum LockState {
    Missing,
    /// It was read; what is wrong with it is a problem of the run.
    Unreadable,
    /// It is not of this manifest.
    Stale(Box<Problem>),
    Fresh(Box<Lock>),
}

impl Subject<'_> {
    pub fn both(&self) -> Option<(&Image, &Image)> {
        Some((self.dev.as_ref()?, self.prod.as_ref()?))
    }

    pub fn images(&self) -> impl Iterator<Item = &Image> {
        self.dev.iter().chain(&self.prod)
    }

    pub fn lock(&self) -> Option<&Lock> {
        match &self.lock {
            LockState::Fresh(lock) => Some(lock),
            LockState::Missing | LockState::Unreadable | LockState::Stale(_) => None,
        }
    }

    /// Third-party packages that the lock has for development or tests, and not for production.
    pub fn development_only(&self) -> BTreeSet<PackageName> {
        let Some(lock) = self.lock() else {
            return BTreeSet::new();
        };
        let manifest = &self.service.package.manifest;
        let settings = &self.service.settings;
        let groups = settings.dev_groups.iter().chain(&settings.test_groups);
        let groups = Selection::of_groups(groups.map(|group| group.value.as_str()).filter(|group| *group != MAIN));
        let names = |selection: &Selection| -> BTreeSet<PackageName> {
            let export = requirements::export(manifest, lock, selection);
            export.map_or(BTreeSet::new(), |export| {
                export.pins.into_iter().map(|pin| pin.name).collect()
            })
        };
        &names(&groups) - &names(&Selection::main())
    }

    /// What of an image's packages stays in it.
    pub fn installs_in(image: &Image) -> impl Iterator<Item = &Install> {
        let inside = |install: &&Placed<Install>| install.reach <= Reach::Copied;
        image.installs.iter().filter(inside).map(|install| &install.what)
    }

    /// What charts run it with.
    pub fn containers(&self) -> impl Iterator<Item = &Container> {
        let services = self.repo.services.iter();
        let names: Vec<&str> = services.map(|service| service.package.name.as_str()).collect();
        let name = self.service.package.name.as_str();
        let containers = self.surroundings.charts.containers.iter();
        containers.filter(move |container| container.service(&names) == Some(name))
    }

    pub fn manifest_place(&self) -> Place {
        let name = self.service.package.manifest.name.as_ref();
        let file = || Place::File(self.service.package.dir.child("pyproject.toml").to_string());
        name.map_or_else(file, |name| name.place.clone())
    }
}

/// Each problem once: several sets of values may show the same.
pub fn distinct(problems: impl IntoIterator<Item = Problem>) -> Vec<Problem> {
    let mut found: Vec<Problem> = Vec::new();
    for problem in problems {
        if !found.contains(&problem) {
            found.push(problem);
        }
    }
    found
}

/// A problem for one value that both images have to agree on.
pub fn differs(
    what: &str,
    dev: (&Image, Option<&Located<String>>),
    prod: (&Image, Option<&Located<String>>),
) -> Option<Problem> {
    let text =
        |side: Option<&Located<String>>| side.map_or_else(|| "none".to_owned(), |said| format!("`{}`", said.value));
    let place = |(image, said): (&Image, Option<&Located<String>>)| {
        said.map_or_else(|| image.place.clone(), |said| said.place.clone())
    };
    let (in_dev, in_prod) = (text(dev.1), text(prod.1));
    (in_dev != in_prod).then(|| {
        Problem::error(format!(
            "{what} differs: {in_dev} in development, {in_prod} in production"
        ))
        .at(place(dev).label("development"))
        .at(place(prod).label("production"))
    })
}
