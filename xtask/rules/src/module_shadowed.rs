use std::collections::{BTreeMap, BTreeSet};

use super::{Aspect, Check, Rule};
use diagnostics::{Level, Problem};
use evidence::{built::Built, code::is_standard};
use facts::{Pair, Side, owned::sites};
use formats::PackageName;

pub const RULE: Rule = Rule {
    id: "module-shadowed",
    aspect: Aspect::Packages,
    level: Level::Error,
    what: "a folder that Python searches first has a module with the name of an installed package or of a standard library module",
    why: "every import of that name gets the wrong module",
    example: "redis.py in the folder that the service is started in, beside the package `redis`",
    fix: "rename the module, or do not copy it there",
    check: Check::Images(check),
};

/// Python has them before it looks into any folder.
const LOADED: [&str; 12] = [
    "__main__",
    "abc",
    "builtins",
    "codecs",
    "encodings",
    "genericpath",
    "io",
    "os",
    "posixpath",
    "site",
    "stat",
    "sys",
];

fn check(pair: &Pair<'_>) -> Vec<Problem> {
    let locals = pair.locals();
    pair.sides().iter().flat_map(|side| of_image(side, &locals)).collect()
}

/// Sources of the repository in place of a wheel of it are another rule.
fn of_image(side: &Side<'_>, locals: &BTreeSet<&PackageName>) -> Vec<Problem> {
    let built = side.built;
    let Some(python) = &built.interpreter else {
        return Vec::new();
    };
    let brought = brought(built, locals);
    let sites: Vec<&str> = sites(built).collect();
    let mut found = Vec::new();
    for folder in python
        .path
        .iter()
        .take_while(|folder| !sites.contains(&folder.as_str()))
    {
        for name in modules(built, folder) {
            let of = match brought.get(name) {
                Some(package) => format!("the package `{package}`"),
                None if is_standard(name) && !LOADED.contains(&name) => "a standard library module".to_owned(),
                None => continue,
            };
            let message = format!("`{folder}/{name}` in {} hides {of}", side.name);
            let problem = Problem::error(message).at(side.place());
            found.push(problem.note(format!("Python searches `{folder}` before its packages")));
        }
    }
    found
}

/// The names that packages bring, each with its package. What the repository has is compared by itself.
fn brought<'a>(built: &'a Built, locals: &BTreeSet<&PackageName>) -> BTreeMap<&'a str, &'a str> {
    let mut found = BTreeMap::new();
    for (name, package) in built.distributions.iter().filter(|(name, _)| !locals.contains(name)) {
        let files = package.record.keys().filter(|path| path.ends_with(".py"));
        let tops = files.filter_map(|path| match path.split_once('/') {
            Some((folder, "__init__.py")) => Some(folder),
            Some(_) => None,
            None => path.strip_suffix(".py"),
        });
        found.extend(tops.map(|top| (top, name.as_str())));
    }
    found
}

/// A folder without an `__init__.py` hides nothing.
fn modules<'a>(built: &'a Built, folder: &str) -> BTreeSet<&'a str> {
    let names = built.files.names(folder).into_iter();
    let modules = names.filter_map(|name| match name.strip_suffix(".py") {
        Some(module) => Some(module),
        None => built
            .files
            .is_file(&format!("{folder}/{name}/__init__.py"))
            .then_some(name),
    });
    modules.collect()
}
