//! Reads what was opened, up to a bounded size.

use std::{
    fs::File,
    io::{self, Read},
    os::fd::OwnedFd,
    path::Path,
};

use rustix::fs::{AtFlags, Dir, FileType, statat};

use super::{Kind, refused, size};
use diagnostics::{Place, Problem, Source};

/// The text of a file that a person named: it may lie anywhere, behind any link.
#[expect(
    clippy::disallowed_methods,
    reason = "a person named it, and this is the module that opens"
)]
pub fn named(file: &Path, shown: &str) -> Result<Source, Problem> {
    let failed = |error: &io::Error| {
        let problem = match error.kind() {
            io::ErrorKind::NotFound => Problem::error(format!("`{shown}` does not exist")),
            _ => Problem::error(format!("cannot read `{shown}`: {error}")),
        };
        problem.at(Place::File(shown.to_owned()))
    };
    let metadata = std::fs::metadata(file).map_err(|error| failed(&error))?;
    if !metadata.is_file() {
        let kind = if metadata.is_dir() { Kind::Folder } else { Kind::Other };
        return Err(refused::odd(shown, Some(kind)));
    }
    let opened = File::open(file).map_err(|error| failed(&error))?;
    Source::from_bytes(shown, read_bounded(opened, shown)?)
}

pub(super) fn read_bounded(file: File, shown: &str) -> Result<Vec<u8>, Problem> {
    let limit = size::limit(shown);
    let known = file.metadata().map_or(0, |metadata| metadata.len()).min(limit);
    let mut bytes = Vec::with_capacity(usize::try_from(known).unwrap_or(0) + 1);
    let failed =
        |error: io::Error| Problem::error(format!("cannot read `{shown}`: {error}")).at(Place::File(shown.to_owned()));
    file.take(limit + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > limit {
        return Err(size::exceeded(shown, limit));
    }
    Ok(bytes)
}

/// The names in a folder, and whether each is a link. Names that are not UTF-8 are none of ours.
pub(super) fn names(folder: OwnedFd) -> io::Result<Vec<(String, bool)>> {
    let mut names = Vec::new();
    let mut entries = Dir::read_from(&folder)?;
    while let Some(entry) = entries.read() {
        let entry = entry?;
        let bytes = entry.file_name().to_bytes();
        let Ok(name) = std::str::from_utf8(bytes) else { continue };
        if matches!(bytes, b"." | b"..") {
            continue;
        }
        let kind = match entry.file_type() {
            // Some file systems do not say.
            FileType::Unknown => {
                let found = statat(&folder, entry.file_name(), AtFlags::SYMLINK_NOFOLLOW)?;
                FileType::from_raw_mode(found.st_mode)
            }
            kind => kind,
        };
        names.push((name.to_owned(), kind == FileType::Symlink));
    }
    Ok(names)
}
