//! Which packages are services, where no Dockerfile tells.

use std::collections::BTreeSet;

use repo::{Package, RepoPath, stages};
use surfaces::compose::Project;

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

/// The folders of packages that no other one depends on, and that bring what serves, declare a program to start, or have the name of
/// something that a compose file builds.
pub fn candidates(packages: &[Package], composed: &[Project]) -> Vec<RepoPath> {
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
        serves || crate::start::script(package).is_some() || is_built(package, composed)
    };
    packages
        .iter()
        .filter(|package| !needed.contains(&package.dir))
        .filter(is_started)
        .map(|package| package.dir.clone())
        .collect()
}

fn is_built(package: &Package, composed: &[Project]) -> bool {
    let services = composed.iter().flat_map(|project| &project.services);
    let mut built = services.filter(|service| service.build.is_some());
    package.dir != RepoPath::root()
        && built.any(|service| stages::is_named(&package.dir, package.name.as_str(), &service.name.value))
}
