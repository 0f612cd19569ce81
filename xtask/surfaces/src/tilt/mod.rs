//! What a service asks of the Tiltfile, compared with what a build in it is given. The rules judge by it, and
//! `update-tilt` fixes by it.

mod demand;
mod fault;

pub use demand::{Demand, Pair};
pub use fault::{Fault, Found, Intent, faults, flags};

use crate::tiltfile::{Build, World};
use formats::PackageName;
use repo::{Repo, RepoPath, Service};

/// The builds of a service, in one evaluation of the Tiltfile.
pub fn builds_of<'a>(world: &'a World, repo: &'a Repo, service: &'a PackageName) -> impl Iterator<Item = &'a Build> {
    world
        .builds
        .iter()
        .filter(move |build| service_of(build, repo) == Some(service))
}

/// Which service an image is of: by its name, or by the folder that it is built from. It is looked up once for each build, so a build
/// is asked for one repository.
pub fn service_of<'a>(build: &Build, repo: &'a Repo) -> Option<&'a PackageName> {
    let index = *build.owner.get_or_init(|| owner(build, repo));
    repo.services.get(index?).map(|service| &service.package.name)
}

fn owner(build: &Build, repo: &Repo) -> Option<usize> {
    let named = image_name(build).and_then(|name| {
        let parsed = PackageName::parse(&name);
        let is_called = |service: &Service| {
            let is_called = Some(&service.package.name) == parsed.as_ref() || service.package.dir.file_name() == name;
            is_called || crate::reference::last(service.image()) == name
        };
        let at = repo.services.iter().position(is_called)?;
        (!is_of_another_language(build, repo, &repo.services[at].package.dir)).then_some(at)
    });
    let folders = [build.dockerfile_path(), build.context.clone()];
    let in_folder = |path: &RepoPath| {
        let mut services = repo.services.iter();
        services.position(|service| *path == service.package.dir || path.is_under(&service.package.dir))
    };
    named.or_else(|| folders.iter().flatten().find_map(in_folder))
}

/// Files that stand in the folder of a package of another language.
const OTHER_LANGUAGES: [&str; 9] = [
    "package.json",
    "go.mod",
    "Cargo.toml",
    "pom.xml",
    "build.gradle",
    "build.gradle.kts",
    "Gemfile",
    "composer.json",
    "mix.exs",
];

/// Whether a build with the name of a service is of a package of another language, in a folder of its own.
fn is_of_another_language(build: &Build, repo: &Repo, service: &RepoPath) -> bool {
    let folder = build.dockerfile_path().map(|path| path.parent());
    let mut folders = folder.iter().chain(&build.context);
    folders.any(|folder| {
        let is_apart =
            *folder != RepoPath::root() && folder != service && !folder.is_under(service) && !service.is_under(folder);
        let has = |file: &str| repo.tree().is_file(folder.child(file).as_str());
        is_apart && !has("pyproject.toml") && OTHER_LANGUAGES.iter().any(|file| has(file))
    })
}

/// The last part of an image's name, without its tag.
pub fn image_name(build: &Build) -> Option<String> {
    // What comes before the last slash is a registry, which may depend on where Tilt runs.
    let shown = build.image.shown();
    let last = shown.rsplit('/').next()?;
    let name = last.split([':', '@']).next()?;
    (!name.is_empty() && !name.contains('…')).then(|| name.to_owned())
}
