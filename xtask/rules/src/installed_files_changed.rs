use super::{Aspect, Check, Rule};
use diagnostics::{Level, Problem, count};
use evidence::built::At;
use facts::{Pair, Side, owned::site};
use formats::{PackageName, absolute};
use requirements::Pin;

pub const RULE: Rule = Rule {
    id: "installed-files-changed",
    aspect: Aspect::Packages,
    level: Level::Error,
    what: "the files of an installed Python package are not those that its RECORD lists, or no RECORD lists them",
    why: "the installed code does not match its version, in one image or in both",
    example: "a built image with a patched `httpx/_client.py`",
    fix: "do not change installed files: use a version that has the change, or a package of your own",
    check: Check::Images(check),
};

/// As many paths as a person reads.
const SHOWN: usize = 5;

fn check(pair: &Pair<'_>) -> Vec<Problem> {
    let mut found = Vec::new();
    for side in pair.sides() {
        for package in side
            .built
            .distributions
            .values()
            .filter(|package| !package.altered.is_empty())
        {
            let altered = package.altered.len();
            let verb = if altered == 1 { "is" } else { "are" };
            let mut problem = Problem::error(format!(
                "{} of `{}` {verb} changed after the install in {}",
                count(altered, "file"),
                package.name,
                side.name
            ))
            .at(side.place());
            for file in package.altered.iter().take(SHOWN) {
                let how = if file.is_missing { "missing" } else { "changed" };
                problem = problem.note(format!("{how}: `{}`", file.path));
            }
            if altered > SHOWN {
                problem = problem.note(format!("and {} more", altered - SHOWN));
            }
            found.push(problem);
        }
    }
    found.extend(pair.sides().iter().flat_map(|side| unlisted(pair, side)));
    found.extend(pair.sides().iter().filter_map(led_away));
    found
}

/// Installers write files. A link out of the environment was put there afterwards, and what it leads to may be replaced.
fn led_away(side: &Side<'_>) -> Option<Problem> {
    let (files, python) = (&side.built.files, side.built.interpreter.as_ref()?);
    let mut links = side.built.distributions.values().flat_map(|package| {
        let paths = package
            .record
            .keys()
            .filter(|path| path.ends_with(".py") || path.ends_with(".so"));
        paths.map(move |path| absolute(site(package), path))
    });
    let is_away = |path: &String| {
        let is_link = matches!(files.at(path), Some(At::Link(_)));
        is_link
            && files
                .resolve(path)
                .is_some_and(|real| !real.starts_with(&format!("{}/", python.prefix)))
    };
    let path = links.find(is_away)?;
    let real = files.resolve(&path)?;
    let message = format!(
        "`{path}` in {} is a link to `{real}`, outside of the environment",
        side.name
    );
    let problem = Problem::error(message).at(side.place());
    Some(problem.remedy("install files: `uv sync --link-mode=copy`"))
}

/// Without a list of files nothing shows that they are those of the archive. Only wheels have one.
/// That no lock has the package is another rule.
fn unlisted(pair: &Pair<'_>, side: &Side<'_>) -> Vec<Problem> {
    let pins = pair.locked(true);
    let locals = pair.locals();
    let is_meant = |name: &PackageName| {
        let is_pinned = |pins: &Vec<Pin>| pins.iter().any(|pin| pin.name == *name);
        pins.as_ref().is_none_or(is_pinned) || locals.contains(name)
    };
    let packages = side.built.distributions.values();
    let unlisted = packages.filter(|package| {
        let runs_from_sources = package.is_bare && locals.contains(&package.name);
        is_meant(&package.name)
            && !package.has_record
            && !runs_from_sources
            && package.info.ends_with(".dist-info")
            && !package.info.starts_with("/usr/lib/python3/")
    });
    unlisted
        .map(|package| {
            let message = format!(
                "`{}` has no RECORD in {}, so its files cannot be compared with its archive",
                package.name, side.name
            );
            Problem::error(message)
                .at(side.place())
                .note(format!("`{}/RECORD` is missing or empty", package.info))
        })
        .collect()
}
