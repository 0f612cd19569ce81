use std::{
    fs::{self, File, TryLockError},
    os::unix::fs::MetadataExt,
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
        let path = root.join(settings::FILE);
        let mut on_wait = Some(on_wait);
        loop {
            let file = File::open(&path).map_err(failed)?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => {
                    if let Some(on_wait) = on_wait.take() {
                        on_wait();
                    }
                    file.lock().map_err(failed)?;
                }
                Err(TryLockError::Error(error)) => return Err(failed(error)),
            }
            // The run that we waited for may have put a new settings file in place of the one that we locked.
            let (ours, there) = (file.metadata().map_err(failed)?, fs::metadata(&path).map_err(failed)?);
            if (ours.dev(), ours.ino()) == (there.dev(), there.ino()) {
                return Ok(Self { _file: file });
            }
        }
    }
}
