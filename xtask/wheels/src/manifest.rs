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

pub const FILE: &str = "manifest.json";
/// The digests of all other files of the folder, in the format of `sha256sum`.
pub const SUMS: &str = "SHA256SUMS";
pub const SCHEMA: u32 = 1;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Manifest {
    pub schema: u32,
    pub revision: Option<String>,
    pub dirty: bool,
    pub source_date_epoch: u64,
    pub packages: Vec<Entry>,
}

/// One lib of the folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Entry {
    pub name: String,
    pub version: String,
    pub requires_python: Option<String>,
    pub requirements: Vec<String>,
    pub siblings: Vec<String>,
    pub backend: BackendEntry,
    pub inputs_digest: String,
    pub files: Vec<FileEntry>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackendEntry {
    pub object: String,
    pub name: String,
    pub version: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileEntry {
    pub kind: FileKind,
    pub name: String,
    pub sha256: String,
    pub size: u64,
}

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
            return Err(wrong(&format!("`{}` is no name of a file", file.name)));
        }
        Ok(Some(manifest))
    }

    pub fn files(&self) -> impl Iterator<Item = &FileEntry> {
        self.packages.iter().flat_map(|package| &package.files)
    }

    pub fn package(&self, name: &PackageName) -> Option<&Entry> {
        self.packages.iter().find(|package| package.name == name.as_str())
    }

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
