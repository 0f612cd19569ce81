//! `pdm.lock`, formats 4: groups and markers with each package, as PDM inherits them from the manifest.
//!
//! A lock without that strategy, and one of an older PDM, names no groups; what a group needs is walked from the manifest then.

mod entry;
mod stale;

use formats::normalised;
use std::collections::{BTreeMap, BTreeSet};

use super::{Format, Lock, LockedPackage, uv};
use crate::{
    manifest::{MAIN, Manifest},
    toml::{self, Table},
};
use diagnostics::{Located, Problem, Source};
use entry::Entry;
use python::{
    constraint::{Dialect, VersionSet},
    marker::Marker,
};
pub(super) use stale::stale;

const REMEDY: &str = "run `pdm lock`, to write the lock again";

/// Reads a lock. Either all of it is understood, or everything that is not is reported.
pub fn read(source: &Source, manifest: &Manifest) -> Result<Lock, Vec<Problem>> {
    let document = toml::parse(source).map_err(|problem| vec![problem.remedy(REMEDY)])?;
    let root = Table::root(source, &document);
    let mut problems = Vec::new();
    let metadata = root.table("metadata", &mut problems);
    let version = metadata.and_then(|table| table.string("lock_version", &mut problems));
    let (Some(metadata), Some(version)) = (metadata, version) else {
        let problem = Problem::error(format!(
            "`{}` is not a lock of PDM: it has no `lock_version`",
            source.path()
        ));
        return Err(vec![problem.at(root.place()).remedy(REMEDY)]);
    };
    if !version.value.starts_with("4.") {
        let problem = Problem::error(format!("lock format `{}` of PDM is unknown", version.value));
        return Err(vec![
            problem
                .at(version.place)
                .note("formats 4 are understood")
                .remedy(REMEDY),
        ]);
    }
    let content_hash = metadata.string("content_hash", &mut problems);
    let strategy = metadata.strings("strategy", &mut problems).unwrap_or_default();
    let nodes = root.get("package").and_then(|node| node.array(&mut problems));
    let nodes = nodes.unwrap_or_default();
    let entries = nodes.iter().filter_map(|node| entry::read(node, &mut problems));
    let mut entries: Vec<Entry> = entries.collect();
    let extras: BTreeSet<&String> = manifest.extras.keys().collect();
    if strategy.iter().any(|word| word.value == "inherit_metadata") {
        entries.iter_mut().for_each(|entry| inherit(entry, &extras))
    } else {
        entry::walk(&mut entries, manifest)
    }
    let lock = Lock {
        source: source.clone(),
        format: Format::Pdm,
        generator: None,
        content_hash: content_hash.unwrap_or_else(|| Located {
            value: String::new(),
            place: metadata.place(),
        }),
        python: python(manifest),
        packages: releases(entries),
        extras: BTreeMap::new(),
        uv: None,
        conflicts: uv::Conflicts::default(),
        indexes: Vec::new(),
        offers: None,
        fresh_for: Default::default(),
    };
    if problems.is_empty() {
        Ok(lock)
    } else {
        Err(problems.into_iter().map(|problem| problem.remedy(REMEDY)).collect())
    }
}

/// An extra of the project is a group to PDM.
fn inherit(entry: &mut Entry, extras: &BTreeSet<&String>) {
    for group in std::mem::take(&mut entry.groups) {
        let (group, marker) = match normalised(&group).as_str() {
            "default" => (MAIN.to_owned(), entry.marker),
            name if extras.contains(&name.to_owned()) => {
                let asked = Marker::parse(&format!("extra == '{name}'")).unwrap_or(Marker::FALSE);
                (MAIN.to_owned(), entry.marker.and(asked))
            }
            name => (name.to_owned(), entry.marker),
        };
        let known = entry.package.groups.entry(group).or_insert(Marker::FALSE);
        *known = known.or(marker);
    }
}

/// Each release once: one with extras stands twice in the lock.
fn releases(entries: Vec<Entry>) -> Vec<LockedPackage> {
    let mut packages: Vec<LockedPackage> = Vec::new();
    let mut known = BTreeMap::new();
    for Entry { package, .. } in entries {
        let release = (package.name.clone(), package.number.clone());
        let Some(&index) = known.get(&release) else {
            known.insert(release, packages.len());
            packages.push(package);
            continue;
        };
        for (group, marker) in package.groups {
            let known: &mut Marker = packages[index].groups.entry(group).or_insert(Marker::FALSE);
            *known = known.or(marker);
        }
    }
    packages
}

/// The Pythons that it was locked for.
fn python(manifest: &Manifest) -> VersionSet {
    let text = manifest
        .requires_python
        .as_ref()
        .map(|constraint| &constraint.text.value);
    let set = text.and_then(|text| VersionSet::parse(text, Dialect::Pep440).ok());
    set.unwrap_or_else(VersionSet::any)
}
