use std::collections::{BTreeMap, BTreeSet};

use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::{Problem, count};
use evidence::built::{At, Distribution};
use facts::{
    Pair, Side, Subject,
    own_code::OwnCode,
    owned::site,
    package_edits::{self, PackageEdit},
};
use formats::{PackageName, absolute};
use requirements::Pin;

pub const RULE: Rule = Rule {
    id: "installed-files-differ",
    aspect: Aspect::Packages,
    level: Level::Error,
    what: "the files of an installed Python package were changed, or differ between the images",
    why: "the installed code does not match its version",
    example: "RUN sed -i … /opt/venv/lib/python3.13/site-packages/httpx/_client.py",
    fix: "do not change installed files, and install the same archive in both images",
    check: Check::Halves(of_files, of_images),
};

/// As many paths as a person reads.
const SHOWN: usize = 5;

/// Steps that change packages in one image alone.
fn of_files(subject: &Subject<'_>) -> Vec<Problem> {
    let own = OwnCode::of(subject);
    let sides = own.sides();
    let [dev, prod] = sides.as_slice() else {
        return Vec::new();
    };
    let modules = own.packages.iter().flat_map(|(_, code)| &code.modules);
    let modules: BTreeSet<&str> = modules.filter_map(|module| module.split('.').next()).collect();
    let [in_dev, in_prod] = [dev, prod].map(|side| package_edits::of(subject, side, &modules));
    let mut found = alone(&in_dev, &in_prod, "development");
    found.extend(alone(&in_prod, &in_dev, "production"));
    found
}

fn alone(here: &[PackageEdit], there: &[PackageEdit], name: &str) -> Vec<Problem> {
    let is_there = |one: &PackageEdit| {
        let mut others = there.iter();
        others.any(|other| one.edit.command == other.edit.command && one.file == other.file)
    };
    let alone = here.iter().filter(|edit| !is_there(edit));
    let problem = |PackageEdit { edit, file }: &PackageEdit| {
        let verb = if edit.removes { "removes" } else { "changes" };
        let message = format!(
            "`{}` {verb} `{file}` of the installed packages only in {name}",
            edit.program()
        );
        Problem::error(message).at(edit.place.clone())
    };
    alone.map(problem).collect()
}

fn of_images(pair: &Pair<'_>) -> Vec<Problem> {
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
    for (name, dev) in &pair.dev.distributions {
        let Some(prod) = pair.prod.distributions.get(name) else {
            continue;
        };
        // Another version is other files, which is another rule; local packages may be built again.
        if dev.version != prod.version || pair.locals().contains(name) {
            continue;
        }
        let (in_dev, in_prod) = (code(dev), code(prod));
        let differing = in_dev
            .iter()
            .filter(|(path, digest)| in_prod.get(*path).is_none_or(|other| other != *digest));
        let missing = in_prod.keys().filter(|path| !in_dev.contains_key(*path));
        let paths: Vec<&str> = differing.map(|(path, _)| *path).chain(missing.copied()).collect();
        if let Some(first) = paths.first().filter(|_| !in_dev.is_empty() && !in_prod.is_empty()) {
            let message = format!(
                "`{name}` {} was installed from different archives in the two images: {} differ",
                dev.version,
                count(paths.len(), "file")
            );
            let problem = Problem::error(message).at(pair.in_dev()).at(pair.in_prod());
            found.push(problem.note(format!("the first is `{first}`")));
        }
    }
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

/// What came out of the archive: not scripts, which name their interpreter, and not the notes of the installer.
fn code(package: &Distribution) -> BTreeMap<&str, &str> {
    let files = package
        .record
        .iter()
        .filter_map(|(path, digest)| Some((path.as_str(), digest.as_deref()?)));
    files
        .filter(|(path, _)| !path.starts_with("../") && (!path.contains(".dist-info/") || path.ends_with("/METADATA")))
        .collect()
}
