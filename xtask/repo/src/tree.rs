//! The files of the repository, listed once: what looks for files of some kind looks here.

use std::{borrow::Cow, collections::BTreeSet, io};

use crate::Root;
use crate::dockerfiles;
use crate::root::Kind;
use crate::root::{Entry, Listing};
use formats::PathIndex;
use walkdir::{DirEntry, WalkDir};

use super::RepoPath;

/// Files, sorted: also those that are links to a file in the repository, and what cannot be read as a file, since whoever
/// looks for a file of that name has to say so. Folders that are links are listed where they lie.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    files: Vec<RepoPath>,
    /// Where each of them is.
    index: PathIndex,
    /// Links to folders of the repository.
    links: Vec<RepoPath>,
    /// Those of `files` that are links.
    file_links: Vec<RepoPath>,
}

impl Tree {
    /// All but what others made: version control, virtual environments, build output, node modules. What cannot be looked
    /// into is remembered by the root.
    pub fn list(root: &Root) -> Self {
        let mut tree = Self::default();
        let listing = Listing::of(root);
        let prefix = root.as_os_str().len();
        for entry in WalkDir::new(&**root)
            .into_iter()
            .filter_entry(|entry| is_listed(root, entry))
        {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    let path = error.path().unwrap_or(root).to_string_lossy();
                    let relative = path
                        .get(prefix..)
                        .unwrap_or_default()
                        .trim_start_matches('/')
                        .to_owned();
                    listing.cannot(&relative, &error.into());
                    continue;
                }
            };
            let kind = entry.file_type();
            if kind.is_dir() && !is_in_place_of_a_file(&entry) {
                continue;
            }
            let Some(path) = entry
                .path()
                .to_str()
                .and_then(|path| path.get(prefix..))
                .map(RepoPath::listed)
            else {
                let path = entry.path().to_string_lossy();
                listing.cannot(&path, &io::Error::other("its name is not UTF-8"));
                continue;
            };
            if kind.is_symlink() {
                match listing.of_link(&path) {
                    Some(Kind::Folder) => {
                        tree.links.push(path);
                        continue;
                    }
                    Some(Kind::File | Kind::Other) => tree.file_links.push(path.clone()),
                    None => continue,
                }
            }
            if kind.is_file() {
                listing.check(&path);
            }
            tree.files.push(path);
        }
        tree.files.sort_unstable();
        tree.links.sort_unstable();
        tree.file_links.sort_unstable();
        tree.index = PathIndex::of(&tree.files);
        tree
    }

    /// Every file, sorted by path.
    pub fn files(&self) -> &[RepoPath] {
        &self.files
    }

    /// Whether it is a file of the repository.
    pub fn is_file(&self, path: &str) -> bool {
        self.index.position(path, &self.files).is_some()
    }

    /// Whether it is a file of the repository by a link.
    pub fn is_link(&self, path: &str) -> bool {
        !self.file_links.is_empty() && RepoPath::position(path, &self.file_links).is_some()
    }

    /// The files in a folder, at any depth, with those behind links to other folders of the repository, where whoever runs
    /// what is in the folder follows them.
    pub fn reached_from(&self, root: &Root, folder: &RepoPath) -> Cow<'_, [RepoPath]> {
        let files = self.under(folder);
        let links: Vec<&RepoPath> = self
            .links
            .iter()
            .filter(|link| *link == folder || link.is_under(folder))
            .collect();
        if links.is_empty() {
            return Cow::Borrowed(files);
        }
        let behind = links.into_iter().flat_map(|link| behind(root, link));
        let mut files: Vec<RepoPath> = files.iter().cloned().chain(behind).collect();
        files.sort_unstable();
        Cow::Owned(files)
    }

    /// The files in a folder, at any depth.
    pub fn under(&self, folder: &RepoPath) -> &[RepoPath] {
        RepoPath::all_under(folder.as_str(), &self.files)
    }
}

/// Whether a folder has the name of a file that is looked for by its name: whoever looks for it has to say that there is
/// none to read.
fn is_in_place_of_a_file(folder: &DirEntry) -> bool {
    let name = folder.file_name().to_str().unwrap_or_default();
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    folder.depth() > 0
        && (matches!(ending, "yaml" | "yml" | "toml" | "tpl" | "py" | "lock")
            || name.starts_with("Dockerfile") && dockerfiles::is_dockerfile(name))
}

/// The same for a folder behind a link.
fn is_listed_folder(name: &str) -> bool {
    !matches!(name, "node_modules" | "__pycache__" | "venv" | "site-packages") && !name.starts_with('.')
}

fn is_listed(root: &Root, entry: &DirEntry) -> bool {
    if entry.depth() == 0 || !entry.file_type().is_dir() {
        return true;
    }
    let name = entry.file_name().as_encoded_bytes();
    match name {
        // A home of Dockerfiles.
        b".docker" => true,
        [b'.', ..] | b"node_modules" | b"__pycache__" | b"venv" | b"site-packages" => false,
        b"target" => entry.path().parent() != Some(root),
        _ => true,
    }
}

/// The files behind a link to a folder. Each folder is entered once, so links in circles end.
fn behind(root: &Root, link: &RepoPath) -> Vec<RepoPath> {
    let mut files = Vec::new();
    let mut open = vec![link.clone()];
    let mut entered = BTreeSet::new();
    while let Some(folder) = open.pop() {
        if !root.resolved(&folder).is_some_and(|folder| entered.insert(folder)) {
            continue;
        }
        for Entry { name, path, .. } in root.entries(&folder) {
            match root.kind(&path) {
                Some(Kind::Folder) if is_listed_folder(&name) => open.push(path),
                Some(Kind::Folder) | None => {}
                Some(Kind::File | Kind::Other) => files.push(path),
            }
        }
    }
    files
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    #[expect(clippy::disallowed_methods, reason = "a folder of the test's own")]
    fn folders_are_told_from_names_that_begin_alike() {
        let root = tempfile::tempdir().unwrap();
        for file in [
            "a/x",
            "a/b/y",
            "a-b/z",
            "a.b",
            "ab/x",
            ".git/x",
            ".docker/x",
            "b/venv/x",
            "target/x",
            "c/target/x",
        ] {
            let path = root.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        let tree = Tree::list(&Root::new(root.path()));
        let shown = |files: &[RepoPath]| files.iter().map(RepoPath::to_string).collect::<Vec<_>>();
        assert_eq!(
            shown(tree.files()),
            [".docker/x", "a-b/z", "a.b", "a/b/y", "a/x", "ab/x", "c/target/x"]
        );
        assert_eq!(shown(tree.under(&RepoPath::root().child("a"))), ["a/b/y", "a/x"]);
        assert_eq!(tree.under(&RepoPath::root()).len(), 7);
    }
}
