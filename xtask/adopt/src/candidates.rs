//! Which packages are services, where no Dockerfile tells.

use std::collections::BTreeSet;

use repo::{Package, RepoPath};

/// What a package depends on that is started and not imported.
const SERVERS: [&str; 12] = [
    "uvicorn",
    "gunicorn",
    "hypercorn",
    "granian",
    "fastapi",
    "flask",
    "django",
    "starlette",
    "litestar",
    "celery",
    "rq",
    "dramatiq",
];

/// The folders of packages that no other one depends on, and that bring what serves or declare a program to start.
pub fn candidates(packages: &[Package]) -> Vec<RepoPath> {
    let mut needed: BTreeSet<RepoPath> = BTreeSet::new();
    for package in packages {
        let groups = package.manifest.groups.values().flat_map(|group| &group.dependencies);
        for dependency in package.manifest.main.iter().chain(groups) {
            needed.extend(dependency.path().and_then(|path| package.dir.join(&path.value)));
            let named = packages.iter().filter(|other| other.name == dependency.name.value);
            needed.extend(named.map(|other| other.dir.clone()));
        }
    }
    let is_started = |package: &&Package| {
        let mut main = package.manifest.main.iter();
        let serves = main.any(|dependency| SERVERS.contains(&dependency.name.value.as_str()));
        serves || crate::start::script(package).is_some()
    };
    packages
        .iter()
        .filter(|package| !needed.contains(&package.dir))
        .filter(is_started)
        .map(|package| package.dir.clone())
        .collect()
}
