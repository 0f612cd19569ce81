//! What compose files build and run, and what each is for: development, production, or nobody says.

mod discover;
mod file;
mod index;
mod interpolate;
mod layers;
mod needs;
mod refused;
mod service;
mod values;

pub use discover::is_for_development;
pub use file::Reader;
pub use index::{Index, plain};
pub use needs::{Networks, Until, Wait};
use repo::Root;
pub use service::{Build, Mount, Service, Watch};

use std::collections::BTreeSet;

use diagnostics::Problem;
use evidence::development;
use repo::{RepoPath, Service as Package};

/// Compose files that are used together, with what they come to.
#[derive(Clone, Debug)]
pub struct Project {
    /// What the project is for.
    pub purpose: Purpose,
    /// The first is what the others are laid over.
    pub files: Vec<RepoPath>,
    /// Its services, with all files laid over each other.
    pub services: Vec<Service>,
}

/// What the names of compose files say of their purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Development.
    Development,
    /// Production.
    Production,
    /// `compose.yaml` and nothing else.
    Unsaid,
}

/// A service of a project that runs, or builds, a service of the repository.
#[derive(Clone, Debug)]
pub struct Run<'a> {
    /// The compose files.
    pub project: &'a Project,
    /// The service in them.
    pub service: &'a Service,
    /// That of the files, or what the service itself tells where they do not.
    pub purpose: Purpose,
    /// What of the mounts is code of the repository.
    pub code: Vec<&'a Mount>,
    /// The Dockerfile that it is built from, where there is none.
    pub missing: Option<RepoPath>,
}

impl Project {
    /// The file that tells its purpose.
    pub fn file(&self) -> &RepoPath {
        // There is one always.
        &self.files[self.files.len() - 1]
    }

    /// Services that others depend on, and that are in none of the files. A file that takes from elsewhere may have them there.
    fn dangling(&self, known: &BTreeSet<&str>) -> Vec<Problem> {
        let services = self.services.iter().filter(|service| !service.extends);
        let wrong = services.flat_map(|service| {
            let missing = service
                .depends
                .iter()
                .filter(|needed| !known.contains(needed.value.as_str()));
            missing.map(|needed| {
                let (name, needed_name) = (&service.name.value, &needed.value);
                let message = format!(
                    "`{name}` depends on `{needed_name}`, but `{}` has no service of that name",
                    self.file()
                );
                Problem::error(message)
                    .at(needed.place.clone())
                    .note("compose refuses the file")
            })
        });
        wrong.chain(self.left_out()).collect()
    }

    /// Services that others depend on and that a profile leaves out where these are started.
    fn left_out(&self) -> Vec<Problem> {
        let mut found = Vec::new();
        for service in &self.services {
            for needed in &service.depends {
                let Some(other) = self.services.iter().find(|other| other.name.value == needed.value) else {
                    continue;
                };
                let is_always = other.profiles.is_empty();
                if is_always || !service.profiles.is_empty() && service.profiles.is_subset(&other.profiles) {
                    continue;
                }
                let names: Vec<&str> = other.profiles.iter().map(String::as_str).collect();
                let message = format!(
                    "`{}` depends on `{}`, which is left out unless the profile `{}` is chosen",
                    service.name.value,
                    needed.value,
                    names.join("` or `")
                );
                let problem = Problem::error(message).at(needed.place.clone());
                let problem = problem.note("compose refuses the file without that profile");
                found.push(problem.remedy("give both the same profiles, or set `required: false`"));
            }
        }
        found
    }
}

impl Run<'_> {
    /// For messages.
    pub fn name(&self) -> String {
        format!("`{}` of `{}`", self.service.name.value, self.project.file())
    }
}

impl Service {
    /// Whether it is built otherwise than the one of production is: what of it says so.
    pub fn asks_for_development(&self) -> Option<String> {
        let build = self.build.as_ref()?;
        let arguments = build.arguments.iter();
        let arguments = arguments.map(|(name, value)| (name.as_str(), value.value.as_str()));
        development::asked(build.target.as_ref().map(|target| target.value.as_str()), arguments)
    }
}

/// Every set of files in the folders of services, in those above them, and in `docker` and the like within. What cannot be
/// understood is reported, and left out.
pub fn read(root: &Root, services: &[Package], problems: &mut Vec<Problem>) -> Vec<Project> {
    let mut reader = Reader::new(root);
    let mut projects: Vec<Project> = Vec::new();
    for folder in discover::folders(services) {
        for project in discover::projects(&mut reader, &folder) {
            // A folder above a service may be one of those, too.
            let is_known = |known: &Project| known.files == project.files && known.purpose == project.purpose;
            if !projects.iter().any(is_known) {
                projects.push(project);
            }
        }
    }
    problems.append(&mut reader.into_problems());
    for project in &projects {
        // A file that is laid over another one may need what that has.
        let folder = project.file().parent();
        let beside = projects.iter().filter(|other| other.file().parent() == folder);
        let known: BTreeSet<&str> = beside
            .flat_map(|other| &other.services)
            .map(|service| service.name.value.as_str())
            .collect();
        for problem in project.dangling(&known) {
            if !problems.contains(&problem) {
                problems.push(problem);
            }
        }
    }
    projects
}
