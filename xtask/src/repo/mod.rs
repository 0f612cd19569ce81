//! What the repository says: manifests, locks and settings, read once, typed, with places for errors.

mod allow;
mod application_test;
mod closure;
pub mod constraint;
mod discover;
mod frontend;
pub mod lib_index;
pub mod lock;
pub mod manifest;
pub mod marker;
mod name;
mod package;
mod part;
mod path;
pub mod published;
mod python;
mod service;
pub mod settings;
mod source;
mod template;
pub mod toml;
mod up;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

pub use allow::Allow;
pub use application_test::ApplicationTest;
pub use frontend::{Frontend, Program};
pub use lib_index::LibIndex;
pub use name::PackageName;
pub use package::Package;
pub use path::RepoPath;
pub use published::Published;
pub use service::{Service, ServiceSettings, SystemPackages};
pub use settings::Settings;
pub use source::Source;
pub use template::{Surroundings, Template};
pub use toml::Located;
pub use up::Up;

use crate::report::{Place, Problem};
use closure::Libs;

/// The repository: its settings, its services and its libs, each sorted by name.
#[derive(Clone, Debug)]
pub struct Repo {
    pub root: PathBuf,
    pub settings: Settings,
    pub services: Vec<Service>,
    pub libs: Vec<Package>,
}

impl Repo {
    /// Reads everything that the settings lead to. What is wrong is reported, all of it; the result holds the rest.
    /// `None` when there are no settings to start from.
    pub fn read(root: &Path, problems: &mut Vec<Problem>) -> Option<Self> {
        let source = Source::read(&root.join(settings::FILE), settings::FILE)
            .map_err(|problem| problems.push(problem))
            .ok()?;
        let (folders, settings) = settings::read(&source, problems);
        let folders = folders?;
        let libs = discover::packages(root, &folders.libs, problems);
        let packages = discover::packages(root, &folders.services, problems).packages;
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
        let repo = Self {
            root: root.to_owned(),
            settings: settings?,
            services,
            libs: libs.packages,
        };
        python::check(&repo, problems);
        // A service that cannot be read must not make those that name it look wrong too.
        if repo.services.len() == packages.len() {
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
        }
        Some(repo)
    }

    pub fn lib(&self, name: &PackageName) -> Option<&Package> {
        self.libs.iter().find(|lib| &lib.name == name)
    }

    pub fn libs_of<'a>(&'a self, service: &'a Service) -> impl Iterator<Item = &'a Package> {
        service.libs.iter().filter_map(|name| self.lib(name))
    }
}

/// Two packages of one normalised name cannot be told apart by pip, Poetry or an index.
fn check_names<'a>(packages: impl Iterator<Item = &'a Package>, problems: &mut Vec<Problem>) {
    let mut seen: BTreeMap<&PackageName, &Package> = BTreeMap::new();
    for package in packages {
        let Some(first) = seen.insert(&package.name, package) else {
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
