//! Texts that are read as if they were in files of the repository.

use std::{borrow::Cow, sync::PoisonError};

use super::Root;
use crate::RepoPath;

/// A text that is read as if it were in a file.
#[derive(Clone)]
pub(super) struct Brought {
    pub text: Cow<'static, str>,
    /// Whether it is read in place of a file that is there.
    pub wins: bool,
}

impl Root {
    /// A file that the program brings: it is read where the repository has none at that path.
    pub fn bring(&self, path: &RepoPath, text: &'static str) {
        self.read_as(path, text.into(), false);
    }

    /// The same folder as it would be with these files, which are not written.
    pub fn with_files(&self, files: &[(RepoPath, String)]) -> Self {
        let with = self.fresh();
        for (path, text) in files {
            with.read_as(path, text.clone().into(), true);
        }
        with
    }

    pub(super) fn read_as(&self, path: &RepoPath, text: Cow<'static, str>, wins: bool) {
        let mut brought = self.0.brought.lock().unwrap_or_else(PoisonError::into_inner);
        brought.insert(path.to_string(), Brought { text, wins });
    }

    pub(super) fn brought(&self, path: &RepoPath) -> Option<Brought> {
        let brought = self.0.brought.lock().unwrap_or_else(PoisonError::into_inner);
        brought.get(path.as_str()).cloned()
    }

    /// The same folder, with nothing remembered yet.
    pub fn fresh(&self) -> Self {
        let fresh = Self::new(&*self.0.path);
        let brought = self.0.brought.lock().unwrap_or_else(PoisonError::into_inner);
        for (path, brought) in brought.iter() {
            fresh.read_as(&RepoPath::listed(path), brought.text.clone(), brought.wins);
        }
        fresh
    }
}
