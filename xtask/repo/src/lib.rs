//! What the repository says: manifests, locks and settings, read once, typed, with places for errors.

mod allow;
mod application_test;
mod backend;
mod base_image;
mod builds;
mod change;
mod closure;
mod compose;
mod discover;
pub mod dockerfiles;
pub mod environment;
mod found;
mod frontend;
pub mod generated;
pub mod git;
pub mod guides;
mod header;
mod home;
pub mod keys;
mod layout;
mod levels;
/// The package index that releases of the libs go to.
pub mod lib_index;
pub mod lock;
pub mod manifest;
mod package;
mod pages_image;
mod platforms;
mod program;
/// The hashes of the libs that the index has.
pub mod published;
mod python;
pub mod readmes;
pub mod root;
mod selected;
mod service;
pub mod settings;
pub mod stages;
mod static_metadata;
pub mod suggestion;
mod system_packages;
mod template;
pub mod toml;
mod tree;
pub mod unmerged;
mod up;
mod user;
pub mod version;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, OnceLock},
};

pub use allow::Allow;
pub use application_test::ApplicationTest;
pub use backend::backend_object;
pub use base_image::BaseImage;
pub use builds::{Build, Dockerfiles};
pub use compose::Compose;
pub use formats::RepoPath;
pub use frontend::{Frontend, Program};
pub use guides::Guide;
pub use home::{Home, TOOL};
pub use levels::Levels;
pub use lib_index::LibIndex;
pub use package::Package;
pub use pages_image::PagesImage;
pub use platforms::Platform;
pub use published::Published;
pub use root::Root;
pub use service::{DEBUG_PORT, Service, ServiceSettings, Start};
pub use settings::Settings;
pub use system_packages::SystemPackages;
pub use template::{Surroundings, Template};
pub use tree::Tree;
pub use up::Up;
pub use user::User;

use closure::Libs;
use diagnostics::{Level, Located, Place, Problem};
use formats::PackageName;
use manifest::{Dependency, DependencySource};

/// The repository: its settings, its services and its libs, each sorted by name.
#[derive(Clone, Debug)]
pub struct Repo {
    /// The folder of the repository.
    pub root: Root,
    /// The settings of the root `Cargo.toml`.
    pub settings: Settings,
    /// The services, sorted by name.
    pub services: Vec<Service>,
    /// The libs, sorted by name.
    pub libs: Vec<Package>,
    /// The image of the frontend.
    pub pages: Option<PagesImage>,
    /// The locks that have been read.
    pub locks: lock::LockCache,
    tree: OnceLock<Arc<Tree>>,
    ignored: OnceLock<Arc<git::Ignored>>,
}

impl Repo {
    /// Reads everything that the settings lead to, for tasks that draw, build and start. What is wrong is reported, all of it;
    /// the result holds the rest. `None` when there are no settings to start from.
    pub fn read(root: &Root, problems: &mut Vec<Problem>) -> Option<Self> {
        let home::Found { home, source } = Home::find(root, problems).ok()?;
        let said = source.and_then(|source| settings::read(home, &source, problems));
        let Some((folders, settings)) = said else {
            problems.push(settings::missing(home));
            return None;
        };
        let globs = |said: Option<Vec<Located<String>>>| said.unwrap_or_default();
        let libs = discover::packages(root, &globs(folders.libs), problems);
        let mut services = discover::packages(root, &globs(folders.services), problems).packages;
        services.iter_mut().for_each(|service| service.run_as_service(root));
        let unbuildable = libs
            .packages
            .iter()
            .chain(&services)
            .flat_map(|package| &package.unbuildable);
        problems.extend(unbuildable.cloned());
        let repo = Self::assemble(root, settings, services, libs, problems)?;
        problems.extend(repo.settings.undeclared());
        let undeclared = repo.services.iter().filter_map(|service| service.start().err());
        problems.extend(undeclared);
        Some(repo)
    }

    /// The same for tasks that start only if nothing is wrong with what they read.
    pub fn sound(root: &Root) -> Result<Self, Vec<Problem>> {
        let mut problems = Vec::new();
        let repo = Self::read(root, &mut problems);
        repo.filter(|_| problems.is_empty()).ok_or(problems)
    }

    /// Reads a repository that is to be checked as it is, with settings or without. What these do not say is found out: a
    /// package with a Dockerfile is a service, any other is a lib.
    pub fn found(root: &Root, problems: &mut Vec<Problem>) -> Option<Self> {
        let home::Found { home, source } = Home::find(root, problems).ok()?;
        let said = source.and_then(|source| settings::read(home, &source, problems));
        let (folders, settings) = said.unwrap_or_else(|| (settings::Folders::default(), Some(Settings::assumed(home))));
        let named = |globs: &Option<Vec<Located<String>>>, problems: &mut Vec<Problem>| {
            globs.as_ref().map(|globs| discover::packages(root, globs, problems))
        };
        let tree = OnceLock::new();
        let (services, libs) = (named(&folders.services, problems), named(&folders.libs, problems));
        let (services, libs) = match (services, libs) {
            (Some(services), Some(libs)) => (services.packages, libs),
            (services, libs) => {
                let found = found::Found::among(tree.get_or_init(|| Arc::new(Tree::list(root))), root, problems);
                let services = services.map_or(found.services, |services| services.packages);
                let is_lib = |package: &Package| services.iter().all(|service| service.dir != package.dir);
                let libs = libs.unwrap_or_else(|| discover::Found {
                    packages: found.packages.into_iter().filter(is_lib).collect(),
                    ..discover::Found::default()
                });
                (services, libs)
            }
        };
        let mut services = services;
        services.iter_mut().for_each(|service| service.run_as_service(root));
        let repo = Self::assemble(root, settings, services, libs, problems)?;
        let mut repo = Self { tree, ..repo };
        let tree = repo.tree().clone();
        stages::assign(root, &tree, &mut repo.services);
        Some(repo)
    }

    fn assemble(
        root: &Root,
        settings: Option<Settings>,
        packages: Vec<Package>,
        libs: discover::Found,
        problems: &mut Vec<Problem>,
    ) -> Option<Self> {
        let is_whole = !problems.iter().any(is_of_a_manifest);
        let libs = libs.with_needed(&packages);
        check_names(libs.packages.iter().chain(&packages), problems);
        let graph = Libs::new(&libs);
        let mut services = Vec::new();
        for package in &packages {
            let libs = graph.closure(package, problems);
            if let Some(settings) = ServiceSettings::read(&package.manifest, problems) {
                services.push(Service {
                    package: package.clone(),
                    settings,
                    libs,
                });
            }
        }
        for lib in &libs.packages {
            graph.closure(lib, problems);
        }
        let mut settings = settings?;
        settings.bring_tools(root);
        let pages = settings.frontend.as_ref();
        let repo = Self {
            root: root.clone(),
            pages: pages.and_then(|frontend| PagesImage::of(frontend, root, problems)),
            settings,
            services,
            libs: libs.packages,
            locks: lock::LockCache::default(),
            tree: OnceLock::new(),
            ignored: OnceLock::new(),
        };
        python::check(&repo, problems);
        // A service that cannot be read must not make those that name it look wrong too.
        if is_whole && repo.services.len() == packages.len() {
            let templates = repo
                .services
                .iter()
                .flat_map(|service| service.settings.up.env.values());
            up::check(&repo.services, templates, problems);
            if let Some(test) = &repo.settings.application_test {
                test.check(&repo.services, root, problems);
            }
            if let Some(frontend) = &repo.settings.frontend {
                frontend.check(&repo.services, root, problems);
            }
            if let Some(compose) = &repo.settings.compose {
                compose.check(&repo.services, problems);
            }
        }
        Some(repo)
    }

    /// What the images of a service start from: what it says itself, or what all start from.
    pub fn base_of<'a>(&'a self, service: &'a Service) -> Result<&'a BaseImage, Problem> {
        match &service.settings.base_image {
            Some(own) => Ok(own),
            None => self.settings.base_image(),
        }
    }

    /// Whom the containers of a service run as.
    pub fn user_of<'a>(&'a self, service: &'a Service) -> &'a User {
        service.settings.user.as_ref().unwrap_or(&self.settings.user)
    }

    /// The lib of this name.
    pub fn lib(&self, name: &PackageName) -> Option<&Package> {
        self.libs.iter().find(|lib| &lib.name == name)
    }

    /// Its files, as they were when they were first asked for.
    pub fn tree(&self) -> &Arc<Tree> {
        self.tree.get_or_init(|| Arc::new(Tree::list(&self.root)))
    }

    /// What git ignores of it, asked once.
    pub fn ignored(&self) -> &git::Ignored {
        self.ignored.get_or_init(|| Arc::new(git::Ignored::of(&self.root)))
    }

    /// The libs that a package names itself.
    pub fn direct_libs<'a>(&'a self, package: &'a Package) -> impl Iterator<Item = &'a Package> {
        let named = package.manifest.main.iter();
        let named = named.filter_map(|dependency| self.lib_behind(package, dependency));
        let folders: BTreeSet<&RepoPath> = named.map(|lib| &lib.dir).collect();
        self.libs.iter().filter(move |lib| folders.contains(&lib.dir))
    }

    /// The lib that a dependency of a package takes from its folder.
    pub fn lib_behind(&self, package: &Package, dependency: &Dependency) -> Option<&Package> {
        match &dependency.source {
            DependencySource::Path { path, .. } => {
                let dir = package.dir.join(&path.value)?;
                self.libs.iter().find(|lib| lib.dir == dir)
            }
            DependencySource::Workspace { .. } => self.lib(&dependency.name.value),
            DependencySource::Index(_) | DependencySource::Git { .. } | DependencySource::Url(_) => None,
        }
    }

    /// The lock of a package that has to have one.
    pub fn lock_of(&self, package: &Package) -> Result<Arc<lock::Lock>, Vec<Problem>> {
        lock::of(&self.locks, &self.root, package)
    }

    /// The libs that a service needs, directly or through other libs.
    pub fn libs_of<'a>(&'a self, service: &'a Service) -> impl Iterator<Item = &'a Package> {
        service.libs.iter().filter_map(|name| self.lib(name))
    }
}

fn is_of_a_manifest(problem: &Problem) -> bool {
    let mut paths = problem.places.iter().map(|place| place.position().0);
    problem.level == Level::Error && paths.any(|path| path.ends_with("pyproject.toml"))
}

/// Two packages of one normalised name cannot be told apart by pip, Poetry or an index.
fn check_names<'a>(packages: impl Iterator<Item = &'a Package>, problems: &mut Vec<Problem>) {
    let mut seen: BTreeMap<&PackageName, &Package> = BTreeMap::new();
    for package in packages {
        // A package may be both a service and a lib.
        let first = seen.insert(&package.name, package);
        let Some(first) = first.filter(|first| first.dir != package.dir) else {
            continue;
        };
        let place = |package: &Package| {
            let name = package.manifest.name.as_ref();
            name.map_or_else(|| Place::File(package.dir.to_string()), |name| name.place.clone())
        };
        problems.push(
            Problem::error(format!("two packages are named `{}`", package.name))
                .at(place(package))
                .at(place(first).label("the other"))
                .note("names are compared in lower case with `-`, `_` and `.` alike (PEP 503)"),
        );
    }
}
