//! `poetry.lock`, formats 1.0 to 2.1, typed; the locks of uv, Pipenv and PDM, and `pylock.toml`, in the same
//! shape, one module each.
//!
//! Before 2.1 a lock does not say which groups a package belongs to; it has the dependencies of each package instead, to
//! be walked from the manifest. Before 2.0 the hashes are in one table at the end.

mod cache;
mod coherent;
mod content_hash;
mod entry;
mod find;
mod folders;
mod format;
mod json;
mod manager;
mod named;
mod outline;
mod package;
pub mod pdm;
pub mod pipenv;
mod poetry;
pub mod pylock;
mod shared;
#[cfg(test)]
mod tests;
pub mod uv;

use formats::normalised;
use std::{
    collections::BTreeMap,
    str::FromStr,
    sync::{Arc, OnceLock},
};

use formats::poetry_lock::{Lifted, Lists, lift};
use pep440_rs::Version;

use super::{
    manifest::IndexSource,
    toml::{self, Table},
};
use diagnostics::Problem;
use diagnostics::{Located, Source};
use formats::PackageName;
use python::constraint::{Dialect, VersionSet};

pub use cache::LockCache;
pub use coherent::incoherent;
pub use content_hash::{digest_of, stale};
pub use find::{find, manager, of, path};
pub use folders::{Folder, FolderKind, Folders, Target, folders};
pub use format::Format;
pub use formats::poetry_lock::{Files, LockedFile};
pub use manager::{Manager, folder};
pub use named::{of_folder, shown};
pub use outline::Outline;
pub use package::{GroupMarkers, LockedPackage, LockedSource};

/// What a lock says.
#[derive(Clone, Debug)]
pub struct Lock {
    /// The file that was read.
    pub source: Source,
    /// The format, with its version.
    pub format: Format,
    /// The Poetry that wrote it, where the first line names it.
    pub generator: Option<Version>,
    /// The digest of the part of the manifest that the lock depends on, as its manager counts it.
    pub content_hash: Located<String>,
    /// The Pythons that were locked for.
    pub python: VersionSet,
    /// The locked packages, in the order of the file.
    pub packages: Vec<LockedPackage>,
    /// Extra of the project to the packages that it adds.
    pub extras: BTreeMap<String, Vec<PackageName>>,
    /// uv: what it repeats from the manifests of its workspace, and what these say now.
    uv: Option<Arc<uv::Whole>>,
    /// uv: extras and groups that are not installed together.
    pub conflicts: uv::Conflicts,
    /// uv: the package indexes that the workspace and the package name.
    pub indexes: Vec<IndexSource>,
    /// `pylock.toml`: the groups and extras that it was written for. The other locks have all of their manifest.
    pub offers: Option<pylock::Offers>,
    /// The manifest that it was found to be of: it is asked for with every selection.
    fresh_for: OnceLock<Source>,
}

impl Lock {
    /// Reads a lock. Either all of it is understood, or everything that is not is reported.
    pub fn read(source: &Source) -> Result<Self, Vec<Problem>> {
        let Lifted { rest, mut lists } = lift(source.text());
        let lock = Self::read_rest(source, rest, &mut lists);
        if lists.is_empty() {
            return lock;
        }
        // A list stood where no list of archives belongs. What that means is seen with the list in its place.
        Self::read_rest(source, source.text().to_owned(), &mut Lists::new())
    }

    fn read_rest(source: &Source, rest: String, lists: &mut Lists) -> Result<Self, Vec<Problem>> {
        let document = toml::parse_text(source, rest).map_err(|mut problem| {
            problem.remedy.get_or_insert_with(|| format::anew(source.path()));
            vec![problem]
        })?;
        let root = Table::root(source, &document);
        let (format, metadata) = format::of(source, root).map_err(|problem| vec![problem])?;
        let mut problems = Vec::new();
        let content_hash = metadata.string("content-hash", &mut problems);
        let python = metadata.string("python-versions", &mut problems);
        let python = match &python {
            Some(text) => versions(text, &mut problems),
            None => Some(VersionSet::any()),
        };
        let lock = Self {
            source: source.clone(),
            format,
            generator: generator(source.text()),
            content_hash: content_hash.unwrap_or_else(|| Located {
                value: String::new(),
                place: metadata.place(),
            }),
            python: python.unwrap_or_else(VersionSet::any),
            packages: poetry::packages(root, format, metadata, lists, &mut problems),
            extras: extras(root, &mut problems),
            uv: None,
            conflicts: uv::Conflicts::default(),
            indexes: Vec::new(),
            offers: None,
            fresh_for: Default::default(),
        };
        if problems.is_empty() { Ok(lock) } else { Err(problems) }
    }
}

/// Packages that each extra of the project adds.
fn extras(root: Table<'_>, problems: &mut Vec<Problem>) -> BTreeMap<String, Vec<PackageName>> {
    let mut extras = BTreeMap::new();
    let Some(table) = root.table("extras", problems) else {
        return extras;
    };
    for (extra, node) in table.entries() {
        let members = node.strings(problems).unwrap_or_default();
        let names = members.iter().filter_map(|text| PackageName::parse(&text.value));
        extras.insert(normalised(extra.value), names.collect());
    }
    extras
}

/// A constraint of the lock, or a problem.
fn versions(text: &Located<String>, problems: &mut Vec<Problem>) -> Option<VersionSet> {
    match VersionSet::parse(&text.value, Dialect::Poetry) {
        Ok(set) => Some(set),
        Err(error) => {
            problems.push(Problem::error(error.message).at(text.part(error.span)));
            None
        }
    }
}

/// "This file is automatically @generated by Poetry 2.1.3 and should not be changed by hand."
fn generator(text: &str) -> Option<Version> {
    let first = text.lines().next()?;
    let (_, after) = first.split_once("Poetry ")?;
    Version::from_str(after.split(' ').next()?).ok()
}
