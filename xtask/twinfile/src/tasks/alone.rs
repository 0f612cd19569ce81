//! The start of every task that edits what it reads: nobody else writes from before the first file is read until the last one is written.

use diagnostics::Problem;
use generate::sync::Lock;
use repo::{Repo, Root};

/// The repository without a fault, and the lock that keeps it so.
pub struct Alone {
    /// What was read under the lock.
    pub repo: Repo,
    _lock: Lock,
}

impl Alone {
    /// Waits for the lock, then reads. `on_wait` is called when another run is in the way.
    pub fn with(root: &Root, on_wait: impl FnOnce()) -> Result<Self, Vec<Problem>> {
        let lock = Lock::acquire(root, on_wait).map_err(|problem| vec![problem])?;
        Ok(Self {
            repo: Repo::sound(root)?,
            _lock: lock,
        })
    }
}
