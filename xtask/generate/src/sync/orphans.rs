//! Where files lie that we made once: anywhere, since a service that is gone may have left its folder.

use std::{fs, io, path::Path};

use super::write;
use crate::artifact;
use diagnostics::{Place, Problem};
use repo::{RepoPath, Tree};

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
    match scope {
        Scope::Everywhere => {
            let tree = Tree::list(root);
            tree.check("generated files", problems);
            among(tree.files())
        }
        Scope::Folders(folders) => {
            let files = folders.iter().flat_map(|folder| files_in(root, folder, problems));
            among(&files.collect::<Vec<_>>())
        }
        Scope::Pages(folder) => {
            let files = files_in(root, folder, problems).into_iter();
            files.filter(|path| path.as_str().ends_with(".md")).collect()
        }
    }
}

/// Those among files of the repository.
pub fn among(files: &[RepoPath]) -> Vec<RepoPath> {
    let is_ours =
        |name: &str| artifact::FILE_NAMES.contains(&name) || name == artifact::bake::FILE || write::is_leftover(name);
    let files = files.iter().filter(|path| is_ours(path.file_name()));
    files.cloned().collect()
}

/// None where there is no such folder.
fn files_in(root: &Path, folder: &RepoPath, problems: &mut Vec<Problem>) -> Vec<RepoPath> {
    let mut found = Vec::new();
    let entries = match fs::read_dir(folder.under(root)) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return found,
        Err(error) => {
            let problem = Problem::error(format!("cannot look for generated files: {error}"));
            problems.push(problem.at(Place::File(folder.to_string())));
            return found;
        }
    };
    for entry in entries.flatten() {
        let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
        if let (true, Some(name)) = (is_file, entry.file_name().to_str()) {
            found.push(folder.child(name));
        }
    }
    found.sort();
    found
}
