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

    /// What the link to a file that lies at a path says. `None` where no link lies there, and of whoever lists none.
    fn link(&self, _path: &str) -> Option<String> {
        None
    }
}

/// A repository without a file: what a built image holds does not come from one that could be looked at.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoCheckout;

impl Checkout for NoCheckout {
    fn kind(&self, _: &str) -> Option<Kind> {
        None
    }

    fn below(&self, _: &str) -> Vec<Cow<'_, str>> {
        Vec::new()
    }

    fn text(&self, _: &str) -> Option<String> {
        None
    }
}
