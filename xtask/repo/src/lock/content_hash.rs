use std::{collections::BTreeMap, ops::Range};

use pep440_rs::Version;
use toml_edit::{Document, Item};

use super::{Format, Lock, LockedSource, Manager, folder, json::Json, pdm, pipenv, pylock, uv};
use crate::manifest::{DependencySource, Manifest};
use diagnostics::{Located, Place, Problem, Source};
use formats::PackageName;

/// A date in the manifest, for which JSON has no form. Poetry cannot lock such a manifest.
#[derive(Debug)]
pub(super) struct NoJson(pub(super) Option<Range<usize>>);

/// Keys of `[tool.poetry]` that have always been hashed, absent ones as null.
const LEGACY: [&str; 4] = ["dependencies", "source", "extras", "dev-dependencies"];
const PROJECT: [&str; 3] = ["requires-python", "dependencies", "optional-dependencies"];

#[derive(Clone, Copy, PartialEq, Eq)]
enum DependencyGroups {
    Hashed,
    /// Before Poetry 2.3.
    LeftOut,
}

/// Whether the manifest has changed since it was locked: then the problem that says so.
pub fn stale(manifest: &Manifest, lock: &Lock) -> Option<Problem> {
    match lock.format {
        Format::V1 | Format::V2_0 | Format::V2_1 => {
            if lock.fresh_for.get() == Some(&manifest.source) {
                return None;
            }
            let problem = outdated(manifest, &lock.source, &lock.content_hash, lock.generator.as_ref());
            let Some(problem) = problem else {
                let _ = lock.fresh_for.set(manifest.source.clone());
                return None;
            };
            Some(match pathless(manifest, lock) {
                Some(remedy) => problem.remedy(remedy),
                None => problem,
            })
        }
        Format::Uv => uv::stale(manifest, lock),
        Format::Pipenv => pipenv::stale(manifest, lock),
        Format::Pdm => pdm::stale(manifest, lock),
        Format::Pylock => pylock::stale(manifest, lock),
    }
}

/// What was locked from a folder, and is now asked for by a range alone: no index has it, so locking would fail.
fn pathless(manifest: &Manifest, lock: &Lock) -> Option<String> {
    let by_path = |name: &PackageName| {
        let mut all = manifest.main.iter();
        all.any(|asked| asked.name.value == *name && !matches!(asked.source, DependencySource::Index(_)))
    };
    lock.packages.iter().find_map(|package| {
        let LockedSource::Directory { path, .. } = &package.source else {
            return None;
        };
        let name = &package.name;
        let is_asked = manifest.main.iter().any(|asked| asked.name.value == *name);
        (is_asked && !by_path(name)).then(|| {
            format!(
                "add `{name} = {{ path = \"{path}\", develop = true }}` to `[tool.poetry.dependencies]` of `{0}` again, or run `poetry lock` in {1} if an index has it",
                manifest.source.path(),
                folder(manifest.source.path())
            )
        })
    })
}

pub(super) fn outdated(
    manifest: &Manifest,
    lock: &Source,
    content_hash: &Located<String>,
    generator: Option<&Version>,
) -> Option<Problem> {
    let locked = content_hash.value.as_str();
    let fresh = match digest(&manifest.document, DependencyGroups::Hashed) {
        Ok(digest) => digest == locked || is_older(generator) && is_fresh_without_groups(manifest, locked),
        Err(NoJson(span)) => {
            let problem = Problem::error("a date is not allowed here: Poetry cannot lock it");
            return Some(problem.at(manifest.source.place(span.unwrap_or(0..0))));
        }
    };
    let manifest_path = manifest.source.path();
    (!fresh).then(|| {
        Problem::error(format!(
            "`{}` is stale: `{manifest_path}` has changed since it was written",
            lock.path()
        ))
        .at(content_hash.place.clone().label("the hash of another manifest"))
        .at(Place::File(manifest_path.to_owned()))
        .remedy(Manager::Poetry.relock_beside(manifest_path))
    })
}

/// `[dependency-groups]` is hashed since Poetry 2.3; locks of an older one stay valid.
fn is_older(generator: Option<&Version>) -> bool {
    generator.is_some_and(|generator| *generator < Version::new([2, 3]))
}

fn is_fresh_without_groups(manifest: &Manifest, locked: &str) -> bool {
    digest(&manifest.document, DependencyGroups::LeftOut).is_ok_and(|digest| digest == locked)
}

/// Poetry's digest of a manifest: SHA-256 over JSON of the tables that locking depends on.
fn digest(document: &Document<String>, groups: DependencyGroups) -> Result<String, NoJson> {
    let project = document.get("project");
    let poetry = document.get("tool").and_then(|tool| tool.get("poetry"));
    let groups = match groups {
        DependencyGroups::Hashed => document.get("dependency-groups").filter(|groups| !is_empty(groups)),
        DependencyGroups::LeftOut => None,
    };
    let project: BTreeMap<&str, Json<'_>> = PROJECT
        .iter()
        .filter_map(|key| Some((*key, Json::Item(project?.get(key)?))))
        .collect();
    let is_standard = !project.is_empty() || groups.is_some();
    let mut relevant = BTreeMap::new();
    for key in LEGACY.into_iter().chain(["group"]) {
        match poetry.and_then(|poetry| poetry.get(key)) {
            Some(item) => relevant.insert(key, Json::Item(item)),
            // The older shape names what is absent.
            None if LEGACY.contains(&key) && !is_standard => relevant.insert(key, Json::Null),
            None => None,
        };
    }
    if is_standard {
        let tool = BTreeMap::from([("poetry", Json::Object(relevant))]);
        relevant = BTreeMap::from([("tool", Json::Object(tool))]);
        if !project.is_empty() {
            relevant.insert("project", Json::Object(project));
        }
        if let Some(groups) = groups {
            relevant.insert("dependency-groups", Json::Item(groups));
        }
    }
    Json::Object(relevant).digest()
}

fn is_empty(item: &Item) -> bool {
    item.as_table_like().is_some_and(|table| table.is_empty())
}

/// The content hash that Poetry would write for this manifest today.
pub fn digest_of(manifest: &Manifest) -> String {
    digest(&manifest.document, DependencyGroups::Hashed).unwrap_or_default()
}
