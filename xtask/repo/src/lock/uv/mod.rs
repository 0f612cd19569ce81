//! `uv.lock`, format 1: one lock of a package, or of all members of a workspace.
//!
//! It names no groups with each package; what a group needs where is walked from the member's own entry, and noted the way
//! format 2.1 of Poetry writes it down, so that everything else reads both alike.

mod conflict;
mod entry;
mod manifests;
mod requirement;
mod sources;
mod stale;
mod walk;
mod whole;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::{Format, GroupMarkers, Lock, LockCache, LockedPackage, LockedSource, normalised};
use crate::{
    Package, RepoPath, Root,
    manifest::{IndexSource, Manifest},
    toml::{self, Table},
};
pub use conflict::{Conflicts, Decided};
use diagnostics::{Located, Place, Problem, Source};
pub(super) use entry::{Edge, Entry};
use entry::{Of, edges_of};
use formats::{
    PackageName,
    poetry_lock::{Lifted, Lists},
    uv_lock,
};
use manifests::Manifests;
pub(super) use manifests::manifest_in;
use python::{
    constraint::{Dialect, VersionSet},
    marker::Marker,
};
pub(super) use stale::stale;
pub(super) use walk::groups;
pub(super) use whole::{Local, Whole};

/// What uv calls it.
const REMEDY: &str = "run `uv lock`";

/// The lock beside a package, or that of the workspace which it is a member of.
pub fn find(cache: &LockCache, root: &Root, package: &Package) -> Result<Option<Arc<Lock>>, Vec<Problem>> {
    if package.is_of_requirements() {
        return Ok(None);
    }
    let mut dir = package.dir.clone();
    loop {
        if let Some(workspace) = cache.uv(root, &dir)? {
            return cache.member(&workspace, package).map(Some);
        }
        if dir == RepoPath::root() {
            return Ok(None);
        }
        dir = dir.parent();
    }
}

/// A `uv.lock`, before it is known which package is asked for.
#[derive(Debug)]
pub struct Workspace {
    source: Source,
    place: Place,
    python: VersionSet,
    entries: Vec<Entry>,
    /// What it repeats from manifests, and what these say.
    whole: Arc<Whole>,
    members: BTreeSet<PackageName>,
    /// The groups of a root without `[project]`.
    root_groups: Vec<Edge>,
    conflicts: Conflicts,
    /// The indexes that the manifest beside the lock names.
    indexes: Vec<IndexSource>,
}

impl Workspace {
    /// Reads the lock, and what the manifest beside it says of indexes.
    pub fn read(source: &Source, beside: Option<&Manifest>) -> Result<Self, Vec<Problem>> {
        let Lifted { rest, mut lists } = uv_lock::lift(source.text());
        let read = Self::read_rest(source, rest, &mut lists, beside);
        if lists.is_empty() {
            return read;
        }
        // A list stood where no list of wheels belongs.
        Self::read_rest(source, source.text().to_owned(), &mut Lists::new(), beside)
    }

    fn read_rest(
        source: &Source,
        rest: String,
        lists: &mut Lists,
        beside: Option<&Manifest>,
    ) -> Result<Self, Vec<Problem>> {
        let document = toml::parse_text(source, rest).map_err(|problem| vec![problem])?;
        let root = Table::root(source, &document);
        let mut problems = Vec::new();
        let format = root.integer("version", &mut problems);
        if format.as_ref().is_none_or(|format| format.value != 1) {
            let place = format.map_or(root.place(), |format| format.place);
            let problem = Problem::error(format!("`{}` has a format of uv that is not supported", source.path()));
            return Err(vec![problem.at(place).note("format 1 is supported").remedy(REMEDY)]);
        }
        let python = root.string("requires-python", &mut problems);
        let python = python.and_then(|text| VersionSet::parse(&text.value, Dialect::Pep440).ok());
        // Markers are written shorter, for who is in one of these environments.
        let supported = entry::any_of(root, "supported-markers", &mut problems);
        let nodes = root.get("package").and_then(|node| node.array(&mut problems));
        let mut entries = Vec::new();
        let mut whole = Whole::read(root);
        for node in &nodes.unwrap_or_default() {
            let Some(mut entry) = entry::read(node, lists, &mut problems) else {
                continue;
            };
            for edge in &mut entry.edges {
                edge.marker = edge.marker.and(supported);
            }
            whole.add(node);
            entries.push(entry);
        }
        let manifest = root.table("manifest", &mut problems);
        let members = manifest.and_then(|table| table.strings("members", &mut problems));
        let members = members.unwrap_or_default().into_iter();
        let members = members.filter_map(|name| PackageName::parse(&name.value)).collect();
        let root_groups = manifest.and_then(|table| table.table("dependency-groups", &mut problems));
        let root_groups = root_groups.map(|table| table.entries()).unwrap_or_default();
        let root_groups = root_groups.into_iter().flat_map(|(name, node)| {
            let of = Of::Group(normalised(name.value));
            edges_of(Some(node), &of, &mut problems)
        });
        let root_groups = root_groups.collect();
        let conflicts = Conflicts::read(root, &mut problems);
        if !problems.is_empty() {
            return Err(problems);
        }
        Ok(Self {
            source: source.clone(),
            place: root.place(),
            python: python.unwrap_or_else(VersionSet::any),
            entries,
            whole: Arc::new(whole),
            members,
            root_groups,
            conflicts,
            indexes: beside.map(|manifest| manifest.indexes.clone()).unwrap_or_default(),
        })
    }

    /// The lock, as far as it is about the package of this manifest. A manifest without a name is that of a workspace: all
    /// members together.
    pub fn member(&self, manifest: &Manifest) -> Result<Lock, Vec<Problem>> {
        let mut entries = self.entries.clone();
        let is_asked = |entry: &Entry| match &manifest.name {
            Some(name) => entry.package.name == name.value,
            None => self.members.contains(&entry.package.name),
        };
        let local = entries.iter().enumerate().filter(|(_, entry)| entry.is_local());
        let asked: Vec<usize> = local
            .filter(|(_, entry)| is_asked(entry))
            .map(|(index, _)| index)
            .collect();
        let Some(&first) = asked.first() else {
            let problem = Problem::error(format!(
                "`{}` does not contain the package of `{}`",
                self.source.path(),
                manifest.source.path()
            ));
            return Err(vec![problem.at(self.place.clone()).remedy(REMEDY)]);
        };
        let ranges = group_ranges(manifest);
        let limited = |edge: &mut Edge| {
            let range = edge.of_group.as_ref().and_then(|group| ranges.get(group));
            edge.marker = range.map_or(edge.marker, |range| edge.marker.and(*range));
        };
        let mut more = self.groups_of_root(&entries);
        if manifest.name.is_none() {
            more.iter_mut().for_each(limited);
            let whole = asked.iter().map(|member| Edge::to(&entries[*member]));
            more.extend(whole.collect::<Vec<_>>());
        } else {
            entries[first].edges.iter_mut().for_each(limited);
            // A member has the groups of the workspace that it has none of its own for.
            let own: BTreeSet<&String> = entries[first]
                .edges
                .iter()
                .filter_map(|edge| edge.of_group.as_ref())
                .collect();
            let is_own = |group: &String| own.contains(group) || manifest.groups.contains_key(group);
            more.retain(|edge| !edge.of_group.as_ref().is_some_and(is_own));
        }
        let found = groups(&mut entries, &asked, &more);
        let mut conflicts = self.conflicts.clone();
        conflicts.note(&entries, &asked, &found);
        let place = entries[first].package.place.clone();
        let mut packages: Vec<LockedPackage> = entries.into_iter().map(|entry| entry.package).collect();
        if manifest.name.is_some() {
            packages.remove(first);
        }
        let is_new = |index: &&IndexSource| {
            let url = index.url.as_ref();
            url.is_none_or(|url| !is_named(&self.indexes, &url.value))
        };
        let own = manifest.indexes.iter().filter(is_new);
        let indexes: Vec<IndexSource> = self.indexes.iter().chain(own).cloned().collect();
        for package in &mut packages {
            if matches!(&package.source, LockedSource::Index { url } if !is_named(&indexes, url)) {
                package.source = LockedSource::Default;
            }
        }
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
            conflicts,
            indexes,
            offers: None,
            fresh_for: Default::default(),
        })
    }
}

impl Workspace {
    /// The same with the manifests of all that it locks.
    #[must_use]
    pub fn surrounded(mut self, root: &Root, dir: &RepoPath) -> Self {
        if let Some(whole) = Arc::get_mut(&mut self.whole) {
            whole.workspace = Manifests::read(root, dir);
            whole.read_others(root);
        }
        // A member may take packages from an index that it alone names. Others do not use it.
        let manifests = self.whole.workspace.members.values().chain(self.whole.others.values());
        let named: Vec<IndexSource> = manifests
            .flat_map(|member| &member.manifest.indexes)
            .filter(|index| index.priority.is_some())
            .cloned()
            .collect();
        for index in named {
            let is_new = |url: &Located<String>| !is_named(&self.indexes, &url.value);
            if index.url.as_ref().is_some_and(is_new) {
                self.indexes.push(index);
            }
        }
        self
    }

    /// The same with one manifest, where nothing else is known of.
    #[must_use]
    pub fn alone(mut self, manifest: &Manifest) -> Self {
        let parent = |path: &str| RepoPath::parse(path).unwrap_or_else(RepoPath::root).parent();
        if let Some(whole) = Arc::get_mut(&mut self.whole) {
            whole.workspace = Manifests::of_one(&parent(manifest.source.path()), manifest);
            whole.workspace.dir = parent(self.source.path());
        }
        self
    }

    /// What it repeats from the manifests, and what these say.
    pub fn whole(&self) -> &Whole {
        &self.whole
    }

    /// The packages that are folders and that a package of the lock needs, itself included, with the groups that need them.
    pub fn locals_of(&self, name: &PackageName) -> Option<Vec<(&Local, GroupMarkers)>> {
        let is_meant = |entry: &Entry| entry.package.name == *name && entry.is_local();
        let member = self.entries.iter().position(is_meant)?;
        let mut entries = self.entries.clone();
        groups(&mut entries, &[member], &[]);
        let local = |name: &PackageName| self.whole.locals.iter().find(|local| local.name.value == *name);
        let needed = entries.into_iter().enumerate().filter(|(index, entry)| {
            let is_needed = *index == member || !entry.package.groups.is_empty();
            is_needed && entry.is_local()
        });
        Some(
            needed
                .filter_map(|(_, entry)| Some((local(&entry.package.name)?, entry.package.groups)))
                .collect(),
        )
    }

    /// The groups of the manifest beside the lock.
    fn groups_of_root(&self, entries: &[Entry]) -> Vec<Edge> {
        let is_root =
            |entry: &&Entry| matches!(&entry.package.source, LockedSource::Directory { path, .. } if path == ".");
        let of_package = entries.iter().find(is_root).into_iter();
        let of_package = of_package.flat_map(|root| root.edges.iter().filter(|edge| edge.of_group.is_some()));
        self.root_groups.iter().chain(of_package).cloned().collect()
    }
}

/// Reads the lock, as far as it is about the package of this manifest.
pub fn read(source: &Source, manifest: &Manifest) -> Result<Lock, Vec<Problem>> {
    Workspace::read(source, None)?.alone(manifest).member(manifest)
}

fn is_named(indexes: &[IndexSource], url: &str) -> bool {
    let mut urls = indexes.iter().filter_map(|index| index.url.as_ref());
    urls.any(|index| index.value.trim_end_matches('/') == url.trim_end_matches('/'))
}

/// `[tool.uv.dependency-groups]`: the Pythons that a group is for.
fn group_ranges(manifest: &Manifest) -> BTreeMap<String, Marker> {
    let mut reported = Vec::new();
    let uv = manifest.tool("uv");
    let groups = uv.and_then(|uv| uv.table("dependency-groups", &mut reported));
    let groups = groups.map(|groups| groups.entries()).unwrap_or_default();
    let ranges = groups.into_iter().filter_map(|(name, node)| {
        let text = node.table(&mut reported)?.string("requires-python", &mut reported)?;
        let range = VersionSet::parse(&text.value, Dialect::Pep440).ok()?;
        Some((normalised(name.value), Marker::python(&range)))
    });
    ranges.collect()
}
