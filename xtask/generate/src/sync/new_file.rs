//! A file that is written beside its place and moved there when it is whole.

use std::{
    fs::File,
    hash::{BuildHasher, RandomState},
    io::{self, Write},
    os::fd::OwnedFd,
};

use rustix::{
    fs::{AtFlags, Mode, OFlags, mkdirat, openat, renameat, unlinkat},
    io::Errno,
};

use diagnostics::{Place, Problem};
use repo::{RepoPath, Root};

const PREFIX: &str = ".";
const SUFFIX: &str = ".xtask-new";

/// Has a name that nobody can foresee, and did not exist before: no link in its place can lead the text elsewhere. Both
/// it and its place are in a folder that was opened once. It is removed unless it is put in its place.
#[derive(Debug)]
pub struct NewFile {
    folder: OwnedFd,
    temporary: String,
    path: RepoPath,
    is_put: bool,
}

impl NewFile {
    /// Writes the text beside the place that the path names, and makes the folders that are missing.
    pub fn write(root: &Root, path: &RepoPath, text: &str) -> Result<Self, Problem> {
        let folder = folder(root, &path.parent())?;
        let failed = |error: io::Error| failed("write", path, &error);
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let (temporary, opened) = loop {
            let temporary = temporary(path.file_name());
            match openat(&folder, &temporary, flags, Mode::from_raw_mode(0o666)) {
                Err(Errno::EXIST) => {}
                opened => break (temporary, opened.map_err(|error| failed(error.into()))?),
            }
        };
        let new = Self {
            folder,
            temporary,
            path: path.clone(),
            is_put: false,
        };
        let mut file = File::from(opened);
        file.write_all(text.as_bytes()).map_err(failed)?;
        file.sync_all().map_err(failed)?;
        Ok(new)
    }

    /// Moves it to its place. What was there, a link too, is replaced.
    pub fn put(mut self) -> Result<(), Problem> {
        let moved = renameat(&self.folder, &self.temporary, &self.folder, self.path.file_name());
        moved.map_err(|error| failed("write", &self.path, &error.into()))?;
        self.is_put = true;
        Ok(())
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        if !self.is_put {
            let _ = unlinkat(&self.folder, &self.temporary, AtFlags::empty());
        }
    }
}

/// Removes a file, or the link in its place.
pub fn remove(root: &Root, path: &RepoPath) -> Result<(), Problem> {
    let Some(folder) = root.folder_to_write(&path.parent())? else {
        return Ok(());
    };
    unlinkat(&folder, path.file_name(), AtFlags::empty()).map_err(|error| failed("remove", path, &error.into()))
}

/// Whether a file has the name that our files have while they are written.
pub fn is_leftover(name: &str) -> bool {
    name.starts_with(PREFIX) && name.ends_with(SUFFIX)
}

fn temporary(name: &str) -> String {
    let random = RandomState::new().hash_one(std::process::id());
    format!("{PREFIX}{name}.{random:016x}{SUFFIX}")
}

/// A folder of pages may be new.
fn folder(root: &Root, path: &RepoPath) -> Result<OwnedFd, Problem> {
    if let Some(folder) = root.folder_to_write(path)? {
        return Ok(folder);
    }
    let above = folder(root, &path.parent())?;
    match mkdirat(&above, path.file_name(), Mode::from_raw_mode(0o777)) {
        Ok(()) | Err(Errno::EXIST) => {}
        Err(error) => return Err(failed("create", path, &error.into())),
    }
    let made = root.folder_to_write(path)?;
    made.ok_or_else(|| failed("create", path, &io::ErrorKind::NotFound.into()))
}

fn failed(what: &str, path: &RepoPath, error: &io::Error) -> Problem {
    Problem::error(format!("cannot {what} `{path}`: {error}")).at(Place::File(path.to_string()))
}
