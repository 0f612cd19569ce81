//! The README files of a repository, in which people write, and which hold regions of ours.

use std::path::Path;

use walkdir::{DirEntry, WalkDir};

use super::{RepoPath, Source};
use crate::report::{Place, Problem};

const NAME: &str = "README.md";

/// Every `README.md`, by path. A link is left alone: its file is elsewhere.
pub fn read(root: &Path, problems: &mut Vec<Problem>) -> Vec<(RepoPath, Source)> {
    let mut found = Vec::new();
    for entry in WalkDir::new(root).into_iter().filter_entry(is_walked) {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                let path = error.path().map(|path| path.display().to_string()).unwrap_or_default();
                problems.push(Problem::error(format!("cannot look for `{NAME}`: {error}")).at(Place::File(path)));
                continue;
            }
        };
        let relative = entry
            .path()
            .strip_prefix(root)
            .ok()
            .and_then(Path::to_str)
            .and_then(RepoPath::parse);
        let Some(path) = relative.filter(|_| entry.file_type().is_file() && entry.file_name() == NAME) else {
            continue;
        };
        match Source::read(entry.path(), path.as_str()) {
            Ok(source) => found.push((path, source)),
            Err(problem) => problems.push(problem),
        }
    }
    found.sort_by(|(a, _), (b, _)| a.cmp(b));
    found
}

/// Not into what others made: version control, virtual environments, packages of node, build output.
fn is_walked(entry: &DirEntry) -> bool {
    let name = entry.file_name().to_string_lossy();
    let is_foreign = name.starts_with('.') || name == "node_modules" || name == "target";
    entry.depth() == 0 || !(entry.file_type().is_dir() && is_foreign)
}
