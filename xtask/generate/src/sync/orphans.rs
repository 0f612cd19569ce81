//! Where files lie that we made once: anywhere, since a service that is gone may have left its folder.

use super::new_file;
use crate::artifact;
use diagnostics::Problem;
use repo::Root;
use repo::root::Kind;
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
pub fn candidates(root: &Root, scope: &Scope, problems: &mut Vec<Problem>) -> Vec<RepoPath> {
    match scope {
        Scope::Everywhere => {
            let tree = Tree::list(root);
            among(root, tree.files(), problems)
        }
        Scope::Folders(folders) => {
            let files = folders.iter().flat_map(|folder| files_in(root, folder, problems));
            of_ours(&files.collect::<Vec<_>>())
        }
        Scope::Pages(folder) => {
            let files = files_in(root, folder, problems).into_iter();
            files.filter(|path| path.as_str().ends_with(".md")).collect()
        }
    }
}

/// Those among files of the repository, and in the folders of editors, which a list of files leaves out as hidden.
pub fn among(root: &Root, files: &[RepoPath], problems: &mut Vec<Problem>) -> Vec<RepoPath> {
    let mut found = of_ours(files);
    let folder = RepoPath::root().child(artifact::DEVCONTAINERS);
    if root.kind(&folder) == Some(Kind::Folder) {
        for of_service in entries_in(root, &folder, Kind::Folder, problems) {
            found.extend(of_ours(&files_in(root, &of_service, problems)));
        }
    }
    found.sort();
    found.dedup();
    found
}

fn of_ours(files: &[RepoPath]) -> Vec<RepoPath> {
    let is_ours = |name: &str| {
        artifact::FILE_NAMES.contains(&name) || artifact::SHARED.contains(&name) || new_file::is_leftover(name)
    };
    let files = files.iter().filter(|path| is_ours(path.file_name()));
    files.cloned().collect()
}

/// Nothing where the folder does not exist.
fn files_in(root: &Root, folder: &RepoPath, problems: &mut Vec<Problem>) -> Vec<RepoPath> {
    entries_in(root, folder, Kind::File, problems)
}

/// What a folder has of a kind; links are left out.
fn entries_in(root: &Root, folder: &RepoPath, kind: Kind, problems: &mut Vec<Problem>) -> Vec<RepoPath> {
    let entries = root.entries_if_readable(folder).unwrap_or_else(|problem| {
        problems.push(problem);
        Vec::new()
    });
    let entries = entries
        .into_iter()
        .filter(|entry| !entry.is_link && root.kind(&entry.path) == Some(kind));
    entries.map(|entry| entry.path).collect()
}
