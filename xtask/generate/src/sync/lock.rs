#![expect(clippy::disallowed_methods, reason = "the root itself, to lock it")]

use diagnostics::{Place, Problem};
use repo::Root;
use std::fs::{File, TryLockError};

/// Held while a run compares and writes, so that two runs wait for each other. It is a lock on the folder of the
/// repository, which is there whether the repository has settings or not: no lock file is left behind.
#[derive(Debug)]
pub struct Lock {
    _folder: File,
}

impl Lock {
    /// Waits for the other run, if there is one; `on_wait` can say so.
    pub fn acquire(root: &Root, on_wait: impl FnOnce()) -> Result<Self, Problem> {
        let failed = |error: std::io::Error| {
            Problem::error(format!("cannot lock the folder: {error}")).at(Place::File(root.display().to_string()))
        };
        let folder = File::open(root).map_err(failed)?;
        match folder.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                on_wait();
                folder.lock().map_err(failed)?;
            }
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        Ok(Self { _folder: folder })
    }
}
