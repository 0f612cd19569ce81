//! The files of a release as they have to be, by path: nothing is written here.

use std::collections::BTreeMap;

use pep440_rs::Version;

use super::{
    calendar, changelog,
    dependents::{self, packages},
    edit::Edits,
    history::{self, History},
    literal,
};
use diagnostics::{Problem, Source};
use repo::{Package, Repo, RepoPath};

/// The manifests of the lib and of all that ask for it, as they have to be.
pub fn manifests(repo: &Repo, lib: &Package, new: &Version) -> Result<BTreeMap<RepoPath, String>, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut changed = BTreeMap::new();
    for package in packages(repo) {
        let mut edits = dependents::follow(package, &lib.name, new, &mut problems);
        if package.dir == lib.dir {
            let poetry = lib.manifest.tool("poetry");
            let older = poetry.and_then(|table| table.string("version", &mut Vec::new()));
            for version in lib.manifest.version.iter().chain(&older) {
                problems.extend(edits.replace(version, &version.value, &new.to_string()).err());
            }
        }
        if !edits.is_empty() {
            changed.insert(package.dir.child("pyproject.toml"), edits.apply());
        }
    }
    if problems.is_empty() {
        Ok(changed)
    } else {
        Err(problems)
    }
}

/// The modules that say their version, as they have to be.
pub fn literals(
    repo: &Repo,
    lib: &Package,
    old: &Version,
    new: &Version,
) -> Result<BTreeMap<RepoPath, String>, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut changed = BTreeMap::new();
    for module in lib.build_inputs.iter().map(|input| input.child("__init__.py")) {
        let source = match repo.root.source_if_present(&module) {
            Ok(Some(source)) => source,
            // A file has no module below it.
            Ok(None) | Err(_) => continue,
        };
        let Some((span, text)) = literal::find(&source) else {
            continue;
        };
        if text.parse::<Version>().as_ref() != Ok(old) {
            problems.push(
                Problem::error(format!("`__version__` is `{text}`, but the manifest says {old}"))
                    .at(source.place(span))
                    .remedy("make both the same, commit, and run this again"),
            );
            continue;
        }
        let mut edits = Edits::of(&source);
        edits.set(span, &new.to_string());
        changed.insert(module, edits.apply());
    }
    if problems.is_empty() {
        Ok(changed)
    } else {
        Err(problems)
    }
}

/// The changelog with a section for the release: what the commits say, and these subjects.
pub fn changelog(
    repo: &Repo,
    lib: &Package,
    new: &Version,
    history: &History,
    more: &[String],
) -> Result<(RepoPath, String), Problem> {
    let path = lib.dir.child("CHANGELOG.md");
    let before = repo.root.source_if_present(&path)?;
    let last = history.last_release(&lib.name)?;
    let since = last.map(|version| history::tag(&lib.name, &version));
    let mut subjects = history.subjects(&lib.dir, since.as_deref())?;
    subjects.extend(more.iter().cloned());
    let before = before.as_ref().map(Source::text);
    let text = changelog::release(before, &new.to_string(), &calendar::today(), &subjects);
    Ok((path, text))
}
