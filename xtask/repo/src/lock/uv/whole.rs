//! What a `uv.lock` repeats from the manifests that it was written for.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    manifests::{Manifests, Member},
    requirement::{Requirement, locked_list},
};
use crate::{
    Root,
    manifest::MAIN,
    toml::{Node, Table},
};
use diagnostics::Located;
use formats::{PackageName, normalised};
use pep440_rs::Version;
use python::marker::Marker;

/// All that is compared with the manifests, and the manifests.
#[derive(Debug, Default)]
pub struct Whole {
    /// `requires-python`.
    pub python: Option<Located<String>>,
    /// Whether the format has `provides-extras`, and groups without requirements.
    pub has_extras: bool,
    /// `[manifest] members`; a package alone is not listed.
    pub members: Vec<PackageName>,
    /// The lists of `[manifest]`, by the key of `[tool.uv]` that they repeat.
    pub lists: BTreeMap<&'static str, Vec<Requirement>>,
    /// `excludes` of `[manifest]`.
    pub excludes: BTreeSet<PackageName>,
    /// `supported-markers` and `required-markers`, by the key of `[tool.uv]` that they repeat.
    pub environments: BTreeMap<&'static str, Vec<Marker>>,
    /// `[options]`, by the key of `[tool.uv]`.
    pub options: BTreeMap<&'static str, String>,
    /// The names of all packages.
    pub names: BTreeSet<PackageName>,
    /// Groups of a root that is not a package.
    pub groups: Vec<Requirement>,
    /// Packages that are folders.
    pub locals: Vec<Local>,
    /// The manifests of the workspace.
    pub workspace: Manifests,
    /// Manifests of folders beside the workspace, by the path that the lock has.
    pub others: BTreeMap<String, Member>,
    /// Folders of the repository that the lock has, and that hold no manifest.
    pub gone: BTreeSet<String>,
}

/// A package that is a folder.
#[derive(Debug)]
pub struct Local {
    pub name: Located<PackageName>,
    pub version: Option<Version>,
    /// `editable`, `directory` or `virtual`.
    pub kind: &'static str,
    pub path: String,
    pub requirements: Vec<Requirement>,
    /// Groups that the lock names, those without requirements too.
    pub groups: BTreeSet<String>,
    pub extras: Vec<String>,
}

/// The lists of `[manifest]`, and the key of `[tool.uv]` for each.
pub const LISTS: [(&str, &str); 3] = [
    ("constraints", "constraint-dependencies"),
    ("overrides", "override-dependencies"),
    ("build-constraints", "build-constraint-dependencies"),
];

/// The keys of `[tool.uv]` for environments, and those of the lock.
pub const ENVIRONMENTS: [(&str, &str); 2] = [
    ("environments", "supported-markers"),
    ("required-environments", "required-markers"),
];

/// The keys of `[tool.uv]` that versions are chosen by, those of the lock, and what holds without them.
pub const OPTIONS: [(&str, &str, &str); 3] = [
    ("resolution", "resolution-mode", "highest"),
    ("prerelease", "prerelease-mode", "if-necessary-or-explicit"),
    ("fork-strategy", "fork-strategy", "requires-python"),
];

const KINDS: [&str; 3] = ["editable", "directory", "virtual"];

impl Whole {
    /// Reads what the lock says besides its packages.
    pub fn read(root: Table<'_>) -> Self {
        let ignored = &mut Vec::new();
        let mut whole = Self {
            python: root.string("requires-python", ignored),
            has_extras: root
                .integer("revision", ignored)
                .is_some_and(|revision| revision.value >= 1),
            ..Self::default()
        };
        for (setting, key) in ENVIRONMENTS {
            let texts = root.strings(key, ignored).unwrap_or_default();
            let markers = texts.iter().filter_map(|text| Marker::parse(&text.value).ok());
            whole.environments.insert(setting, markers.collect());
        }
        let options = root.table("options", ignored);
        for (setting, key, _) in OPTIONS {
            let value = options.and_then(|options| options.string(key, ignored));
            whole.options.extend(value.map(|value| (setting, value.value)));
        }
        if let Some(manifest) = root.table("manifest", ignored) {
            let excludes = manifest.strings("excludes", ignored).unwrap_or_default();
            whole.excludes = excludes
                .iter()
                .filter_map(|name| PackageName::parse(&name.value))
                .collect();
            let members = manifest.strings("members", ignored).unwrap_or_default();
            whole.members = members
                .iter()
                .filter_map(|name| PackageName::parse(&name.value))
                .collect();
            for (key, setting) in LISTS {
                whole.lists.insert(setting, locked_list(manifest, key, MAIN));
            }
            if let Some(groups) = manifest.table("dependency-groups", ignored) {
                whole.groups = groups_of(groups).flat_map(|(_, requirements)| requirements).collect();
            }
        }
        whole
    }

    /// Notes an entry, where it is a folder.
    pub fn add(&mut self, node: &Node<'_>) {
        let table = node.table(&mut Vec::new());
        let name = table.and_then(|table| table.string("name", &mut Vec::new()));
        self.names.extend(name.and_then(|name| PackageName::parse(&name.value)));
        self.locals.extend(local(node));
    }

    /// Reads the manifests of folders that the lock has, and that are not members.
    pub fn read_others(&mut self, root: &Root) {
        for local in &self.locals {
            if self.workspace.members.contains_key(&local.name.value) {
                continue;
            }
            let dir = self.workspace.dir.join(&local.path);
            let Some(dir) = dir else { continue };
            if !root.has(&dir) {
                self.gone.insert(local.path.clone());
            } else if let Some(manifest) = super::manifests::manifest_in(root, &dir) {
                self.others.insert(local.path.clone(), Member { dir, manifest });
            }
        }
    }

    /// The manifest of a folder that the lock has.
    pub fn manifest_of(&self, local: &Local) -> Option<&Member> {
        let member = self.workspace.members.get(&local.name.value);
        member.or_else(|| self.others.get(&local.path))
    }
}

fn local(node: &Node<'_>) -> Option<Local> {
    let ignored = &mut Vec::new();
    let table = node.table(ignored)?;
    let source = table.table("source", ignored)?;
    let (kind, path) = KINDS
        .into_iter()
        .find_map(|kind| Some((kind, source.string(kind, &mut Vec::new())?.value)))?;
    let name = table.string("name", ignored)?;
    let version = table.string("version", ignored);
    let mut local = Local {
        name: Located {
            value: PackageName::parse(&name.value)?,
            place: name.place,
        },
        version: version.and_then(|version| version.value.parse().ok()),
        kind,
        path,
        requirements: Vec::new(),
        groups: BTreeSet::new(),
        extras: Vec::new(),
    };
    let Some(metadata) = table.table("metadata", ignored) else {
        return Some(local);
    };
    local.requirements = locked_list(metadata, "requires-dist", MAIN);
    let extras = metadata.strings("provides-extras", ignored).unwrap_or_default();
    local.extras = extras.iter().map(|extra| normalised(&extra.value)).collect();
    if let Some(groups) = metadata.table("requires-dev", ignored) {
        for (group, requirements) in groups_of(groups) {
            local.groups.insert(group);
            local.requirements.extend(requirements);
        }
    }
    Some(local)
}

fn groups_of(table: Table<'_>) -> impl Iterator<Item = (String, Vec<Requirement>)> {
    table.entries().into_iter().map(move |(group, _)| {
        let name = normalised(group.value);
        let requirements = locked_list(table, group.value, &name);
        (name, requirements)
    })
}
