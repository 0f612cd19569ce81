//! The checkout as it lies on the disk, where nobody has listed it: for single questions, while stages are followed.

use std::borrow::Cow;

use ::image::{Checkout, Kind};
use repo::{RepoPath, Root, root};

#[derive(Clone, Copy)]
pub struct Disk<'a>(pub &'a Root);

impl Checkout for Disk<'_> {
    fn kind(&self, path: &str) -> Option<Kind> {
        match self.0.kind(&RepoPath::parse(path)?)? {
            root::Kind::File => Some(Kind::File),
            root::Kind::Folder => Some(Kind::Folder),
            root::Kind::Other => None,
        }
    }

    fn below(&self, folder: &str) -> Vec<Cow<'_, str>> {
        let mut found = Vec::new();
        if let Some(folder) = RepoPath::parse(folder) {
            self.collect(&folder, &mut found);
        }
        found.sort();
        found.into_iter().map(Cow::Owned).collect()
    }

    fn text(&self, path: &str) -> Option<String> {
        self.0.text(&RepoPath::parse(path)?)
    }
}

impl Disk<'_> {
    /// Links are not followed: BuildKit copies them as links.
    fn collect(&self, folder: &RepoPath, found: &mut Vec<String>) {
        for entry in self.0.entries(folder).into_iter().filter(|entry| !entry.is_link) {
            match self.0.kind(&entry.path) {
                Some(root::Kind::Folder) => self.collect(&entry.path, found),
                Some(root::Kind::File) => found.push(entry.path.as_str().to_owned()),
                Some(root::Kind::Other) | None => {}
            }
        }
    }
}
