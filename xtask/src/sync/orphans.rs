//! Where files lie that we made once: anywhere, since a service that is gone may have left its folder.

use std::path::Path;

use walkdir::{DirEntry, WalkDir};

use super::write;
use crate::{
    artifact,
    repo::RepoPath,
    report::{Place, Problem},
};

/// Where a run looks for files that are no longer wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The whole repository.
    Everywhere,
    /// Only these folders, when only some services are worked on.
    Folders(Vec<RepoPath>),
    /// The pages of the reference in this folder.
    Pages(RepoPath),
}

/// Files that have a name of ours, or the name that a file has while it is written.
pub fn candidates(root: &Path, scope: &Scope, problems: &mut Vec<Problem>) -> Vec<RepoPath> {
    let mut found = Vec::new();
    let walks: Vec<WalkDir> = match scope {
        Scope::Everywhere => vec![WalkDir::new(root)],
        Scope::Folders(folders) => folders
            .iter()
            .map(|folder| WalkDir::new(folder.under(root)).max_depth(1))
            .collect(),
        Scope::Pages(folder) => vec![WalkDir::new(folder.under(root)).max_depth(1)],
    };
    let is_name_of_ours = |name: &str| match scope {
        Scope::Everywhere | Scope::Folders(_) => artifact::FILE_NAMES.contains(&name) || name == artifact::bake::FILE,
        Scope::Pages(_) => name.ends_with(".md"),
    };
    for entry in walks
        .into_iter()
        .flat_map(|walk| walk.into_iter().filter_entry(|entry| is_walked(root, entry)))
    {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) if error.depth() == 0 && !error.path().is_some_and(Path::exists) => continue,
            Err(error) => {
                problems.push(unreadable(&error));
                continue;
            }
        };
        let is_ours = |name: &str| is_name_of_ours(name) || write::is_leftover(name);
        if entry.file_type().is_file() && entry.file_name().to_str().is_some_and(is_ours) {
            let relative = entry.path().strip_prefix(root).ok().and_then(Path::to_str);
            found.extend(relative.and_then(RepoPath::parse));
        }
    }
    found.sort();
    found
}

/// Not into folders that hold what others made: version control, virtual environments, build output, node modules.
fn is_walked(root: &Path, entry: &DirEntry) -> bool {
    if entry.depth() == 0 || !entry.file_type().is_dir() {
        return true;
    }
    let name = entry.file_name().to_string_lossy();
    let is_target = name == "target" && entry.path().parent() == Some(root);
    !(name.starts_with('.') || name == "node_modules" || is_target)
}

fn unreadable(error: &walkdir::Error) -> Problem {
    let path = error.path().map(|path| path.display().to_string()).unwrap_or_default();
    Problem::error(format!("cannot look for generated files: {error}")).at(Place::File(path))
}
