//! Services of compose files by what they may be known as, so that not every one is asked for every service.

use std::collections::{BTreeSet, HashMap};

use super::{Project, Service};
use repo::{Package, RepoPath};

/// Services by their Dockerfile, by the folders of it and of the context, and by their own name and that of their image.
pub struct Index<'a> {
    projects: &'a [Project],
    keys: HashMap<String, Vec<(usize, usize)>>,
}

impl<'a> Index<'a> {
    /// The services of the projects, by what they build and run.
    pub fn of(projects: &'a [Project]) -> Self {
        let mut keys: HashMap<String, Vec<(usize, usize)>> = HashMap::new();
        for (at, project) in projects.iter().enumerate() {
            for (service, said) in project.services.iter().enumerate() {
                for key in keys_of(said) {
                    keys.entry(key).or_default().push((at, service));
                }
            }
        }
        Self { projects, keys }
    }

    /// What may be built or run of a package with these Dockerfiles, in the order of the files.
    pub fn near<'p>(
        &self,
        package: &Package,
        image: &str,
        dockerfiles: impl Iterator<Item = &'p RepoPath>,
    ) -> Vec<(&'a Project, &'a Service)> {
        let names = [
            plain(package.name.as_str()),
            plain(package.dir.file_name()),
            plain(crate::reference::last(image)),
        ];
        let wanted = dockerfiles
            .map(|path| path.to_string())
            .chain([package.dir.to_string()])
            .chain(names);
        let mut found: BTreeSet<(usize, usize)> = BTreeSet::new();
        for key in wanted {
            found.extend(self.keys.get(&key).into_iter().flatten());
        }
        // The same service in other files may take the image from elsewhere.
        for (at, service) in found.clone() {
            let name = plain(&self.projects[at].services[service].name.value);
            found.extend(self.keys.get(&name).into_iter().flatten());
        }
        let found = found.into_iter();
        found
            .map(|(at, service)| (&self.projects[at], &self.projects[at].services[service]))
            .collect()
    }
}

/// A name as it is compared.
pub fn plain(name: &str) -> String {
    name.to_ascii_lowercase().replace('_', "-")
}

fn keys_of(service: &Service) -> BTreeSet<String> {
    let mut keys = BTreeSet::from([plain(&service.name.value)]);
    if let Some(build) = &service.build {
        keys.extend(build.context.iter().map(RepoPath::to_string));
        if let Some(file) = build.dockerfile() {
            keys.insert(file.parent().to_string());
            keys.insert(file.to_string());
        }
    }
    if let Some(image) = &service.image {
        let last = image.value.rsplit('/').next().unwrap_or_default();
        keys.insert(plain(last.split([':', '@']).next().unwrap_or_default()));
    }
    keys
}
