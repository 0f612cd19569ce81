//! `manifest.json` of an output folder: what lies there and what it was made from, for whoever publishes or verifies it.
//!
//! ```json
//! {
//!   "schema": 1,
//!   "revision": "9f2c…",            // the commit; null where there is none
//!   "dirty": false,                 // whether inputs or locks differ from the commit; true where there is none
//!   "source-date-epoch": 315532800,
//!   "packages": [{                  // by name
//!     "name": "core",               // PEP 503
//!     "version": "1.2.0",           // PEP 440
//!     "requires-python": ">=3.11",  // or null
//!     "requirements": ["idna>=3"],  // Requires-Dist, as METADATA has it
//!     "siblings": ["base"],         // libs of the repository among them
//!     "backend": { "object": "poetry.core.masonry.api", "name": "poetry-core", "version": "2.5.0" },
//!     "inputs-digest": "…",         // files, backend, pins and settings: the same digest, the same files
//!     "files": [                    // wheel, then sdist (only with `--sdist`), then constraints
//!       { "kind": "wheel", "name": "core-1.2.0-py3-none-any.whl", "sha256": "…", "size": 1234 }
//!     ]
//!   }]
//! }
//! ```
//!
//! A reader that does not know the schema refuses it. Fields may be added within one schema.

#![expect(
    clippy::disallowed_methods,
    reason = "the output folder is named by whoever runs the task, and may lie anywhere"
)]

use std::{fs, io, path::Path};

use serde::{Deserialize, Serialize};

use super::{Order, git::Revision};
use diagnostics::{Place, Problem};
use formats::PackageName;
use python::invocation::EPOCH;

/// The name of the manifest in the folder of the wheels.
pub const FILE: &str = "manifest.json";
/// The digests of all other files of the folder, in the format of `sha256sum`.
pub const SUMS: &str = "SHA256SUMS";
/// The version of the manifest's format.
pub const SCHEMA: u32 = 1;

/// What is in the folder of the wheels, and what it was built from: `manifest.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Manifest {
    /// The version of the format.
    pub schema: u32,
    /// The full id of the commit; `None` outside of git.
    pub revision: Option<String>,
    /// Whether files differ from the commit.
    pub dirty: bool,
    /// The time in all archives, in seconds since 1970.
    pub source_date_epoch: u64,
    /// The libs, in the order of their names.
    pub packages: Vec<Entry>,
}

/// One lib of the folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Entry {
    /// The normalised name.
    pub name: String,
    /// The version.
    pub version: String,
    /// The versions of Python that it accepts.
    pub requires_python: Option<String>,
    /// What it requires, as the wheel's metadata has it.
    pub requirements: Vec<String>,
    /// The libs of this repository among them.
    pub siblings: Vec<String>,
    /// What built it.
    pub backend: BackendEntry,
    /// The SHA-256 digest of all inputs of the build.
    pub inputs_digest: String,
    /// The archives.
    pub files: Vec<FileEntry>,
}

/// A build backend with its version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackendEntry {
    /// The object in the backend, as `build-backend` names it.
    pub object: String,
    /// The name of the package.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// An archive with its digest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileEntry {
    /// Whether it is a wheel or a source archive.
    pub kind: FileKind,
    /// The file name.
    pub name: String,
    /// The SHA-256 digest, in hexadecimal digits.
    pub sha256: String,
    /// The size in bytes.
    pub size: u64,
}

/// The kinds of archive in a manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FileKind {
    /// PEP 427.
    Wheel,
    /// PEP 625.
    Sdist,
    /// What `pip install --constraint` takes: the versions that the lib was locked and tested with.
    Constraints,
}

impl Manifest {
    /// The manifest of these packages, built at a revision.
    pub fn new(revision: Option<&Revision>, packages: Vec<Entry>) -> Self {
        Self {
            schema: SCHEMA,
            revision: revision.map(|revision| revision.commit.clone()),
            dirty: revision.is_none_or(|revision| revision.is_dirty),
            source_date_epoch: EPOCH,
            packages,
        }
    }

    /// The manifest of a folder; `None` where there is none.
    pub fn read(dir: &Path) -> Result<Option<Self>, Problem> {
        let path = dir.join(FILE);
        let place = || Place::File(path.display().to_string());
        let text = match fs::read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Problem::error(format!("cannot read `{FILE}`: {error}")).at(place())),
        };
        let wrong = |error: &dyn std::fmt::Display| {
            Problem::error(format!("`{FILE}` is none of `cargo xtask build-wheels`: {error}"))
                .at(place())
                .remedy("name another folder, or remove this one")
        };
        let manifest: Self = serde_json::from_slice(&text).map_err(|error| wrong(&error))?;
        if manifest.schema != SCHEMA {
            return Err(wrong(&format!("its schema is {}, not {SCHEMA}", manifest.schema)));
        }
        let strange = |file: &&FileEntry| file.name.contains(['/', '\\']) || file.name.starts_with('.');
        if let Some(file) = manifest.files().find(strange) {
            return Err(wrong(&format!("`{}` is not a valid file name", file.name)));
        }
        Ok(Some(manifest))
    }

    /// The archives of all packages.
    pub fn files(&self) -> impl Iterator<Item = &FileEntry> {
        self.packages.iter().flat_map(|package| &package.files)
    }

    /// The package of this name.
    pub fn package(&self, name: &PackageName) -> Option<&Entry> {
        self.packages.iter().find(|package| package.name == name.as_str())
    }

    /// The JSON of the manifest, with a line break at the end.
    pub fn render(&self) -> Vec<u8> {
        let mut text = serde_json::to_vec_pretty(self).unwrap_or_default();
        text.push(b'\n');
        text
    }
}

impl Entry {
    /// All that is known from the order; what the build finds is added.
    pub fn of(order: &Order) -> Self {
        Self {
            name: order.name.to_string(),
            version: order.version.to_string(),
            requires_python: None,
            requirements: Vec::new(),
            siblings: order.siblings.keys().map(PackageName::to_string).collect(),
            backend: BackendEntry {
                object: order.backend.object.clone(),
                name: order.backend.name.to_string(),
                version: order.backend.version.clone(),
            },
            inputs_digest: order.digest.clone(),
            files: Vec::new(),
        }
    }

    /// The archive of this kind.
    pub fn file(&self, kind: FileKind) -> Option<&FileEntry> {
        self.files.iter().find(|file| file.kind == kind)
    }
}

/// `SHA256SUMS` of these files.
pub fn sums<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut lines: Vec<(&str, &str)> = files.into_iter().collect();
    lines.sort_unstable();
    lines
        .iter()
        .map(|(name, sha256)| format!("{sha256}  {name}\n"))
        .collect()
}
