use std::collections::BTreeSet;

use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use evidence::config::Config;
use facts::{Twin, Twins, together::are, twins::differs};
use formats::absolute;

pub const RULE: Rule = Rule {
    id: "environment-differs",
    aspect: Aspect::Runtime,
    level: Level::Error,
    what: "a variable has different values in the two images, or is set in only one of them",
    why: "programs depend on their environment, so development does not show what production does",
    example: "ENV LOG_LEVEL=debug only in Dockerfile.dev",
    fix: "set it in both files, or when the container is started",
    check: Check::Both(check),
};

/// What makes the flavours what they are, and a rule of its own.
const ALLOWED: [&str; 1] = ["PYTHONPATH"];

/// What only installers read, while the image is built: what they install is compared by itself.
const OF_INSTALLERS: [&str; 8] = [
    "DEBIAN_FRONTEND",
    "PDM_",
    "PIPENV_",
    "PIPX_",
    "PIP_",
    "POETRY_",
    "UV_",
    "WORKON_HOME",
];

/// What only debuggers and reloaders read, which development alone has.
const OF_DEVELOPMENT: [&str; 4] = ["DEBUGPY_", "PYCHARM_", "PYDEVD_", "WATCHFILES_"];

/// What is on PATH in every image.
const USUAL: [&str; 6] = [
    "/usr/local/bin",
    "/usr/local/sbin",
    "/usr/bin",
    "/usr/sbin",
    "/bin",
    "/sbin",
];

fn check(twins: &Twins<'_>) -> Vec<Problem> {
    let Some((dev, prod)) = twins.both() else {
        return Vec::new();
    };
    let (ours, theirs) = (&dev.config.env, &prod.config.env);
    // What makes one file into either image.
    let arguments = [dev, prod].map(|twin| twins.dockerfile(twin).map(|image| &image.build_arguments));
    let is_argument = |name: &str| arguments.iter().flatten().any(|set| set.contains_key(name));
    let names: BTreeSet<&String> = ours.keys().chain(theirs.keys()).collect();
    let differing: Vec<&str> = names
        .into_iter()
        .map(String::as_str)
        .filter(|name| counts(name) && !is_argument(name))
        .filter(|name| theirs.contains_key(*name) || !is_of_development(name))
        .filter(|name| dev.config.variable(name) != prod.config.variable(name))
        .filter(|name| !is_where_packages_are(name, dev, prod))
        .filter(|name| !(is_of_locale(name) && locale(&dev.config) == locale(&prod.config)))
        .collect();
    let difference = |name: &str| differs(&format!("`{name}`"), (dev, ours.get(name)), (prod, theirs.get(name)));
    let mut found = Vec::new();
    for (twin, other) in [(dev, prod), (prod, dev)] {
        let alone = differing.iter().copied();
        let alone: Vec<&str> = alone.filter(|name| !other.config.env.contains_key(*name)).collect();
        // Several that one file lacks are fixed there at once.
        if alone.len() > 1 {
            let problem = Problem::error(format!("{} set only in {}", are(&alone), twin.name));
            let said = alone.iter().filter_map(|name| twin.config.env.get(*name));
            let problem = said.fold(problem, |problem, said| problem.at(twin.shown(Some(&said.place))));
            found.push(problem.at(other.shown(None)));
        } else {
            found.extend(alone.into_iter().filter_map(difference));
        }
    }
    let in_both = differing
        .into_iter()
        .filter(|name| ours.contains_key(*name) && theirs.contains_key(*name));
    found.extend(in_both.filter_map(difference));
    found
}

fn counts(name: &str) -> bool {
    !ALLOWED.contains(&name) && !OF_INSTALLERS.iter().any(|start| name.starts_with(start))
}

fn is_of_development(name: &str) -> bool {
    OF_DEVELOPMENT.iter().any(|start| name.starts_with(start))
}

/// What chooses the locale: the first of these that is set counts.
const OF_LOCALE: [&str; 3] = ["LC_ALL", "LC_CTYPE", "LANG"];

fn is_of_locale(name: &str) -> bool {
    OF_LOCALE.contains(&name)
}

/// The locale that programs use: for characters, and for everything else.
fn locale(config: &Config) -> [String; 2] {
    let first = |names: &[&str]| {
        let set = names.iter().filter_map(|name| config.variable(name));
        let value = set.into_iter().find(|value| !value.is_empty()).unwrap_or("C");
        value.to_ascii_lowercase().replace("utf-8", "utf8")
    };
    [first(&OF_LOCALE), first(&["LC_ALL", "LANG"])]
}

/// Whether no more differs than where each image keeps its own environment.
fn is_where_packages_are(name: &str, dev: &Twin<'_>, prod: &Twin<'_>) -> bool {
    let of = |twin: &Twin<'_>| elsewhere(name, twin.config.variable(name), &twin.homes());
    matches!(name, "PATH" | "VIRTUAL_ENV") && of(dev) == of(prod)
}

/// What of such a variable leads elsewhere than to these environments, and to where programs are in any image.
fn elsewhere(name: &str, value: Option<&str>, homes: &BTreeSet<String>) -> Vec<String> {
    let entries = value.unwrap_or_default().split(':').map(|entry| {
        if entry.starts_with('/') {
            absolute("/", entry)
        } else {
            entry.to_owned()
        }
    });
    let is_elsewhere = |entry: &String| match name {
        "PATH" => {
            let home = entry.trim_end_matches("/bin");
            !entry.is_empty() && !USUAL.contains(&entry.as_str()) && !homes.contains(home)
        }
        _ => !entry.is_empty() && !homes.contains(entry.as_str()),
    };
    entries.filter(is_elsewhere).collect()
}
