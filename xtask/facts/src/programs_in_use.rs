//! Programs that a container runs besides its Python: a health check, a start script, a probe or the code itself calls them.

use evidence::{code, image::Image};
use formats::{PackageName, absolute, shell};
use surfaces::{chart::Asked, compose::Purpose};

use crate::{Subject, own_code::OwnCode};

/// Packages of Python that run a program of the system, with that program.
const RUN_BY: [(&str, &str); 3] = [
    ("gitpython", "git"),
    ("python-gnupg", "gpg"),
    ("setuptools-git-versioning", "git"),
];

/// Whether something that runs in the production image names one of these programs.
pub fn is_any_run(subject: &Subject<'_>, programs: &[&str]) -> bool {
    is_any_started(subject, programs) || by_package(subject, programs) || by_code(subject, programs)
}

/// Whether the words that start a container, or ask whether it works, name one of them, or a script that they lead to.
pub fn is_any_started(subject: &Subject<'_>, programs: &[&str]) -> bool {
    let Some(prod) = &subject.prod else { return false };
    let is_one = |word: &str| programs.contains(&word.rsplit('/').next().unwrap_or_default());
    let by_words = words(subject, prod).iter().any(|word| is_one(word));
    by_words || started_scripts(subject, prod).iter().any(|text| names(text, &is_one))
}

/// Whether the sources of the service, or of its libs, call one of them.
pub fn by_code(subject: &Subject<'_>, programs: &[&str]) -> bool {
    let calls = |package| code::runs(&subject.repo.root, subject.repo.tree(), package, programs);
    calls(&subject.service.package) || subject.libs().any(|(lib, _)| calls(lib))
}

/// The words of what starts the container, and of what asks whether it works: of the image, of compose files and of charts.
fn words(subject: &Subject<'_>, prod: &Image) -> Vec<String> {
    let mut found: Vec<String> = prod
        .config
        .health
        .iter()
        .flat_map(|check| check.commands.concat())
        .collect();
    found.extend(prod.program());
    for run in subject.compose.iter().filter(|run| run.purpose != Purpose::Development) {
        let service = &run.service;
        let said = service.entrypoint.iter().chain(&service.command);
        found.extend(said.flat_map(|said| said.value.clone()));
        let health = service.health.iter();
        found.extend(health.flat_map(|check| check.value.commands(&shell::Variables::new()).concat()));
    }
    let containers = subject.containers.iter().chain(&subject.asides);
    for container in containers {
        found.extend(container.words.iter().flat_map(|said| said.value.clone()));
        found.extend(container.probes.iter().flat_map(|probe| match &probe.asks {
            Asked::Program(words) => words.clone(),
            Asked::Path(_) => Vec::new(),
        }));
    }
    // A text for a shell is one word.
    let parts = |word: &String| word.split(is_between).map(str::to_owned).collect::<Vec<_>>();
    found.iter().flat_map(parts).collect()
}

fn by_package(subject: &Subject<'_>, programs: &[&str]) -> bool {
    let needed = |name: &PackageName| subject.main().is_some_and(|main| main.contains(name));
    let declared = |name: &PackageName| {
        let mut main = subject.service.package.manifest.main.iter();
        main.any(|dependency| dependency.name.value == *name)
    };
    RUN_BY.iter().any(|(package, program)| {
        programs.contains(program) && PackageName::parse(package).is_some_and(|name| needed(&name) || declared(&name))
    })
}

/// The scripts of the repository that the words of the image lead to.
fn started_scripts(subject: &Subject<'_>, prod: &Image) -> Vec<String> {
    let own = OwnCode::of(subject);
    let folder = prod.config.folder();
    let said = prod.config.entrypoint.iter().chain(&prod.config.command);
    let paths = said
        .flat_map(|said| &said.value)
        .flat_map(|word| word.split(is_between));
    let sources = paths.filter(|path| path.contains(['/', '.']));
    let sources = sources.filter_map(|path| prod.tree.source(&absolute(folder, path), &own.listed));
    sources
        .filter(|source| !source.ends_with(".py"))
        .filter_map(|source| own.text(&source))
        .collect()
}

/// Whether a line of a script, comments apart, has one of the words.
fn names(text: &str, is_one: &impl Fn(&str) -> bool) -> bool {
    let lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    lines.flat_map(|line| line.split(is_between)).any(is_one)
}

fn is_between(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            ';' | '&' | '|' | '(' | ')' | '"' | '\'' | '`' | '=' | '$' | '{' | '}'
        )
}
