use super::{Aspect, Check, Level, Rule, Subject};
use crate::{
    evidence::image::{By, Install},
    report::Problem,
};

pub const RULE: Rule = Rule {
    id: "install-resolves",
    aspect: Aspect::Packages,
    level: Level::Error,
    what: "a build chooses versions, instead of taking those of the lock",
    why: "two builds of one commit hold different packages",
    example: "RUN poetry update, RUN uv sync without --frozen, RUN pip install fastapi",
    fix: "install what is locked: exact versions, `poetry install`, `uv sync --frozen`",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let mut found = Vec::new();
    for install in subject
        .images()
        .flat_map(|image| &image.installs)
        .map(|install| &install.what)
    {
        match install.by {
            By::Resolver => {
                found.push(Problem::error("this chooses versions during the build").at(install.place.clone()))
            }
            By::Poetry | By::Uv => {}
            By::Pip if install.is_offline => {}
            By::Pip => found.extend(unpinned(subject, install)),
        }
    }
    found
}

fn unpinned(subject: &Subject<'_>, install: &Install) -> Vec<Problem> {
    let is_local = |package: &str| package.starts_with(['.', '/']) || package.ends_with(".whl");
    let named = install
        .packages
        .iter()
        .filter(|package| !package.contains("==") && !is_local(package));
    let named =
        named.map(|package| Problem::error(format!("`{package}` has no exact version")).at(install.place.clone()));
    let files = install
        .files
        .iter()
        .filter_map(|file| subject.requirements.get(file.path.as_ref()?));
    let entries = files.flat_map(|file| &file.entries).filter(|entry| !entry.is_pinned);
    let listed = entries.map(|entry| {
        Problem::error(format!("`{}` has no exact version", entry.name.value))
            .at(entry.name.place.clone())
            .at(install.place.clone().label("installed here"))
    });
    named.chain(listed).collect()
}
