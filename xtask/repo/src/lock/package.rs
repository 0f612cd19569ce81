//! A locked package, in the one shape that the locks of all managers are read into.

use std::collections::BTreeMap;

use formats::poetry_lock::Files;
use pep440_rs::Version;

use crate::manifest::Dependency;
use diagnostics::{Located, Place};
use formats::PackageName;
use python::{constraint::VersionSet, marker::Marker};

/// One `[[package]]`.
#[derive(Clone, Debug)]
pub struct LockedPackage {
    /// The normalised name.
    pub name: PackageName,
    /// As written, for pins.
    pub version: Located<String>,
    /// The locked version.
    pub number: Version,
    /// Reached only through optional dependencies.
    pub optional: bool,
    /// The Pythons that the package itself supports.
    pub python: VersionSet,
    /// The archives with their digests.
    pub files: Files,
    /// Where an installer takes it from.
    pub source: LockedSource,
    /// Format 2.1: the groups that the package belongs to, and where it is needed for each.
    pub groups: GroupMarkers,
    /// What the package depends on: before 2.1, and of folders, whose manifest may have changed since. Left out where the
    /// groups say all that matters.
    pub dependencies: Vec<Dependency>,
    /// Of the same packages: what each extra of the package adds, as PEP 508 requirements. Most of these texts are never needed.
    pub extras: BTreeMap<String, Vec<Located<String>>>,
    /// Where its entry is written.
    pub place: Place,
}

impl LockedPackage {
    /// Whether the lock notes its version: of a folder, Pipenv and `pylock.toml` do not.
    pub fn has_version(&self) -> bool {
        self.version.place != self.place
    }
}

/// Group to the environments that need the package for it.
pub type GroupMarkers = BTreeMap<String, Marker>;

/// Where Poetry took a package from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LockedSource {
    /// The default index.
    Default,
    /// An index that the manifest names.
    Index {
        /// The address of the index.
        url: String,
    },
    /// A repository of git.
    Git {
        /// The address of the repository.
        url: String,
        /// What the dependency asked for: a branch, a tag, a revision, or `HEAD`.
        reference: Option<String>,
        /// The full id of the commit.
        commit: String,
        /// The folder of the package in it, if it is not the root.
        subdirectory: Option<String>,
    },
    /// An archive behind an address.
    Url {
        /// The address of the archive.
        url: String,
        /// The folder of the package in the archive, if it is not the root.
        subdirectory: Option<String>,
    },
    /// An archive, relative to the lock.
    File {
        /// The path of the archive.
        path: String,
    },
    /// A folder, relative to the lock.
    Directory {
        /// The path of the folder.
        path: String,
        /// Whether it is installed as an editable one.
        develop: bool,
    },
}
