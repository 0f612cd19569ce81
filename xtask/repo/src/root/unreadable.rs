//! What could not be read is remembered, so that no caller takes it for absent and passes.

use std::sync::PoisonError;

use super::{Root, listed};
use crate::RepoPath;
use diagnostics::Problem;

/// A path that could not be read.
pub(super) struct Refused {
    pub problem: Problem,
    /// Whether it was only come across, and does not matter where git ignores it.
    pub is_listed: bool,
}

impl Root {
    /// What could not be read so far, each once, by path. A task that ends well all the same has not done its work.
    pub fn unreadable(&self) -> Vec<Problem> {
        let refused = self.0.refused.lock().unwrap_or_else(PoisonError::into_inner);
        let of_listing: Vec<&str> = refused
            .iter()
            .filter(|(_, refused)| refused.is_listed)
            .map(|(path, _)| path.as_str())
            .collect();
        let ignored = listed::ignored(&self.0.path, &of_listing);
        let meant = refused
            .iter()
            .filter(|(path, refused)| !(refused.is_listed && ignored.contains(path.as_str())));
        meant.map(|(_, refused)| refused.problem.clone()).collect()
    }

    /// What could not be read, and is not among what a task reports anyhow.
    pub fn untold(&self, told: &[Problem]) -> Vec<Problem> {
        let is_told = |problem: &Problem| told.iter().any(|known| known.message == problem.message);
        self.unreadable()
            .into_iter()
            .filter(|problem| !is_told(problem))
            .collect()
    }

    /// What was written or removed is to be looked at again.
    pub fn forget(&self, path: &RepoPath) {
        let mut refused = self.0.refused.lock().unwrap_or_else(PoisonError::into_inner);
        refused.remove(path.as_str());
    }

    /// Remembers what was come across and cannot be read.
    pub(super) fn note(&self, path: &str, problem: Problem) {
        let mut refused = self.0.refused.lock().unwrap_or_else(PoisonError::into_inner);
        refused.entry(path.to_owned()).or_insert(Refused {
            problem,
            is_listed: true,
        });
    }

    pub(super) fn remember(&self, path: &RepoPath, problem: Problem) -> Problem {
        let mut refused = self.0.refused.lock().unwrap_or_else(PoisonError::into_inner);
        let known = refused.entry(path.to_string()).or_insert_with(|| Refused {
            problem: problem.clone(),
            is_listed: false,
        });
        known.is_listed = false;
        problem
    }
}
