//! A file that a person named on the command line, and that may lie anywhere.

use std::path::Path;

use super::new_file::NewFile;
use diagnostics::{Place, Problem};
use repo::{RepoPath, Root};

/// Writes it, atomically.
pub fn write_named(file: &Path, text: &str) -> Result<(), Problem> {
    let name = file.file_name().and_then(|name| name.to_str());
    let Some(name) = name.and_then(RepoPath::parse) else {
        let path = file.display().to_string();
        return Err(Problem::error(format!("`{path}` is not the name of a file")).at(Place::File(path)));
    };
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    NewFile::write(&Root::new(folder.unwrap_or(Path::new("."))), &name, text)?.put()
}
