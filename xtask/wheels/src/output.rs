//! Puts the finished files into the output folder: all new files beside their places first, then all renames, the manifest
//! last. A run that fails before the first rename leaves the folder as it was.

#![expect(
    clippy::disallowed_methods,
    reason = "the output folder is named by whoever runs the task, and may lie anywhere"
)]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};

use super::{
    digest,
    manifest::{self, Manifest},
};
use diagnostics::{Place, Problem};

const PREFIX: &str = ".";
const SUFFIX: &str = ".xtask-new";

/// A file as it has to be.
pub struct Wanted {
    /// The SHA-256 digest, in hexadecimal digits.
    pub sha256: String,
    /// What it holds.
    pub content: Content,
}

/// The content of a file that is to be written.
pub enum Content {
    /// A copy of this file.
    File(PathBuf),
    /// These bytes.
    Bytes(Vec<u8>),
}

/// What happened to the folder, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Files that were already as they have to be.
    pub fresh: Vec<String>,
    /// Files that did not exist.
    pub created: Vec<String>,
    /// Files that had different content.
    pub updated: Vec<String>,
    /// Files that no longer belong there.
    pub removed: Vec<String>,
}

impl Wanted {
    /// A file of these bytes.
    pub fn bytes(content: Vec<u8>) -> Self {
        Self {
            sha256: digest::of_bytes(&content),
            content: Content::Bytes(content),
        }
    }
}

/// Makes the folder hold these files, the sums and the manifest, and no file of an earlier run that is not among them.
/// Files that this task did not make are left alone, unless they are in the way, which is a problem.
pub fn write(dir: &Path, mut wanted: BTreeMap<String, Wanted>, manifest: &Manifest) -> Result<Written, Vec<Problem>> {
    wanted.insert(manifest::FILE.into(), Wanted::bytes(manifest.render()));
    let sums = manifest::sums(wanted.iter().map(|(name, file)| (name.as_str(), file.sha256.as_str())));
    wanted.insert(manifest::SUMS.into(), Wanted::bytes(sums.into_bytes()));
    let previous = owned(dir).map_err(|problem| vec![problem])?;
    clear(dir);
    let mut written = Written::default();
    let mut problems = Vec::new();
    let mut changed = Vec::new();
    for (name, file) in &wanted {
        match digest::of_file(&dir.join(name)) {
            Ok(sha256) if sha256 == file.sha256 => {
                written.fresh.push(name.clone());
                continue;
            }
            Ok(_) if previous.contains(name) => written.updated.push(name.clone()),
            Ok(_) => problems.push(in_the_way(&dir.join(name))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => written.created.push(name.clone()),
            Err(error) => problems.push(failed("read", &dir.join(name), &error)),
        }
        changed.push((name, file));
    }
    if problems.is_empty() && !changed.is_empty() {
        problems = put(dir, &changed).err().into_iter().collect();
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    for name in previous.difference(&wanted.keys().cloned().collect()) {
        match fs::remove_file(dir.join(name)) {
            Ok(()) => written.removed.push(name.clone()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => problems.push(failed("remove", &dir.join(name), &error)),
        }
    }
    if problems.is_empty() {
        Ok(written)
    } else {
        Err(problems)
    }
}

/// The files that an earlier run made there.
fn owned(dir: &Path) -> Result<BTreeSet<String>, Problem> {
    let Some(manifest) = Manifest::read(dir)? else {
        return Ok(BTreeSet::new());
    };
    let mut names: BTreeSet<String> = manifest.files().map(|file| file.name.clone()).collect();
    names.extend([manifest::FILE, manifest::SUMS].map(String::from));
    Ok(names)
}

/// Removes what a run that was killed left there.
fn clear(dir: &Path) {
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let is_leftover = name
            .to_str()
            .is_some_and(|name| name.starts_with(PREFIX) && name.ends_with(SUFFIX));
        if is_leftover {
            // What cannot be removed is in nobody's way.
            let _ = fs::remove_file(entry.path());
        }
    }
}

fn put(dir: &Path, files: &[(&String, &Wanted)]) -> Result<(), Problem> {
    let result = put_beside(dir, files).and_then(|()| {
        // The manifest last: until then the folder is what the old one says, or is finished by the next run.
        let (manifest, others): (Vec<_>, Vec<_>) = files.iter().partition(|(name, _)| *name == manifest::FILE);
        for (name, _) in others.into_iter().chain(manifest) {
            let target = dir.join(name);
            fs::rename(temporary(dir, name), &target).map_err(|error| failed("write", &target, &error))?;
        }
        Ok(())
    });
    if result.is_err() {
        for (name, _) in files {
            let _ = fs::remove_file(temporary(dir, name));
        }
    }
    result
}

fn put_beside(dir: &Path, files: &[(&String, &Wanted)]) -> Result<(), Problem> {
    fs::create_dir_all(dir).map_err(|error| failed("make", dir, &error))?;
    for (name, file) in files {
        let target = temporary(dir, name);
        let put = || {
            let mut new = File::create(&target)?;
            match &file.content {
                Content::Bytes(bytes) => new.write_all(bytes)?,
                Content::File(path) => drop(io::copy(&mut File::open(path)?, &mut new)?),
            }
            new.sync_all()
        };
        put().map_err(|error| failed("write", &dir.join(name), &error))?;
    }
    Ok(())
}

fn temporary(dir: &Path, name: &str) -> PathBuf {
    dir.join(format!("{PREFIX}{name}{SUFFIX}"))
}

fn in_the_way(path: &Path) -> Problem {
    Problem::error(format!(
        "`{}` is in the way: this command did not generate it",
        path.display()
    ))
    .at(Place::File(path.display().to_string()))
    .remedy("remove it, or name another folder with `--out`")
}

fn failed(what: &str, path: &Path, error: &io::Error) -> Problem {
    Problem::error(format!("cannot {what} `{}`: {error}", path.display()))
        .at(Place::File(path.display().to_string()))
        .note("the folder keeps its old contents, or gets files of one build")
        .remedy("check that the disk has space and that the folder is writable, or name another with `--out`")
}
