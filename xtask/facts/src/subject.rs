use crate::{OtherImage, flags::under_flags};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, OnceLock},
};

use diagnostics::{Located, Place, Problem};
use evidence::{
    code::Code,
    image::{By, Image, Install, Placed, Reach},
    loaded::Loaded,
    released::Edited,
};
use formats::{PackageName, requirements::RequirementFile, starlark::syntax::Span};
use python::marker::Marker;
use repo::{
    Allow, Package, Repo, RepoPath, Service,
    dockerfiles::Pair,
    generated::Change,
    lock::{Lock, Manager, Outline},
    manifest::MAIN,
};
use requirements::{self, Selection};
use surfaces::{
    Surroundings,
    chart::Container,
    compose::{Purpose, Run},
    tilt::{Fault, Found},
    tiltfile,
    workflows::{Build, Workflow},
};

use crate::image_names::Named;

/// One service, with all that is known about it.
pub struct Subject<'a> {
    /// The repository.
    pub repo: &'a Repo,
    /// The service.
    pub service: &'a Service,
    /// Charts, compose files, workflows and the Tiltfile.
    pub surroundings: &'a Surroundings,
    /// The development image, where there is one.
    pub dev: Option<Image>,
    /// The production image, where there is one.
    pub prod: Option<Image>,
    /// What the Python of each of them loads: see [`crate::own_code::OwnCode::side`].
    pub loaded: LoadedOnce,
    /// The files that these come from, whether or not they can be followed: what is wrong with one is a problem of the run.
    pub dockerfiles: Pair,
    /// Its lock.
    pub lock: LockState,
    /// See [`Subject::main`].
    pub main: OnceLock<Option<BTreeSet<PackageName>>>,
    /// Of these, where each is installed.
    pub markers: OnceLock<BTreeMap<PackageName, Marker>>,
    /// Its Python code.
    pub code: Code,
    /// All libs, by name.
    pub libs: &'a BTreeMap<PackageName, LibFacts>,
    /// Entries of PYTHONPATH of the development image at which nothing is.
    pub absent: Vec<Located<String>>,
    /// Files of the repository that may give something away, by their names: the same for all services.
    pub telling: Arc<[RepoPath]>,
    /// The requirement files that the images install.
    pub requirements: BTreeMap<RepoPath, RequirementFile>,
    /// Whether the tool makes files of it. Otherwise its Dockerfiles are written by hand.
    pub is_drawn: bool,
    /// Generated files that are not as they have to be.
    pub changes: Vec<&'a Change>,
    /// What compose files build and run of it.
    pub compose: Vec<Run<'a>>,
    /// What may build one of its images: builds of workflows, and of bake files, which have no workflow.
    pub builds: Vec<(Option<&'a Workflow>, &'a Build)>,
    /// See [`crate::image_names::of`].
    pub image_names: OnceLock<Vec<Named>>,
    /// What charts run it with.
    pub containers: Vec<&'a Container>,
    /// Jobs of charts, and containers that prepare others, that run an image of it.
    pub asides: Vec<&'a Container>,
    /// What the Tiltfile has wrong about it, with a build that shows it.
    pub tilt: Vec<Found<'a>>,
    /// Exceptions of this service that no problem needed.
    pub unused_exceptions: Vec<&'a Allow>,
    /// See [`Subject::is_started_with_pythonpath`]: for development, and for production.
    pub pythonpath: [OnceLock<bool>; 2],
}

/// What the Python of the images of a service loads, read when a rule first asks and then the same for all rules.
#[derive(Default)]
pub struct LoadedOnce {
    dev: OnceLock<Loaded>,
    prod: OnceLock<Loaded>,
}

impl LoadedOnce {
    pub(crate) fn of(&self, is_dev: bool) -> &OnceLock<Loaded> {
        if is_dev { &self.dev } else { &self.prod }
    }
}

/// All services, with what is known about the repository besides.
pub struct Workspace<'a> {
    /// The repository.
    pub repo: &'a Repo,
    /// The services.
    pub subjects: &'a [Subject<'a>],
    /// Charts, compose files, workflows and the Tiltfile.
    pub surroundings: &'a Surroundings,
    /// Images that belong to no service. None where only some services are looked at.
    pub others: Vec<OtherImage<'a>>,
}

/// What is known about a lib besides its manifest.
pub struct LibFacts {
    /// Its Python code.
    pub code: Code,
    /// `None` where it has no lock.
    pub lock: Option<Outline>,
    /// What is wrong with that lock.
    pub stale: Option<Problem>,
    /// What was edited after its version was released.
    pub edited: Option<Edited>,
    /// Images take it from an index, and do not build it.
    pub is_from_index: bool,
}

/// What is known about the lock of a service.
pub enum LockState {
    /// The lock does not exist.
    Missing,
    /// Nothing says that this package is locked: its requirement files are all that there is.
    Unneeded,
    /// It was read; what is wrong with it is a problem of the run.
    Unreadable,
    /// It is not of this manifest.
    Stale {
        /// What says so.
        problem: Box<Problem>,
        /// What the lock has all the same.
        lock: Arc<Lock>,
    },
    /// The lock belongs to the manifest as it is.
    Fresh(Arc<Lock>),
}

impl LockState {
    /// The lock, where it is the one of the manifest.
    pub fn fresh(&self) -> Option<&Lock> {
        match self {
            Self::Fresh(lock) => Some(lock),
            Self::Missing | Self::Unneeded | Self::Unreadable | Self::Stale { .. } => None,
        }
    }

    /// The lock, whether it is of the manifest or not.
    pub fn any(&self) -> Option<&Lock> {
        match self {
            Self::Fresh(lock) | Self::Stale { lock, .. } => Some(lock),
            Self::Missing | Self::Unneeded | Self::Unreadable => None,
        }
    }
}

impl<'a> Subject<'a> {
    /// The development and the production image, where both exist.
    pub fn both(&self) -> Option<(&Image, &Image)> {
        Some((self.dev.as_ref()?, self.prod.as_ref()?))
    }

    /// The images that exist, for development first.
    pub fn images(&self) -> impl Iterator<Item = &Image> {
        self.dev.iter().chain(&self.prod)
    }

    /// The lock, where it is up to date.
    pub fn lock(&self) -> Option<&Lock> {
        self.lock.fresh()
    }

    /// What writes its lock; Poetry, where nothing tells.
    pub fn manager(&self) -> Manager {
        let by_lock = self.lock().map(|lock| lock.format.manager());
        by_lock.unwrap_or_else(|| repo::lock::manager(&self.repo.root, &self.service.package))
    }

    /// The libs that the service needs, with what is known about each.
    pub fn libs(&self) -> impl Iterator<Item = (&Package, &LibFacts)> {
        let libs = self.repo.libs_of(self.service);
        libs.filter_map(|lib| Some((lib, self.libs.get(&lib.name)?)))
    }

    /// Whether it is the development image of this service.
    pub fn is_dev(&self, image: &Image) -> bool {
        self.dev.as_ref().is_some_and(|dev| std::ptr::eq(dev, image))
    }

    /// Third-party packages that the lock has for development or tests, and not for production.
    pub fn development_only(&self) -> BTreeSet<PackageName> {
        let (Some(lock), Some(main)) = (self.lock(), self.main()) else {
            return BTreeSet::new();
        };
        let settings = &self.service.settings;
        let groups = settings.dev_groups.iter().chain(&settings.test_groups);
        let groups = Selection::of_groups(groups.map(|group| group.value.as_str()).filter(|group| *group != MAIN));
        let export = requirements::export(&self.service.package.manifest, lock, &groups);
        let names = export.map_or(BTreeSet::new(), |export| {
            export.pins.into_iter().map(|pin| pin.name).collect::<BTreeSet<_>>()
        });
        &names - main
    }

    /// Third-party packages that the lock has for production. `None` where there is no lock to tell by.
    pub fn main(&self) -> Option<&BTreeSet<PackageName>> {
        let read = || {
            let groups = self.service.settings.groups.iter().map(|group| group.value.as_str());
            let groups = Selection::of_groups(groups);
            let export = requirements::export(&self.service.package.manifest, self.lock()?, &groups).ok()?;
            let mut markers = BTreeMap::new();
            for pin in export.pins {
                let known = markers.entry(pin.name).or_insert(Marker::FALSE);
                *known = known.or(pin.marker);
            }
            let names = markers.keys().cloned().collect();
            // Set here alone.
            drop(self.markers.set(markers));
            Some(names)
        };
        self.main.get_or_init(read).as_ref()
    }

    /// Where production installs a package of [`Subject::main`].
    pub fn installed_where(&self, name: &PackageName) -> Option<Marker> {
        self.main()?;
        self.markers.get()?.get(name).copied()
    }

    /// What locks a package again after its manifest was edited.
    pub fn relock(&self, package: &Package) -> String {
        self.manager().relock(&package.dir)
    }

    /// Whether production installs a group that has the package, and that is not one for development or tests.
    pub fn has_by_group(&self, name: &PackageName) -> bool {
        let Some(prod) = &self.prod else { return false };
        let settings = &self.service.settings;
        let is_for_people = |group: &String| {
            let mut others = settings.dev_groups.iter().chain(&settings.test_groups);
            others.any(|other| other.value == *group)
        };
        let groups = self.service.package.manifest.groups.iter();
        let mut having = groups.filter(|(group, members)| {
            let mut dependencies = members.dependencies.iter();
            !is_for_people(group) && dependencies.any(|dependency| dependency.name.value == *name)
        });
        having.any(|(group, _)| {
            // What the requirement files are compared with.
            let is_of_both = settings.groups.iter().any(|other| other.value == *group);
            is_of_both
                || Self::installs_in(prod).any(|install| {
                    let exports = install.files.iter().filter_map(|file| file.export.as_ref());
                    let mut taken = exports.map(|export| &export.groups);
                    let is_of_lock = matches!(install.by, By::Poetry | By::Uv);
                    taken.any(|groups| groups.takes(group)) || (is_of_lock && install.groups.takes(group))
                })
        })
    }

    /// The words of what starts the service, by its manifest and by its Dockerfiles.
    pub fn commands(&self) -> impl Iterator<Item = String> {
        let declared = self
            .service
            .settings
            .start
            .iter()
            .flat_map(|start| start.command.clone());
        declared.chain(self.images().flat_map(Image::program))
    }

    /// What of an image's packages stays in it.
    pub fn installs_in(image: &Image) -> impl Iterator<Item = &Install> {
        let inside = |install: &&Placed<Install>| install.reach <= Reach::Copied;
        image.installs.iter().filter(inside).map(|install| &install.what)
    }

    /// What the Tiltfile has wrong about this service, said by a rule that is asked about each fault. The rule gets a
    /// function for places: of some bytes, or of the build.
    pub fn tilt_faults(
        &self,
        say: impl Fn(&Fault<'_>, &dyn Fn(Option<Span>) -> Place) -> Option<Problem>,
    ) -> Vec<Problem> {
        let Some(tiltfile) = &self.surroundings.tiltfile else {
            return Vec::new();
        };
        let say = |found: &Found<'_>| {
            let place = |span: Option<Span>| match span.or_else(|| found.build.map(|build| build.call)) {
                Some(span) => tiltfile.place(span),
                None => Place::File(tiltfile::FILE.into()),
            };
            // A build of another file is one cause, and what it does not sync follows from it.
            if matches!(found.fault, Fault::SyncMissing(_))
                && found.build.is_some_and(|build| self.is_of_other_file(build.call))
            {
                return None;
            }
            let problem = say(&found.fault, &place)?;
            Some(under_flags(problem, tiltfile, &found.flags))
        };
        self.tilt.iter().filter_map(say).collect()
    }

    /// Whether a build of the Tiltfile is of another file than the development image's.
    fn is_of_other_file(&self, call: Span) -> bool {
        let mut faults = self.tilt.iter();
        faults.any(|found| {
            matches!(found.fault, Fault::Dockerfile { .. }) && found.build.is_some_and(|build| build.call == call)
        })
    }

    /// What workflows may build its images with.
    pub fn workflow_builds(&self) -> impl Iterator<Item = &'a Build> {
        let of_workflows = self.builds.iter().filter(|(workflow, _)| workflow.is_some());
        of_workflows.map(|(_, build)| *build)
    }

    /// Whether a build may make one of its images. One that may be anything may be of this.
    pub fn may_be_built_by(&self, build: &Build) -> bool {
        let name = self.service.package.name.as_str();
        let is_dev = self.dev.iter().any(|dev| build.is_of(name, &dev.path, false));
        is_dev || self.prod.iter().any(|prod| build.is_of(name, &prod.path, true))
    }

    /// What compose files run it with in production.
    pub fn in_production(&self) -> impl Iterator<Item = &Run<'a>> {
        self.compose.iter().filter(|run| run.purpose == Purpose::Production)
    }

    /// Whether a compose file starts one of its images with a PYTHONPATH, of which no Dockerfile knows.
    pub fn is_started_with_pythonpath(&self, image: &Image) -> bool {
        let is_dev = self.is_dev(image);
        *self.pythonpath[usize::from(is_dev)].get_or_init(|| self.gets_pythonpath(is_dev))
    }

    fn gets_pythonpath(&self, is_dev: bool) -> bool {
        let other = if is_dev {
            Purpose::Production
        } else {
            Purpose::Development
        };
        let runs = self.compose.iter().filter(|run| run.purpose != other);
        let runs = runs.map(|run| run.service);
        // What neither builds nor names an image is a part of something else.
        let all = self.surroundings.compose.iter().flat_map(|project| &project.services);
        let parts = all.filter(|service| service.build.is_none() && service.image.is_none());
        let mut services = runs.chain(parts);
        services.any(|service| service.environment.contains_key("PYTHONPATH"))
    }

    /// What charts run it with.
    pub fn containers(&self) -> impl Iterator<Item = &'a Container> {
        self.containers.iter().copied()
    }

    /// Where the manifest has its name; the whole file where it has none.
    pub fn manifest_place(&self) -> Place {
        let name = self.service.package.manifest.name.as_ref();
        let file = || Place::File(self.service.package.manifest.source.path().to_owned());
        name.map_or_else(file, |name| name.place.clone())
    }
}
