//! The files of the repository, as whoever holds the checkout lists them.

use std::borrow::Cow;

/// What stands at a path of the repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A file.
    File,
    /// A folder.
    Folder,
}

/// Paths are relative to the root of the repository, with `/` between the parts; the root itself is the empty path.
pub trait Checkout {
    /// What is at a path; `None` where nothing is.
    fn kind(&self, path: &str) -> Option<Kind>;

    /// Every file below a folder, by its path, sorted.
    fn below(&self, folder: &str) -> Vec<Cow<'_, str>>;

    /// `None` where it cannot be read, or is not a text.
    fn text(&self, path: &str) -> Option<String>;
}
