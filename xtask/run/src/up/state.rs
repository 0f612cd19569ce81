//! The folder that holds what outlives a run. It is emptied only when a marker in it tells that it is ours.

#![expect(
    clippy::disallowed_methods,
    reason = "the state folder is named by whoever runs the application, and may lie anywhere"
)]

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

use diagnostics::{Place, Problem};

const MARKER: &str = ".xtask-state";
const MARK: &str = "This folder belongs to `cargo xtask up`, which empties it when told `--fresh`.\n";

/// An open folder. No other run uses it as long as this lives.
#[derive(Debug)]
pub struct StateFolder {
    pub path: PathBuf,
    /// The marker, locked. The system takes the lock away with the process.
    _lock: File,
}

impl StateFolder {
    /// Makes the folder, or takes the one of an earlier run, and empties it where it is to start again.
    pub fn open(path: &Path, fresh: bool) -> Result<Self, Problem> {
        let failed = |error: io::Error| {
            Problem::error(format!("cannot open the state folder: {error}")).at(Place::File(path.display().to_string()))
        };
        fs::create_dir_all(path).map_err(failed)?;
        let path = path.canonicalize().map_err(failed)?;
        let marker = path.join(MARKER);
        let is_empty = fs::read_dir(&path).map_err(failed)?.next().is_none();
        if is_empty {
            let mut file = File::create_new(&marker).map_err(failed)?;
            file.write_all(MARK.as_bytes()).map_err(failed)?;
        } else if !is_ours(&marker) {
            return Err(Problem::error("this folder was not made by `cargo xtask up`")
                .at(Place::File(path.display().to_string()))
                .note("services would write among files that are not theirs, and `--fresh` would delete those")
                .remedy("name one that does not exist, or is empty, with `--state DIR`"));
        }
        let lock = OpenOptions::new()
            .read(true)
            .append(true)
            .open(&marker)
            .map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(Problem::error("another `cargo xtask up` uses this state folder")
                    .at(Place::File(path.display().to_string()))
                    .remedy("stop it, or name another folder with `--state DIR`"));
            }
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        let folder = Self { path, _lock: lock };
        if fresh {
            folder.empty().map_err(failed)?;
        }
        Ok(folder)
    }

    /// Removes the folder, at the end of a run that nobody is to come back to.
    pub fn remove(self) -> Result<(), Problem> {
        let failed = |error: io::Error| {
            let place = Place::File(self.path.display().to_string());
            Problem::error(format!("cannot remove the state folder: {error}")).at(place)
        };
        self.empty().map_err(failed)?;
        fs::remove_file(self.path.join(MARKER)).map_err(failed)?;
        fs::remove_dir(&self.path).map_err(failed)
    }

    /// Links are removed, and what they lead to stays.
    fn empty(&self) -> io::Result<()> {
        for entry in fs::read_dir(&self.path)? {
            let entry = entry?;
            if entry.file_name() == MARKER {
                continue;
            }
            if entry.file_type()?.is_dir() {
                fs::remove_dir_all(entry.path())?;
            } else {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }
}

fn is_ours(marker: &Path) -> bool {
    let is_file = marker.symlink_metadata().is_ok_and(|metadata| metadata.is_file());
    let mut text = String::new();
    let mut read = || {
        File::open(marker)?
            .take(MARK.len() as u64 + 1)
            .read_to_string(&mut text)
    };
    is_file && read().is_ok() && text == MARK
}

#[cfg(test)]
mod tests {
    use super::*;

    fn home() -> tempfile::TempDir {
        tempfile::tempdir().unwrap()
    }

    #[test]
    fn a_folder_is_kept_and_emptied_only_when_told() {
        let home = home();
        let dir = home.path().join("a/state");
        let outside = home.path().join("kept");
        File::create(&outside).unwrap();
        let state = StateFolder::open(&dir, false).unwrap();
        fs::create_dir_all(dir.join("db/x")).unwrap();
        std::os::unix::fs::symlink(home.path(), dir.join("link")).unwrap();
        drop(state);

        drop(StateFolder::open(&dir, false).unwrap());
        assert!(dir.join("db/x").exists());
        let state = StateFolder::open(&dir, true).unwrap();
        assert!(!dir.join("db").exists() && dir.join("link").symlink_metadata().is_err());
        assert!(outside.exists(), "what a link leads to stays");
        state.remove().unwrap();
        assert!(!dir.exists());
    }

    #[test]
    fn a_folder_of_others_is_neither_used_nor_emptied() {
        let home = home();
        let file = home.path().join("thesis.txt");
        File::create(&file).unwrap();
        for fresh in [false, true] {
            let problem = StateFolder::open(home.path(), fresh).unwrap_err();
            assert!(problem.message.contains("was not made by"), "{problem:?}");
        }
        // A marker of another make, and one that is a link to a true one, do not count.
        File::create(home.path().join(MARKER)).unwrap();
        StateFolder::open(home.path(), true).unwrap_err();
        fs::remove_file(home.path().join(MARKER)).unwrap();
        let other = self::home();
        drop(StateFolder::open(other.path(), false).unwrap());
        std::os::unix::fs::symlink(other.path().join(MARKER), home.path().join(MARKER)).unwrap();
        StateFolder::open(home.path(), true).unwrap_err();
        assert!(file.exists());
    }

    #[test]
    fn two_runs_do_not_share_a_folder() {
        let home = home();
        let _first = StateFolder::open(home.path(), false).unwrap();
        let problem = StateFolder::open(home.path(), true).unwrap_err();
        assert!(problem.message.contains("another `cargo xtask up`"), "{problem:?}");
    }
}
