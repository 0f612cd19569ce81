//! Locks that were read, so that none is read twice in a run.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use super::{Lock, uv};
use crate::RepoPath;
use crate::Root;
use diagnostics::Problem;

/// `None` where there is no file.
pub type Reading = Result<Option<Arc<Lock>>, Vec<Problem>>;

/// A `uv.lock`, before anybody says which member asks.
type Workspaces = Result<Option<Arc<uv::Shared>>, Vec<Problem>>;

/// By path. Clones share what they hold.
#[derive(Clone, Debug, Default)]
pub struct LockCache(Arc<Mutex<Known>>);

#[derive(Debug, Default)]
struct Known {
    poetry: BTreeMap<RepoPath, Reading>,
    uv: BTreeMap<RepoPath, Workspaces>,
}

impl LockCache {
    /// The `poetry.lock` at a path. Two threads that ask for the same one at once may both read it.
    pub fn poetry(&self, root: &Root, path: &RepoPath) -> Reading {
        let locks = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = locks().poetry.get(path) {
            return known.clone();
        }
        let read = read(root, path);
        locks().poetry.insert(path.clone(), read.clone());
        read
    }

    /// The `uv.lock` at a path. All members of a workspace ask for the same one, so the others wait for the first.
    pub(super) fn uv(
        &self,
        path: &RepoPath,
        read: impl FnOnce() -> Result<Option<uv::Shared>, Vec<Problem>>,
    ) -> Workspaces {
        let mut locks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = locks.uv.get(path) {
            return known.clone();
        }
        let read = read().map(|shared| shared.map(Arc::new));
        locks.uv.insert(path.clone(), read.clone());
        read
    }
}

fn read(root: &Root, path: &RepoPath) -> Reading {
    match root.source_if_present(path)? {
        Some(source) => Ok(Some(Arc::new(Lock::read(&source)?))),
        None => Ok(None),
    }
}
