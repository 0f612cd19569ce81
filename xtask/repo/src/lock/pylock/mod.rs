//! `pylock.toml`, format 1.0 (PEP 751): the packages with the markers under which they are installed, whoever wrote it.
//!
//! Groups and extras are conditions in these markers. A lock of a program that records no groups has a file for each, as
//! `pylock.dev.toml`, beside it.

mod entry;
mod merge;
mod requirements;
mod stale;
mod writer;

use std::collections::{BTreeMap, BTreeSet};

use super::{Format, Lock, uv};
use crate::{
    RepoPath, Root,
    manifest::{MAIN, Manifest},
    toml::{self, Table},
};
use diagnostics::{Located, Problem, Source};
use entry::Entry;
use formats::normalised;
use python::{
    constraint::{Dialect, VersionSet},
    marker::Marker,
};
pub use requirements::as_requirements;
pub(super) use stale::stale;
pub use writer::Writer;

/// The lock of the project itself.
pub const FILE: &str = "pylock.toml";

const REMEDY: &str = "write it again with the program that wrote it (`created-by`), for example with `pip lock` or `uv export --format pylock.toml`";

/// What may be asked for besides the main group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offers {
    /// The groups, normalised.
    pub groups: BTreeSet<String>,
    /// The extras, normalised.
    pub extras: BTreeSet<String>,
}

/// The lock of one group, if a file name is one of such a lock: `pylock.dev.toml`.
pub fn group_of(file: &str) -> Option<&str> {
    let name = file.strip_prefix("pylock.")?.strip_suffix(".toml")?;
    (!name.is_empty() && !name.contains('.')).then_some(name)
}

/// The lock beside a manifest, with those of its groups; `None` where there is none.
pub fn find(root: &Root, dir: &RepoPath, manifest: &Manifest) -> Result<Option<Lock>, Vec<Problem>> {
    let Some(source) = root.source_if_present(&dir.child(FILE))? else {
        return Ok(None);
    };
    let mut of_groups = Vec::new();
    for group in manifest.groups.keys() {
        let path = dir.child(&format!("pylock.{group}.toml"));
        of_groups.extend(root.source_if_present(&path)?.map(|source| (group.clone(), source)));
    }
    read(&source, &of_groups, manifest).map(Some)
}

/// Reads a lock and those of groups. Either all of it is understood, or everything that is not is reported.
pub fn read(source: &Source, of_groups: &[(String, Source)], manifest: &Manifest) -> Result<Lock, Vec<Problem>> {
    let File {
        python,
        mut entries,
        mut offers,
        content_hash,
        mut problems,
    } = File::read(source, MAIN, Some(manifest))?;
    for (group, source) in of_groups {
        let file = File::read(source, group, Some(manifest))?;
        problems.extend(file.problems);
        offers.groups.insert(group.clone());
        merge::add(&mut entries, file.entries, &mut problems);
    }
    if !problems.is_empty() {
        return Err(problems.into_iter().map(|problem| problem.remedy(REMEDY)).collect());
    }
    let indexes = merge::settle_indexes(&mut entries, manifest);
    Ok(Lock {
        source: source.clone(),
        format: Format::Pylock,
        generator: None,
        content_hash,
        python,
        packages: entries.into_iter().map(|entry| entry.package).collect(),
        extras: BTreeMap::new(),
        uv: None,
        conflicts: uv::Conflicts::default(),
        indexes,
        offers: Some(offers),
        fresh_for: Default::default(),
    })
}

/// One file.
struct File {
    python: VersionSet,
    entries: Vec<Entry>,
    offers: Offers,
    /// The digest of the manifest, where PDM wrote it; otherwise empty.
    content_hash: Located<String>,
    problems: Vec<Problem>,
}

impl File {
    /// Reads the lock of a group, or that of the whole project. Without a manifest, the default groups are those of the project.
    fn read(source: &Source, of: &str, manifest: Option<&Manifest>) -> Result<Self, Vec<Problem>> {
        let path = source.path();
        let document = toml::parse(source).map_err(|problem| vec![problem.remedy(REMEDY)])?;
        let root = Table::root(source, &document);
        let mut problems = Vec::new();
        let Some(version) = root.string("lock-version", &mut problems) else {
            let problem = Problem::error(format!("`{path}` has no `lock-version`: it is not a lock (PEP 751)"));
            return Err(vec![problem.at(root.place()).remedy(REMEDY)]);
        };
        if version.value != "1.0" {
            let problem = Problem::error(format!("lock version `{}` of `{path}` is not supported", version.value));
            let problem = problem.at(version.place).note("version 1.0 is supported (PEP 751)");
            return Err(vec![problem.remedy(REMEDY)]);
        }
        let python = root.string("requires-python", &mut problems);
        let python = python.and_then(|text| match VersionSet::parse(&text.value, Dialect::Pep440) {
            Ok(set) => Some(set),
            Err(error) => {
                problems.push(Problem::error(error.message).at(text.part(error.span)));
                None
            }
        });
        let mut names = |key: &str| -> BTreeSet<String> {
            let names = root.strings(key, &mut problems).unwrap_or_default();
            names.iter().map(|name| normalised(&name.value)).collect()
        };
        let (groups, extras, defaults) = (names("dependency-groups"), names("extras"), names("default-groups"));
        let environments = root.strings("environments", &mut problems).unwrap_or_default();
        let environments = environments.iter().map(|text| entry::marker(text, &mut problems));
        let environments = environments.reduce(Marker::or).unwrap_or(Marker::TRUE);
        let (of_project, own): (Vec<String>, Vec<String>) = groups.union(&defaults).cloned().partition(|group| {
            let is_declared = manifest.is_some_and(|manifest| manifest.groups.contains_key(group));
            !is_declared && defaults.contains(group)
        });
        let nodes = root.get("packages").and_then(|node| node.array(&mut problems));
        let Some(nodes) = nodes else {
            problems.push(Problem::error(format!("`{path}` has no `packages`")).at(root.place()));
            return Err(problems.into_iter().map(|problem| problem.remedy(REMEDY)).collect());
        };
        let mut entries = Vec::new();
        for node in &nodes {
            let Some(mut entry) = entry::read(node, &mut problems) else {
                continue;
            };
            // The project itself is installed by its image.
            let project = manifest.and_then(|manifest| manifest.name.as_ref());
            if entry.is_folder() && project.is_some_and(|name| name.value == entry.package.name) {
                continue;
            }
            entry.marker = entry.marker.and(environments);
            entry.note_groups(of, &of_project, &own);
            entries.push(entry);
        }
        Ok(Self {
            python: python.unwrap_or_else(VersionSet::any),
            entries,
            offers: Offers {
                groups: own.into_iter().collect(),
                extras,
            },
            content_hash: content_hash(root).unwrap_or_else(|| version.map(|_| String::new())),
            problems,
        })
    }
}

/// `[tool.pdm] hashes`, as a lock of PDM's own format writes it.
fn content_hash(root: Table<'_>) -> Option<Located<String>> {
    let ignored = &mut Vec::new();
    let pdm = root.table("tool", ignored)?.table("pdm", ignored)?;
    let hash = pdm.table("hashes", ignored)?.string("sha256", ignored)?;
    Some(hash.map(|hash| format!("sha256:{hash}")))
}
