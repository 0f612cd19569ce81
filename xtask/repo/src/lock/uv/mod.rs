//! `uv.lock`, format 1: one lock of a package, or of all members of a workspace.
//!
//! It names no groups with each package; what a group needs where is walked from the member's own entry, and noted the way
//! format 2.1 of Poetry writes it down, so that everything else reads both alike.

mod entry;
mod stale;
mod walk;

use std::{collections::BTreeMap, sync::Arc};

use super::{Format, Lock, LockedPackage, Manager, normalised};
use crate::Root;
use crate::{
    Package, RepoPath,
    manifest::Manifest,
    toml::{self, Table},
};
use diagnostics::{Located, Problem, Source};
pub(super) use entry::{Edge, Entry};
use python::constraint::{Dialect, VersionSet};
pub(super) use stale::{Declared, stale};
pub(super) use walk::groups;

/// What uv calls it.
const REMEDY: &str = "run `uv lock`";

/// The lock beside a package, or that of the workspace which it is a member of.
pub fn find(root: &Root, package: &Package) -> Result<Option<Arc<Lock>>, Vec<Problem>> {
    let mut dir = package.dir.clone();
    loop {
        let path = dir.child(Manager::Uv.file());
        if let Some(source) = root.source_if_present(&path)? {
            return Ok(Some(Arc::new(read(&source, &package.manifest)?)));
        }
        if dir == RepoPath::root() {
            return Ok(None);
        }
        dir = dir.parent();
    }
}

/// Reads the lock, as far as it is about the package of this manifest.
pub fn read(source: &Source, manifest: &Manifest) -> Result<Lock, Vec<Problem>> {
    let document = toml::parse(source).map_err(|problem| vec![problem])?;
    let root = Table::root(source, &document);
    let mut problems = Vec::new();
    let format = root.integer("version", &mut problems);
    if format.as_ref().is_none_or(|format| format.value != 1) {
        let place = format.map_or(root.place(), |format| format.place);
        let problem = Problem::error(format!("`{}` is not a supported uv lock", source.path()));
        return Err(vec![problem.at(place).note("format 1 is").remedy(REMEDY)]);
    }
    let python = root.string("requires-python", &mut problems);
    let python = python.and_then(|text| VersionSet::parse(&text.value, Dialect::Pep440).ok());
    let nodes = root
        .get("package")
        .and_then(|node| node.array(&mut problems))
        .unwrap_or_default();
    let mut entries = Vec::new();
    let mut member = None;
    for node in &nodes {
        let Some(entry) = entry::read(node, &mut problems) else {
            continue;
        };
        if Some(&entry.package.name) == manifest.name.as_ref().map(|name| &name.value) && entry.is_local() {
            member = Some((entries.len(), node));
        }
        entries.push(entry);
    }
    let Some((member, node)) = member else {
        let problem = Problem::error(format!(
            "`{}` does not hold the package of `{}`",
            source.path(),
            manifest.source.path()
        ));
        problems.push(problem.at(root.place()).remedy(REMEDY));
        return Err(problems);
    };
    let declared = stale::declared(node, &mut problems);
    let place = entries[member].package.place.clone();
    groups(&mut entries, member);
    let mut packages: Vec<LockedPackage> = entries.into_iter().map(|entry| entry.package).collect();
    packages.remove(member);
    let lock = Lock {
        source: source.clone(),
        format: Format::Uv,
        generator: None,
        content_hash: Located {
            value: String::new(),
            place,
        },
        python: python.unwrap_or_else(VersionSet::any),
        packages,
        extras: BTreeMap::new(),
        declared,
        fresh_for: Default::default(),
    };
    if problems.is_empty() { Ok(lock) } else { Err(problems) }
}
