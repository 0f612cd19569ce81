use std::collections::BTreeSet;

use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use evidence::{built::Built, image::Image};
use facts::{Pair, Subject, differs, together::are};
use formats::absolute;

pub const RULE: Rule = Rule {
    id: "environment-differs",
    aspect: Aspect::Runtime,
    level: Level::Error,
    what: "a variable has different values in the two images, or is set in only one of them",
    why: "programs depend on their environment, so development does not show what production does",
    example: "ENV LOG_LEVEL=debug only in Dockerfile.dev",
    fix: "set it in both files, or when the container is started",
    check: Check::Both(check, of_images),
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

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let Some((dev, prod)) = subject.both() else {
        return Vec::new();
    };
    let names: BTreeSet<&String> = dev.env.keys().chain(prod.env.keys()).collect();
    let names = names.into_iter().filter(|name| counts(name));
    let differing: Vec<&String> = names
        .filter(|name| !is_where_packages_are(name, dev, prod))
        // What makes one file into either image.
        .filter(|name| {
            ![dev, prod]
                .iter()
                .any(|image| image.build_arguments.contains_key(*name))
        })
        .filter(|name| prod.env.contains_key(*name) || !is_of_development(name))
        .filter(|name| dev.env.get(*name).map(|said| &said.value) != prod.env.get(*name).map(|said| &said.value))
        .collect();
    let mut found = Vec::new();
    for (image, other, flavour) in [(dev, prod, "development"), (prod, dev, "production")] {
        let alone: Vec<&str> = differing
            .iter()
            .map(|name| name.as_str())
            .filter(|name| !other.env.contains_key(*name))
            .collect();
        // Several that one file lacks are fixed there at once.
        if alone.len() > 1 {
            let problem = Problem::error(format!("{} set only in {flavour}", are(&alone)));
            let said = alone
                .iter()
                .filter_map(|name| Some(image.env.get(*name)?.place.clone().label(flavour)));
            let mut problem = said.fold(problem, Problem::at);
            let missing = if flavour == "development" {
                "production"
            } else {
                "development"
            };
            problem = problem.at(other.place.clone().label(missing));
            found.push(problem);
        } else {
            found.extend(alone.iter().filter_map(|name| difference(name, dev, prod)));
        }
    }
    let in_both = differing
        .iter()
        .filter(|name| dev.env.contains_key(**name) && prod.env.contains_key(**name));
    found.extend(in_both.filter_map(|name| difference(name, dev, prod)));
    found
}

fn difference(name: &str, dev: &Image, prod: &Image) -> Option<Problem> {
    differs(
        &format!("`{name}`"),
        (dev, dev.env.get(name)),
        (prod, prod.env.get(name)),
    )
}

fn of_images(pair: &Pair<'_>) -> Vec<Problem> {
    let (dev, prod) = (&pair.dev.config.env, &pair.prod.config.env);
    let names: BTreeSet<&String> = dev.keys().chain(prod.keys()).collect();
    let names = names.into_iter().filter(|name| counts(name));
    let is_same = |name: &str| {
        let of = |built: &Built| {
            let prefix = built.python.iter().map(|python| python.prefix.as_str()).collect();
            elsewhere(name, built.config.env.get(name).map(String::as_str), &prefix)
        };
        matches!(name, "PATH" | "VIRTUAL_ENV") && of(pair.dev) == of(pair.prod)
    };
    names
        .filter(|name| !is_same(name) && (prod.contains_key(*name) || !is_of_development(name)))
        .filter_map(|name| {
            let (in_dev, in_prod) = (dev.get(name), prod.get(name));
            pair.differs(
                &format!("`{name}`"),
                in_dev.map(String::as_str),
                in_prod.map(String::as_str),
                |image| image.env.get(name).map(|said| said.place.clone()),
            )
        })
        .collect()
}

fn counts(name: &str) -> bool {
    !ALLOWED.contains(&name) && !OF_INSTALLERS.iter().any(|start| name.starts_with(start))
}

fn is_of_development(name: &str) -> bool {
    OF_DEVELOPMENT.iter().any(|start| name.starts_with(start))
}

/// Whether no more differs than where each image keeps its own environment.
fn is_where_packages_are(name: &str, dev: &Image, prod: &Image) -> bool {
    let of = |image: &Image| {
        let made = image.environments.iter().map(|made| made.value.as_str());
        let filled = image.installs.iter().map(|install| install.what.prefix.as_str());
        let tools = image.tools.iter().map(|tool| tool.what.path.trim_end_matches("/bin"));
        let homes = made.chain(filled).chain(tools).collect();
        let value = image.env.get(name).map(|said| said.value.as_str());
        elsewhere(name, value, &homes)
    };
    matches!(name, "PATH" | "VIRTUAL_ENV") && of(dev) == of(prod)
}

/// What of such a variable leads elsewhere than to these environments, and to where programs are in any image.
fn elsewhere(name: &str, value: Option<&str>, homes: &BTreeSet<&str>) -> Vec<String> {
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
