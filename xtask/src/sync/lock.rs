use std::{
    fs::{File, TryLockError},
    path::Path,
};

use crate::{
    repo::settings,
    report::{Place, Problem},
};

/// Held while a run compares and writes, so that two runs wait for each other. It is a lock on the settings file, which
/// is there in every repository: no lock file is left behind.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Waits for the other run, if there is one; `on_wait` can say so.
    pub fn acquire(root: &Path, on_wait: impl FnOnce()) -> Result<Self, Problem> {
        let failed = |error: std::io::Error| {
            Problem::error(format!("cannot lock `{}`: {error}", settings::FILE)).at(Place::File(settings::FILE.into()))
        };
        let file = File::open(root.join(settings::FILE)).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                on_wait();
                file.lock().map_err(failed)?;
            }
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        Ok(Self { _file: file })
    }
}
