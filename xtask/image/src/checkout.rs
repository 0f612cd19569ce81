//! The files of the repository, as whoever holds the checkout lists them.

use std::{borrow::Cow, fs, path::Path};

/// What stands at a path of the repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    File,
    Folder,
}

/// Paths are relative to the root of the repository, with `/` between the parts; the root itself is the empty path.
pub trait Checkout {
    fn kind(&self, path: &str) -> Option<Kind>;

    /// Every file below a folder, by its path, sorted.
    fn below(&self, folder: &str) -> Vec<Cow<'_, str>>;

    /// `None` where it cannot be read, or is no text.
    fn text(&self, path: &str) -> Option<String>;
}

/// The checkout as it lies on the disk, where nobody has listed it: good for single questions.
#[derive(Clone, Copy, Debug)]
pub struct Disk<'a>(pub &'a Path);

impl Checkout for Disk<'_> {
    fn kind(&self, path: &str) -> Option<Kind> {
        let found = fs::metadata(self.0.join(path)).ok()?;
        if found.is_file() {
            return Some(Kind::File);
        }
        found.is_dir().then_some(Kind::Folder)
    }

    fn below(&self, folder: &str) -> Vec<Cow<'_, str>> {
        let mut found = Vec::new();
        collect(self.0, folder, &mut found);
        found.sort();
        found.into_iter().map(Cow::Owned).collect()
    }

    fn text(&self, path: &str) -> Option<String> {
        fs::read_to_string(self.0.join(path)).ok()
    }
}

/// Links are not followed: they could lead anywhere.
fn collect(root: &Path, folder: &str, found: &mut Vec<String>) {
    for entry in fs::read_dir(root.join(folder)).into_iter().flatten().flatten() {
        let (Ok(kind), Ok(name)) = (entry.file_type(), entry.file_name().into_string()) else {
            continue;
        };
        let path = if folder.is_empty() {
            name
        } else {
            format!("{folder}/{name}")
        };
        if kind.is_dir() {
            collect(root, &path, found);
        } else if kind.is_file() {
            found.push(path);
        }
    }
}
