//! Writes a plan: all new files beside their places first, then all renames. A run that is killed leaves each file old
//! or new, never half, and at most files with a name that the next run knows and removes.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};

use super::Plan;
use diagnostics::{Place, Problem};
use repo::RepoPath;
use repo::generated::{Change, Kind};

const PREFIX: &str = ".";
const SUFFIX: &str = ".xtask-new";

/// Carries the plan out. Whoever holds the lock may call it; foreign files are overwritten, so ask first.
pub fn carry_out(root: &Path, plan: &Plan) -> Result<(), Vec<Problem>> {
    let mut problems = Vec::new();
    for path in &plan.leftovers {
        problems.extend(failure("remove", path, fs::remove_file(path.under(root))));
    }
    let (gone, written): (Vec<&Change>, Vec<&Change>) =
        plan.changes.iter().partition(|change| change.kind == Kind::Remove);
    for change in &written {
        let file = temporary(root, &change.path);
        problems.extend(failure("write", &change.path, write_through(&file, &change.after)));
    }
    if !problems.is_empty() {
        // Nothing has its place yet: the folder is as it was.
        for change in &written {
            let _ = fs::remove_file(temporary(root, &change.path));
        }
        return Err(problems);
    }
    for change in &written {
        let renamed = fs::rename(temporary(root, &change.path), change.path.under(root));
        problems.extend(failure("write", &change.path, renamed));
    }
    for change in &gone {
        problems.extend(failure(
            "remove",
            &change.path,
            fs::remove_file(change.path.under(root)),
        ));
    }
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

/// Whether a file has the name that our files have while they are written.
pub fn is_leftover(name: &str) -> bool {
    name.starts_with(PREFIX) && name.ends_with(SUFFIX)
}

fn temporary(root: &Path, path: &RepoPath) -> PathBuf {
    path.parent()
        .child(&format!("{PREFIX}{}{SUFFIX}", path.file_name()))
        .under(root)
}

fn write_through(file: &Path, text: &str) -> io::Result<()> {
    // A folder of pages may be new.
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut file = File::create(file)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

fn failure(what: &str, path: &RepoPath, result: io::Result<()>) -> Option<Problem> {
    let error = result.err()?;
    Some(Problem::error(format!("cannot {what} `{path}`: {error}")).at(Place::File(path.to_string())))
}
