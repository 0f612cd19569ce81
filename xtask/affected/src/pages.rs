//! What the image of the frontend is made of: all that its Dockerfile copies and its ignore file lets through.

use super::by_hand;
use diagnostics::Problem;
use evidence::image::Ignore;
use repo::{PagesImage, Repo, RepoPath};

pub struct Inputs {
    /// These say what the image is, wherever they lie.
    own: [RepoPath; 3],
    copied: Vec<RepoPath>,
    ignore: Ignore,
}

impl Inputs {
    pub fn of(repo: &Repo, pages: &PagesImage, problems: &mut Vec<Problem>) -> Self {
        let root = RepoPath::root();
        let beside = format!("{}.dockerignore", pages.dockerfile.file_name());
        Self {
            own: [
                pages.dockerfile.clone(),
                pages.dockerfile.parent().child(&beside),
                root.child(".dockerignore"),
            ],
            copied: by_hand::named(repo, &pages.dockerfile, problems),
            ignore: Ignore::of(&repo.root, &pages.dockerfile, &root),
        }
    }

    /// Whether a file, there or gone, belongs to them.
    pub fn hold(&self, path: &RepoPath) -> bool {
        let is_copied = |copied: &RepoPath| path == copied || path.is_under(copied);
        self.own.contains(path)
            || self.rewrites(path)
            || (self.copied.iter().any(is_copied) && self.ignore.excludes(path.as_str()).is_none())
    }

    /// Which line ends git writes there: another byte in every file.
    fn rewrites(&self, path: &RepoPath) -> bool {
        let home = path.parent();
        let is_near = |copied: &RepoPath| *copied == home || copied.is_under(&home) || home.is_under(copied);
        path.file_name() == ".gitattributes" && self.copied.iter().any(is_near)
    }
}
