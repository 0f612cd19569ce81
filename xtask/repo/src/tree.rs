//! The files of the repository, listed once: what looks for files of some kind looks here.

use std::path::Path;

use walkdir::{DirEntry, WalkDir};

use super::RepoPath;
use diagnostics::{Place, Problem};

/// Regular files, sorted. What links lead to is elsewhere.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    files: Vec<RepoPath>,
    unreadable: Vec<(String, String)>,
}

impl Tree {
    /// All but what others made: version control, virtual environments, build output, node modules.
    pub fn list(root: &Path) -> Self {
        let mut tree = Self::default();
        let prefix = root.as_os_str().len();
        for entry in WalkDir::new(root)
            .into_iter()
            .filter_entry(|entry| is_listed(root, entry))
        {
            match entry {
                Ok(entry) if entry.file_type().is_file() => {
                    let relative = entry.path().to_str().and_then(|path| path.get(prefix..));
                    tree.files.extend(relative.map(RepoPath::listed));
                }
                Ok(_) => {}
                Err(error) if error.depth() == 0 && !error.path().is_some_and(Path::exists) => {}
                Err(error) => {
                    let path = error.path().map(|path| path.display().to_string());
                    tree.unreadable.push((path.unwrap_or_default(), error.to_string()));
                }
            }
        }
        tree.files.sort_unstable();
        tree
    }

    pub fn files(&self) -> &[RepoPath] {
        &self.files
    }

    /// The files in a folder, at any depth.
    pub fn under(&self, folder: &RepoPath) -> &[RepoPath] {
        // `a-b` and `a.b` sort before what is in `a`.
        let inside = match folder.as_str() {
            "" => folder.clone(),
            _ => folder.child(""),
        };
        let start = self.files.partition_point(|file| *file < inside);
        let rest = &self.files[start..];
        let end = rest.partition_point(|file| file.as_str().starts_with(inside.as_str()));
        &rest[..end]
    }

    /// What could not be looked into, where that matters: `what` was looked for.
    pub fn check(&self, what: &str, problems: &mut Vec<Problem>) {
        problems.extend(self.unreadable.iter().map(|(path, error)| {
            Problem::error(format!("cannot look for {what}: {error}")).at(Place::File(path.clone()))
        }));
    }
}

fn is_listed(root: &Path, entry: &DirEntry) -> bool {
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
        let tree = Tree::list(root.path());
        let shown = |files: &[RepoPath]| files.iter().map(RepoPath::to_string).collect::<Vec<_>>();
        assert_eq!(
            shown(tree.files()),
            [".docker/x", "a-b/z", "a.b", "a/b/y", "a/x", "ab/x", "c/target/x"]
        );
        assert_eq!(shown(tree.under(&RepoPath::root().child("a"))), ["a/b/y", "a/x"]);
        assert_eq!(tree.under(&RepoPath::root()).len(), 7);
    }
}
