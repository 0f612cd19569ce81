//! The README files of a repository, in which people write, and which hold regions of ours.

use super::{RepoPath, Tree};
use crate::Root;
use diagnostics::Problem;
use diagnostics::Source;

const NAME: &str = "README.md";

/// Every `README.md`, by path. A link is left alone: its file is elsewhere.
pub fn read(root: &Root, problems: &mut Vec<Problem>) -> Vec<(RepoPath, Source)> {
    let tree = Tree::list(root);
    let mut found = Vec::new();
    for path in tree.files().iter().filter(|path| path.file_name() == NAME) {
        match root.source(path) {
            Ok(source) => found.push((path.clone(), source)),
            Err(problem) => problems.push(problem),
        }
    }
    found
}
