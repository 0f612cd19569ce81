use std::collections::BTreeSet;

use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use evidence::image::{By, Groups, Install};
use facts::{LockState, Subject, Twins, named_installs::Among, together::some};
use formats::PackageName;
use repo::lock::Manager;

pub const RULE: Rule = Rule {
    id: "development-package-in-production",
    aspect: Aspect::Packages,
    level: Level::Error,
    what: "production installs a package that the lock has only for development or tests",
    why: "production contains packages that it does not need, and a debugger helps an attacker",
    example: "debugpy in requirements.txt, or `poetry install` without `--only main`",
    fix: "install only the main group: `--only main`, or a requirement file of that group",
    check: Check::Both(check),
};

/// What nobody runs in production, in whatever group it stands.
const TOOLS: [&str; 24] = [
    "autopep8",
    "bandit",
    "black",
    "coverage",
    "debugpy",
    "flake8",
    "ipdb",
    "ipython",
    "isort",
    "line-profiler",
    "mypy",
    "notebook",
    "pre-commit",
    "ptpython",
    "pudb",
    "pydevd",
    "pylint",
    "pyright",
    "pytest",
    "pytest-asyncio",
    "pytest-cov",
    "ruff",
    "tox",
    "viztracer",
];

fn check(twins: &Twins<'_>) -> Vec<Problem> {
    let Some(subject) = twins.subject else {
        return Vec::new();
    };
    let mut found = twins.files().map_or_else(Vec::new, declared);
    found.extend(installed(twins, subject));
    found
}

/// Tools in the main group of the service or of a lib: whatever is installed from it has them.
fn declared(subject: &Subject<'_>) -> Vec<Problem> {
    let packages = std::iter::once(&subject.service.package).chain(subject.repo.libs_of(subject.service));
    let tools = packages.flat_map(|package| {
        let main = package.manifest.main.iter();
        let tools = main.filter(|dependency| TOOLS.contains(&dependency.name.value.as_str()) && !dependency.optional);
        tools.map(move |tool| (package, tool))
    });
    let problems = tools.map(|(package, tool)| {
        let message = format!(
            "`{}` is for development, but `{}` has it in the main group",
            tool.name.value, package.name
        );
        let (manager, source) = (subject.manager(), package.manifest.main_source().path());
        let group = match manager {
            Manager::Pipenv => "to `[dev-packages]`",
            Manager::Poetry | Manager::Uv | Manager::Pdm | Manager::Pylock => "to the group `dev`",
        };
        Problem::error(message)
            .at(tool.place())
            .remedy(format!("move it {group} of `{source}` and {}", subject.relock(package)))
    });
    problems.collect()
}

fn installed(twins: &Twins<'_>, subject: &Subject<'_>) -> Vec<Problem> {
    let Some(prod) = &twins.prod else { return Vec::new() };
    let development = for_development(twins, subject);
    let mut found: Vec<Problem> = prod
        .installs_among(subject, &development)
        .into_iter()
        .map(|Among { names, places }| {
            let names: Vec<&PackageName> = names.iter().collect();
            let (verb, them) = if names.len() == 1 {
                ("is", "it")
            } else {
                ("are", "them")
            };
            let message = format!(
                "{} {verb} for development, but production installs {them}",
                some(&names)
            );
            places.into_iter().fold(Problem::error(message), Problem::at)
        })
        .collect();
    // Which groups a command takes, an image does not show.
    let installs = prod.file().into_iter().flat_map(Subject::installs_in);
    for problem in installs.flat_map(|install| groups(subject, install)) {
        // Several commands install it, and each has to be told.
        match found
            .iter_mut()
            .find(|known: &&mut Problem| known.message == problem.message && known.remedy == problem.remedy)
        {
            Some(known) => known
                .places
                .extend(problem.places.into_iter().map(|place| place.label("and here"))),
            None => found.push(problem),
        }
    }
    found
}

/// What the lock has for development alone. Where nothing is locked, what nobody runs in production, if there is an image for development.
fn for_development(twins: &Twins<'_>, subject: &Subject<'_>) -> BTreeSet<PackageName> {
    match subject.lock {
        LockState::Missing | LockState::Unneeded if twins.dev.is_none() => BTreeSet::new(),
        LockState::Missing | LockState::Unneeded => TOOLS.into_iter().filter_map(PackageName::parse).collect(),
        LockState::Unreadable | LockState::Stale { .. } | LockState::Fresh(_) => subject.development_only(),
    }
}

/// Poetry and PDM install every group that is not optional, unless they are told not to, uv installs `dev`, and Pipenv what it is
/// told.
fn groups(subject: &Subject<'_>, install: &Install) -> Vec<Problem> {
    let exports = install.files.iter().filter_map(|file| file.export.as_ref());
    let mut found: Vec<Problem> = exports
        .flat_map(|export| {
            let taken = taken(subject, &export.groups).into_iter();
            taken.map(|group| {
                let remedy = match export.by {
                    By::Uv => "add `--no-dev`, or `--no-group` for another group",
                    By::Pipenv => "export only `[packages]`: leave out `--dev` and other categories",
                    By::Pdm => "add `--prod`, and no `-G` with a group for development",
                    By::Poetry | By::Pip | By::Resolver => "export only the main group: `--only main`",
                };
                problem(group)
                    .at(export.place.clone().label("exported here"))
                    .at(install.place.clone().label("installed here"))
                    .remedy(remedy)
            })
        })
        .collect();
    let remedy = match install.by {
        By::Pip => return found,
        By::Resolver if install.project.is_none() => return found,
        By::Poetry => "add `--only main`",
        By::Uv | By::Resolver => "add `--no-dev`, or `--no-group` for another group",
        By::Pipenv => "leave out `--dev`, and categories other than `packages`",
        By::Pdm => "add `--prod`, and no `-G` with a group for development",
    };
    let taken = taken(subject, &install.groups).into_iter();
    found.extend(taken.map(|group| problem(group).at(install.place.clone()).remedy(remedy)));
    found
}

/// The groups for development and tests that are taken.
fn taken<'a>(subject: &'a Subject<'_>, groups: &Groups) -> Vec<&'a str> {
    let settings = &subject.service.settings;
    let known = settings.dev_groups.iter().chain(&settings.test_groups);
    let taken = known.filter(|group| {
        let declared = subject.service.package.manifest.groups.get(&group.value);
        let is_optional = declared.is_some_and(|group| group.optional);
        let is_named = groups.with.contains(&group.value) || groups.only.contains(&group.value);
        groups.takes(&group.value) && (!is_optional || is_named)
    });
    taken.map(|group| group.value.as_str()).collect()
}

fn problem(group: &str) -> Problem {
    Problem::error(format!("production installs the group `{group}`"))
}
