use std::sync::Arc;

use super::{
    Export, Needed,
    render::{index_options, requirement},
};
use diagnostics::Place;
use formats::PackageName;
use python::marker::Marker;
use repo::{
    lock::{Lock, LockedPackage, LockedSource},
    manifest::Manifest,
};

/// One third-party package at one version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pin {
    /// The normalised name.
    pub name: PackageName,
    /// As the lock writes it.
    pub version: String,
    /// Where it is to be installed.
    pub marker: Marker,
    /// `sha256:…`, sorted as text, of every archive that may be installed.
    pub hashes: Arc<[String]>,
    /// Where an installer takes it from.
    pub source: PinSource,
    /// Its entry in the lock.
    pub place: Place,
}

/// Where an installer takes a pin from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PinSource {
    /// The default index.
    Default,
    /// A package index.
    Index {
        /// The address of the index.
        url: String,
    },
    /// A repository of git.
    Git {
        /// The address of the repository.
        url: String,
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
    /// An archive of the repository, relative to the lock.
    File {
        /// The path of the archive.
        path: String,
    },
}

/// A package that is a folder, relative to the lock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalPackage {
    /// The normalised name.
    pub name: PackageName,
    /// The path of the folder.
    pub path: String,
    /// Where it is installed.
    pub marker: Marker,
}

impl Pin {
    fn new(package: &LockedPackage, source: PinSource, marker: Marker) -> Self {
        Self {
            name: package.name.clone(),
            version: package.version.value.clone(),
            marker,
            hashes: package.files.hashes(),
            source,
            place: package.place.clone(),
        }
    }

    /// The requirement as an installer reads it, without the marker: `idna==3.10`, or `idna @ git+https://…@COMMIT`.
    pub fn requirement(&self) -> String {
        requirement(self)
    }

    /// Whether it is a commit of git, which no hash can vouch for in a requirement file.
    pub fn is_of_git(&self) -> bool {
        matches!(self.source, PinSource::Git { .. })
    }

    /// The index that it has to come from.
    pub fn index(&self) -> Option<&String> {
        match &self.source {
            PinSource::Index { url } => Some(url),
            PinSource::Default | PinSource::Git { .. } | PinSource::Url { .. } | PinSource::File { .. } => None,
        }
    }

    /// Whether both pin the same release, wherever they install it.
    pub(super) fn is_same_release(&self, other: &Self) -> bool {
        self.name == other.name && self.version == other.version && self.source == other.source
    }
}

pub(super) fn export(manifest: &Manifest, lock: &Lock, needed: Vec<Needed<'_>>) -> Export {
    let mut pins = Vec::with_capacity(needed.len());
    let mut local = Vec::new();
    for Needed { package, marker } in needed {
        let source = match package.source.clone() {
            LockedSource::Default => PinSource::Default,
            LockedSource::Index { url } => PinSource::Index {
                url: url.trim_end_matches('/').to_owned(),
            },
            LockedSource::Git {
                url,
                commit,
                subdirectory,
                ..
            } => PinSource::Git {
                url,
                commit,
                subdirectory,
            },
            LockedSource::Url { url, subdirectory } => PinSource::Url { url, subdirectory },
            LockedSource::File { path } => PinSource::File { path },
            LockedSource::Directory { path, .. } => {
                let name = package.name.clone();
                local.push(LocalPackage { name, path, marker });
                continue;
            }
        };
        pins.push(Pin::new(package, source, marker));
    }
    pins.sort_by(|a, b| (&a.name, &a.version, &a.source).cmp(&(&b.name, &b.version, &b.source)));
    local.sort_by(|a, b| (&a.name, &a.path).cmp(&(&b.name, &b.path)));
    let indexes = index_options(manifest, lock, &pins);
    Export { pins, local, indexes }
}
