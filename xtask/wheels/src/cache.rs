//! Archives of earlier builds, by the digest of what they were built from: what did not change is not built again.
//!
//! One build a lib is kept, in `target/xtask/wheel-cache/NAME/archives/`, and one constraints file.

#![expect(
    clippy::disallowed_methods,
    reason = "below `target/`, in folders that this module makes and owns"
)]

use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};

use super::{
    Order,
    build::Built,
    digest,
    hook::Kind,
    manifest::{Entry, FileEntry, FileKind},
};
use diagnostics::{Place, Problem};
use repo::Root;

const ENTRY: &str = "entry.json";

/// Archives of earlier builds, by the digest of their inputs.
#[derive(Clone, Debug)]
pub struct Cache {
    dir: PathBuf,
}

impl Cache {
    /// The cache below the `target` folder of a repository.
    pub fn new(root: &Root) -> Self {
        Self {
            dir: root.join("target/xtask/wheel-cache"),
        }
    }

    /// The earlier build of the same inputs, if it made all these kinds and its files are whole.
    pub fn find(&self, order: &Order, kinds: &[Kind]) -> Option<Entry> {
        let dir = self.archives(&order.name.to_string());
        let mut entry: Entry = serde_json::from_slice(&fs::read(dir.join(ENTRY)).ok()?).ok()?;
        // The version of a sibling is not an input, but it has been checked against the range that the wheel says.
        let siblings = order
            .siblings
            .iter()
            .map(|(name, version)| format!("{name}=={version}"));
        if entry.inputs_digest != order.digest || !entry.siblings.iter().cloned().eq(siblings) {
            return None;
        }
        entry.siblings = order.siblings.keys().map(ToString::to_string).collect();
        entry
            .files
            .retain(|file| kinds.iter().any(|kind| file_kind(*kind) == file.kind));
        let is_whole =
            |file: &FileEntry| digest::of_file(&dir.join(&file.name)).is_ok_and(|sha256| sha256 == file.sha256);
        (entry.files.len() == kinds.len() && entry.files.iter().all(is_whole)).then_some(entry)
    }

    /// Keeps a build in place of the lib's earlier one.
    pub fn store(&self, built: &Built<'_>) -> Result<Entry, Problem> {
        let mut entry = Entry::of(built.order);
        entry.requires_python.clone_from(&built.metadata.requires_python);
        entry.requirements.clone_from(&built.metadata.requirements);
        entry.files = built
            .files
            .iter()
            .map(|file| FileEntry {
                kind: file_kind(file.kind),
                name: file.name.clone(),
                sha256: file.sha256.clone(),
                size: file.size,
            })
            .collect();
        self.keep(built, &entry).map_err(|error| failed(&self.dir, &error))?;
        Ok(entry)
    }

    fn keep(&self, built: &Built<'_>, entry: &Entry) -> io::Result<()> {
        let dir = self.archives(&entry.name);
        absent(fs::remove_dir_all(&dir))?;
        fs::create_dir_all(&dir)?;
        for file in &built.files {
            fs::rename(&file.path, dir.join(&file.name))?;
        }
        let mut record = entry.clone();
        record.siblings = built
            .order
            .siblings
            .iter()
            .map(|(name, version)| format!("{name}=={version}"))
            .collect();
        // Last, so that a folder with an entry is whole.
        write(&dir.join(ENTRY), &serde_json::to_vec(&record)?)
    }

    /// Where an archive of an entry lies.
    pub fn path(&self, entry: &Entry, file: &FileEntry) -> PathBuf {
        self.archives(&entry.name).join(&file.name)
    }

    fn archives(&self, name: &str) -> PathBuf {
        self.dir.join(name).join("archives")
    }

    /// A text that is made from what the key says, made only where it was not made before.
    pub fn constraints(
        &self,
        name: &str,
        key: &str,
        make: impl FnOnce() -> Result<String, Vec<Problem>>,
    ) -> Result<String, Vec<Problem>> {
        let dir = self.dir.join(name).join("constraints");
        let path = dir.join(key);
        if let Ok(text) = fs::read_to_string(&path) {
            return Ok(text);
        }
        let text = make()?;
        let keep = || {
            absent(fs::remove_dir_all(&dir))?;
            fs::create_dir_all(&dir)?;
            let new = dir.with_extension("new");
            write(&new, text.as_bytes())?;
            fs::rename(new, &path)
        };
        keep().map_err(|error| vec![failed(&self.dir, &error)])?;
        Ok(text)
    }
}

/// The kind in a manifest for a kind of archive.
pub fn file_kind(kind: Kind) -> FileKind {
    match kind {
        Kind::Wheel => FileKind::Wheel,
        Kind::Sdist => FileKind::Sdist,
    }
}

fn write(path: &Path, content: &[u8]) -> io::Result<()> {
    File::create(path)?.write_all(content)
}

fn absent(removed: io::Result<()>) -> io::Result<()> {
    match removed {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

fn failed(path: &Path, error: &io::Error) -> Problem {
    Problem::error(format!("cannot keep the wheels that were built: {error}"))
        .at(Place::File(path.display().to_string()))
        .remedy("check that the disk has space and that the folder `target` is writable")
}
