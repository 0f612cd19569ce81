//! Locks that were read, so that none is read twice in a run.

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use super::Lock;
use crate::RepoPath;
use diagnostics::{Problem, Source};

/// `None` where there is no file.
pub type Reading = Result<Option<Arc<Lock>>, Vec<Problem>>;

/// By path. Clones share what they hold.
#[derive(Clone, Debug, Default)]
pub struct Shelf(Arc<Mutex<BTreeMap<RepoPath, Reading>>>);

impl Shelf {
    /// The `poetry.lock` at a path. Two threads that ask for the same one at once may both read it.
    pub fn poetry(&self, root: &Path, path: &RepoPath) -> Reading {
        let locks = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = locks().get(path) {
            return known.clone();
        }
        let read = read(root, path);
        locks().insert(path.clone(), read.clone());
        read
    }
}

fn read(root: &Path, path: &RepoPath) -> Reading {
    match Source::read_if_present(&path.under(root), path.as_str())? {
        Some(source) => Ok(Some(Arc::new(Lock::read(&source)?))),
        None => Ok(None),
    }
}
