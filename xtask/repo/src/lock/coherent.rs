//! Whether a lock agrees with itself. Poetry compares it with the manifest alone, so what a merge or an edit by hand took out of
//! it, or mixed, is noticed by nobody until something is installed.

use std::collections::{BTreeMap, BTreeSet};

use formats::poetry_lock::edges;
use pep440_rs::Version;

use super::{Format, Lock, LockedPackage, LockedSource, folder};
use crate::manifest::{Dependency, DependencySource, Manifest};
use diagnostics::Problem;
use formats::PackageName;
use formats::poetry_lock::LockedFile;
use python::marker::Marker;

/// Poetry 1 left these out of its locks.
const UNLOCKED: [&str; 5] = ["distribute", "pip", "python", "setuptools", "wheel"];

/// The first thing that the lock says and contradicts. Only formats that name the groups of each package are looked at.
pub fn incoherent(manifest: &Manifest, lock: &Lock) -> Option<Problem> {
    if lock.format != Format::V2_1 {
        return None;
    }
    let mut by_name: BTreeMap<&PackageName, Vec<&LockedPackage>> = BTreeMap::new();
    for package in &lock.packages {
        by_name.entry(&package.name).or_default().push(package);
    }
    undeclared(manifest, lock, &by_name)
        .or_else(|| twice(lock, &by_name))
        .or_else(|| lock.packages.iter().find_map(|package| mixed(lock, package)))
        .or_else(|| unmet(lock, &by_name))
}

type ByName<'a> = BTreeMap<&'a PackageName, Vec<&'a LockedPackage>>;

/// What the manifest asks for, wherever it is installed, and the lock does not have.
fn undeclared(manifest: &Manifest, lock: &Lock, packages: &ByName<'_>) -> Option<Problem> {
    let groups = manifest.groups.values().flat_map(|group| &group.dependencies);
    let mut asked = manifest.main.iter().chain(groups).filter(|asked| is_plain(asked));
    let missing = asked
        .find(|asked| !UNLOCKED.contains(&asked.name.value.as_str()) && !packages.contains_key(&asked.name.value))?;
    let name = &missing.name.value;
    let message = format!(
        "`{}` lacks `{name}`, which `{}` requires",
        lock.source.path(),
        manifest.source.path()
    );
    let problem = Problem::error(message)
        .at(missing.name.place.clone())
        .at(lock.source.place(0..0).label("the lock"));
    Some(problem.remedy(anew(lock)))
}

fn is_plain(asked: &Dependency) -> bool {
    let is_conditional = asked.optional || asked.marker.is_some() || asked.python.is_some() || asked.platform.is_some();
    !is_conditional && asked.extra.is_none() && matches!(asked.source, DependencySource::Index(_))
}

/// Two versions of one package, of which neither says where it is for.
fn twice(lock: &Lock, packages: &ByName<'_>) -> Option<Problem> {
    let is_everywhere = |package: &&&LockedPackage| package.groups.values().any(|marker| *marker == Marker::TRUE);
    for (name, same) in packages {
        let mut everywhere = same.iter().filter(is_everywhere);
        let (Some(first), Some(second)) = (everywhere.next(), everywhere.next()) else {
            continue;
        };
        if !first.groups.keys().any(|group| second.groups.contains_key(group)) {
            continue;
        }
        let message = format!("`{}` has `{name}` twice", lock.source.path());
        let problem =
            Problem::error(message)
                .at(second.version.place.clone())
                .at(first.version.place.clone().label("and here"));
        return Some(problem.remedy(anew(lock)));
    }
    None
}

/// Archives of another version than the one that stands above them.
fn mixed(lock: &Lock, package: &LockedPackage) -> Option<Problem> {
    if !matches!(package.source, LockedSource::Default | LockedSource::Index { .. }) {
        return None;
    }
    let mut versions = package.files.iter().map(version_of);
    let first = versions.next()??;
    if first == package.number || versions.any(|version| version.is_none_or(|version| version == package.number)) {
        return None;
    }
    let message = format!(
        "`{}` has `{}` {}, and archives of {first}",
        lock.source.path(),
        package.name,
        package.version.value
    );
    let problem = Problem::error(message).at(package.version.place.clone());
    Some(problem.remedy(format!(
        "take the lock from git again, or run `poetry update --lock {}` in {}",
        package.name,
        folder(lock.source.path())
    )))
}

/// `NAME-VERSION-….whl`, `NAME-VERSION.tar.gz`. `None` where that cannot be told.
fn version_of(file: &LockedFile) -> Option<Version> {
    if let Some(stem) = file.name.strip_suffix(".whl") {
        return stem.split('-').nth(1)?.parse().ok();
    }
    let stem = [".tar.gz", ".zip", ".tar.bz2", ".tgz"]
        .iter()
        .find_map(|end| file.name.strip_suffix(end))?;
    stem.rsplit_once('-')?.1.parse().ok()
}

/// What a locked package asks for, wherever it is installed, and the lock does not have, or not for the same groups.
fn unmet(lock: &Lock, packages: &ByName<'_>) -> Option<Problem> {
    for edge in edges(lock.source.text()) {
        let package = lock.packages.get(edge.package)?;
        // What the manifest of a folder says now is for the rules of libs.
        if matches!(package.source, LockedSource::Directory { .. }) || UNLOCKED.contains(&edge.asked.as_str()) {
            continue;
        }
        let known = packages.get(&edge.asked).map_or(&[][..], Vec::as_slice);
        let groups: BTreeSet<&str> = known
            .iter()
            .flat_map(|same| same.groups.keys())
            .map(String::as_str)
            .collect();
        let missing = package.groups.keys().find(|group| !groups.contains(group.as_str()));
        let message = match missing {
            None => continue,
            Some(_) if known.is_empty() => format!(
                "`{}` lacks `{}`, which `{}` requires",
                lock.source.path(),
                edge.asked,
                package.name
            ),
            Some(group) => format!(
                "`{}` has `{}` only in groups other than `{group}`, where `{}` requires it",
                lock.source.path(),
                edge.asked,
                package.name
            ),
        };
        let mut problem = Problem::error(message).at(lock.source.place(edge.span));
        if let Some(first) = known.first() {
            problem = problem.at(first.place.clone().label("locked"));
        }
        return Some(problem.remedy(anew(lock)));
    }
    None
}

fn anew(lock: &Lock) -> String {
    format!(
        "run `poetry lock` in {}, or take the lock from git again",
        folder(lock.source.path())
    )
}
