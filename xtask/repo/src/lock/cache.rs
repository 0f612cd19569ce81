//! Locks that were read, so that none is read twice in a run.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use super::Lock;
use crate::RepoPath;
use crate::Root;
use diagnostics::Problem;

/// `None` where there is no file.
pub type Reading = Result<Option<Arc<Lock>>, Vec<Problem>>;

/// By path. Clones share what they hold.
#[derive(Clone, Debug, Default)]
pub struct LockCache(Arc<Mutex<BTreeMap<RepoPath, Reading>>>);

impl LockCache {
    /// The `poetry.lock` at a path. Two threads that ask for the same one at once may both read it.
    pub fn poetry(&self, root: &Root, path: &RepoPath) -> Reading {
        let locks = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = locks().get(path) {
            return known.clone();
        }
        let read = read(root, path);
        locks().insert(path.clone(), read.clone());
        read
    }
}

fn read(root: &Root, path: &RepoPath) -> Reading {
    match root.source_if_present(path)? {
        Some(source) => Ok(Some(Arc::new(Lock::read(&source)?))),
        None => Ok(None),
    }
}
