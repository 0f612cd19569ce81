use super::{Aspect, Check, Rule};
use diagnostics::{Level, Located, Problem};
use facts::Subject;
use repo::Package;
use surfaces::devcontainer::Devcontainer;

pub const RULE: Rule = Rule {
    id: "devcontainer-lib-missing",
    aspect: Aspect::Files,
    level: Level::Warning,
    what: "PYTHONPATH of a development container lacks a package that the development image imports from sources, or names a folder that does not exist",
    why: "the import fails there, or finds the copy in the image, which no edit reaches",
    example: "PYTHONPATH in devcontainer.json without libs/core/src, which Dockerfile.dev has",
    fix: "name the folder of sources of every package that the service needs",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let Some(dev) = &subject.dev else { return Vec::new() };
    let mut found = Vec::new();
    for container in &subject.surroundings.devcontainers {
        let is_of_dev = container.dockerfile.as_ref().is_some_and(|file| file.value == dev.path);
        let Some(said) = container
            .pythonpath
            .as_ref()
            .filter(|_| is_of_dev && !container.is_prepared)
        else {
            continue;
        };
        found.extend(of_container(subject, container, said));
    }
    found
}

fn of_container(subject: &Subject<'_>, container: &Devcontainer, said: &Located<String>) -> Vec<Problem> {
    let folders = container.folders();
    let root = &subject.repo.root;
    let absent = folders.iter().filter(|folder| !root.has_folder(folder));
    let absent = absent.map(|folder| {
        let message = format!(
            "PYTHONPATH of `{}` names `{folder}`, which does not exist",
            container.path
        );
        Problem::warning(message).at(said.place.clone())
    });
    let own = std::iter::once(&subject.service.package);
    let packages: Vec<&Package> = own.chain(subject.libs().map(|(lib, _)| lib)).collect();
    let has = |package: &Package| {
        folders
            .iter()
            .any(|folder| folder.is_under(&package.dir) || *folder == package.dir)
    };
    // Where it names no package, it is about something else.
    let is_told = packages.iter().any(|package| has(package));
    let missing = packages
        .iter()
        .filter(|package| is_told && !has(package) && is_on_path(subject, package));
    let missing = missing.map(|package| {
        let message = format!(
            "PYTHONPATH of `{}` lacks the sources of `{}`",
            container.path, package.name
        );
        let problem = Problem::warning(message).at(said.place.clone());
        problem.remedy(format!("add the folder of sources in {}", package.dir.in_words()))
    });
    absent.chain(missing).collect()
}

/// Whether the development image has a folder on PYTHONPATH that is called like that of the package.
fn is_on_path(subject: &Subject<'_>, package: &Package) -> bool {
    let path = subject.dev.as_ref().and_then(|dev| dev.config.variable("PYTHONPATH"));
    let mut entries = path.into_iter().flat_map(|path| path.split(':'));
    entries.any(|entry| entry.split('/').any(|part| part == package.dir.file_name()))
}
