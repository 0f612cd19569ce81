use std::collections::BTreeMap;

use super::{Aspect, Check, Rule};
use diagnostics::{Level, Problem, count};
use evidence::built::Built;
use facts::{
    Pair, Side,
    owned::{Owned, site, sites},
};

pub const RULE: Rule = Rule {
    id: "module-of-no-package",
    aspect: Aspect::Packages,
    level: Level::Error,
    what: "a built image imports a module that no installed package lists",
    why: "nobody knows its version, no lock pins it, and Python runs some names at every start",
    example: "COPY patches/sitecustomize.py /opt/venv/lib/python3.13/site-packages/",
    fix: "make it part of a package of the repository, or remove the step that copies it",
    check: Check::Images(check),
};

/// Python imports them by itself when it starts.
const AT_START: [&str; 2] = ["sitecustomize", "usercustomize"];

/// Made by the tools that make environments.
const OF_ENVIRONMENTS: [&str; 3] = ["_distutils_hack", "_virtualenv", "README"];

/// As many as a person reads.
const SHOWN: usize = 5;

fn check(pair: &Pair<'_>) -> Vec<Problem> {
    let sides = pair.sides();
    let [dev, prod] = [pair.dev, pair.prod].map(Owned::of);
    let found = [strangers(pair.dev, &dev, &prod), strangers(pair.prod, &prod, &dev)];
    let mut problems = Vec::new();
    for (side, modules) in sides.iter().zip(&found) {
        for (name, files) in modules {
            problems.push(problem(side, name, files));
        }
    }
    problems
}

fn problem(side: &Side<'_>, name: &str, files: &[String]) -> Problem {
    let what = if AT_START.contains(&name) {
        format!(
            "`{name}`, which Python runs when it starts, is in {} but belongs to no package",
            side.name
        )
    } else {
        let files = if files.len() == 1 {
            format!("`{}`", files[0])
        } else {
            format!("`{}` and {} more", files[0], count(files.len() - 1, "file"))
        };
        format!("{} can import `{name}` from {files}, which no package lists", side.name)
    };
    let rest = files.iter().skip(1).take(SHOWN);
    rest.map(|file| format!("also `{file}`"))
        .fold(Problem::error(what).at(side.place()), Problem::note)
}

/// Modules of nobody, by the name at the top, each with its files. Where the other image has the package of a file, this one
/// lacks its metadata, which is another rule.
fn strangers(built: &Built, owned: &Owned<'_>, other: &Owned<'_>) -> BTreeMap<String, Vec<String>> {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for folder in sites(built) {
        // What a package without a list brings cannot be told from what nobody brings.
        let mut packages = built.distributions.values().filter(|package| site(package) == folder);
        let is_listed = packages.all(|package| package.has_record);
        for path in built.files.under(folder) {
            let top = top(path);
            let is_known = OF_ENVIRONMENTS.contains(&top)
                || [owned, other]
                    .iter()
                    .any(|owned| owned.has(&format!("{folder}/{path}")));
            if is_known || !is_module(path) || !(is_listed || AT_START.contains(&top)) {
                continue;
            }
            found
                .entry(top.to_owned())
                .or_default()
                .push(format!("{folder}/{path}"));
        }
    }
    for (name, file) in in_other_folders(built, owned) {
        found.entry(name).or_default().push(file);
    }
    found
}

/// Beside the standard library, and wherever else Python looks first.
fn in_other_folders(built: &Built, owned: &Owned<'_>) -> Vec<(String, String)> {
    let Some(python) = &built.interpreter else {
        return Vec::new();
    };
    let folders = python.path.iter().chain(&python.standard);
    let is_site = |folder: &&String| !sites(built).any(|site| site == folder.as_str());
    let mut found = Vec::new();
    for folder in folders.filter(is_site) {
        for name in AT_START {
            let files = [format!("{folder}/{name}.py"), format!("{folder}/{name}/__init__.py")];
            let there = files
                .into_iter()
                .find(|file| built.files.is_file(file) && !owned.has(file));
            // The distribution's own is a link into its settings.
            let is_of_system = |file: &String| built.files.resolve(file).is_some_and(|real| owned.has(&real));
            found.extend(
                there
                    .filter(|file| !is_of_system(file))
                    .map(|file| (name.to_owned(), file)),
            );
        }
    }
    found
}

/// Bytecode counts where it stands in the place of its source.
fn is_module(path: &str) -> bool {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let is_code = [".py", ".pyc", ".so"].iter().any(|end| name.ends_with(end));
    let is_aside = |part: &str| part == "__pycache__" || part.ends_with(".dist-info") || part.ends_with(".egg-info");
    is_code && !folder.split('/').any(is_aside)
}

fn top(path: &str) -> &str {
    path.split(['/', '.']).next().unwrap_or_default()
}
