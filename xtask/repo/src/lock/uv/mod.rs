//! `uv.lock`, format 1: one lock of a package, or of all members of a workspace.
//!
//! It names no groups with each package; what a group needs where is walked from the member's own entry, and noted the way
//! format 2.1 of Poetry writes it down, so that everything else reads both alike.

mod entry;
mod requirement;
mod sources;
mod stale;
mod walk;
mod whole;
mod workspace;

use std::{collections::BTreeMap, sync::Arc};

use super::{Format, GroupMarkers, Lock, LockCache, LockedPackage, Manager};
use crate::Root;
use crate::{
    Package, RepoPath,
    manifest::Manifest,
    toml::{self, Table},
};
use diagnostics::{Located, Problem, Source};
pub(super) use entry::{Edge, Entry};
use formats::PackageName;
use python::constraint::{Dialect, VersionSet};
pub(super) use stale::stale;
pub(super) use walk::groups as groups_of;
pub(super) use whole::Local;
pub(super) use whole::Whole;
use workspace::Workspace;
pub(super) use workspace::manifest_in;

/// What uv calls it.
const REMEDY: &str = "run `uv lock`";

/// A lock that was read, for whichever of its members.
#[derive(Debug)]
pub struct Shared {
    source: Source,
    python: VersionSet,
    entries: Vec<Entry>,
    whole: Arc<Whole>,
}

/// The lock beside a package, or that of the workspace which it is a member of.
pub fn find(cache: &LockCache, root: &Root, package: &Package) -> Result<Option<Arc<Lock>>, Vec<Problem>> {
    let mut dir = package.dir.clone();
    loop {
        if let Some(shared) = shared_at(cache, root, &dir.child(Manager::Uv.file()))? {
            return Ok(Some(Arc::new(shared.of_member(&package.manifest)?)));
        }
        if dir == RepoPath::root() {
            return Ok(None);
        }
        dir = dir.parent();
    }
}

/// The lock at a path, with the manifests of its workspace.
pub fn shared_at(cache: &LockCache, root: &Root, path: &RepoPath) -> Result<Option<Arc<Shared>>, Vec<Problem>> {
    cache.uv(path, || {
        let Some(source) = root.source_if_present(path)? else {
            return Ok(None);
        };
        let read = shared(&source, |whole| {
            whole.workspace = Workspace::read(root, &path.parent());
            whole.read_others(root);
        });
        read.map(Some)
    })
}

/// Reads a lock, as far as it is about the package of one manifest, without the manifests of others.
pub fn read(source: &Source, manifest: &Manifest) -> Result<Lock, Vec<Problem>> {
    let parent = |path: &str| RepoPath::parse(path).unwrap_or_else(RepoPath::root).parent();
    let shared = shared(source, |whole| {
        whole.workspace = Workspace::of_one(&parent(manifest.source.path()), manifest);
        whole.workspace.dir = parent(source.path());
    })?;
    shared.of_member(manifest)
}

/// Reads a lock; `surround` adds the manifests.
fn shared(source: &Source, surround: impl FnOnce(&mut Whole)) -> Result<Shared, Vec<Problem>> {
    let document = toml::parse(source).map_err(|problem| vec![problem])?;
    let root = Table::root(source, &document);
    let mut problems = Vec::new();
    let format = root.integer("version", &mut problems);
    if format.as_ref().is_none_or(|format| format.value != 1) {
        let place = format.map_or(root.place(), |format| format.place);
        let problem = Problem::error(format!("`{}` is no lock of uv that is understood", source.path()));
        return Err(vec![problem.at(place).note("format 1 is").remedy(REMEDY)]);
    }
    let python = root.string("requires-python", &mut problems);
    let python = python.and_then(|text| VersionSet::parse(&text.value, Dialect::Pep440).ok());
    let nodes = root
        .get("package")
        .and_then(|node| node.array(&mut problems))
        .unwrap_or_default();
    let mut whole = Whole::read(root);
    let mut entries = Vec::new();
    for node in &nodes {
        whole.add(node);
        entries.extend(entry::read(node, &mut problems));
    }
    surround(&mut whole);
    if !problems.is_empty() {
        return Err(problems);
    }
    Ok(Shared {
        source: source.clone(),
        python: python.unwrap_or_else(VersionSet::any),
        entries,
        whole: Arc::new(whole),
    })
}

impl Shared {
    /// What it repeats from the manifests, and what these say.
    pub fn whole(&self) -> &Whole {
        &self.whole
    }

    /// The packages that are folders and that a package of the lock needs, itself included, with the groups that need them.
    pub fn locals_of(&self, name: &PackageName) -> Option<Vec<(&Local, GroupMarkers)>> {
        let is_meant = |entry: &Entry| entry.package.name == *name && entry.is_local();
        let member = self.entries.iter().position(is_meant)?;
        let mut groups: BTreeMap<usize, GroupMarkers> = BTreeMap::from([(member, GroupMarkers::new())]);
        for (index, group, marker) in groups_of(&self.entries, member) {
            groups.entry(index).or_default().insert(group, marker);
        }
        let local = |index: usize| {
            let name = &self.entries[index].package.name;
            let mut locals = self.whole.locals.iter();
            locals.find(|local| local.name.value == *name)
        };
        let found = groups.into_iter().filter(|(index, _)| self.entries[*index].is_local());
        Some(
            found
                .filter_map(|(index, groups)| Some((local(index)?, groups)))
                .collect(),
        )
    }

    /// The lock as one of its members sees it.
    fn of_member(&self, manifest: &Manifest) -> Result<Lock, Vec<Problem>> {
        let name = manifest.name.as_ref().map(|name| &name.value);
        let mut members = self.entries.iter();
        let Some(member) = members.position(|entry| Some(&entry.package.name) == name && entry.is_local()) else {
            let path = self.source.path();
            let problem = Problem::error(format!(
                "`{path}` does not hold the package of `{}`",
                manifest.source.path()
            ));
            return Err(vec![problem.at(self.source.place(0..0)).remedy(REMEDY)]);
        };
        let groups = groups_of(&self.entries, member);
        let place = self.entries[member].package.place.clone();
        let mut packages: Vec<LockedPackage> = self.entries.iter().map(|entry| entry.package.clone()).collect();
        for (index, group, marker) in groups {
            packages[index].groups.insert(group, marker);
        }
        packages.remove(member);
        Ok(Lock {
            source: self.source.clone(),
            format: Format::Uv,
            generator: None,
            content_hash: Located {
                value: String::new(),
                place,
            },
            python: self.python.clone(),
            packages,
            extras: BTreeMap::new(),
            uv: Some(Arc::clone(&self.whole)),
            fresh_for: Default::default(),
        })
    }
}
