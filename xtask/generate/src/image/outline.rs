//! What the metadata of a package follows from, so that an edit of its code makes no metadata again.

use super::Input;
use repo::{Package, RepoPath, Root};

/// The files that make the metadata of a wheel.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outline {
    /// What is copied.
    pub files: Vec<Input>,
    /// Folders of modules that only have to exist. Where there are none, the whole wheel is built for its metadata.
    pub packages: Vec<RepoPath>,
}

impl Outline {
    /// The outline of a package that is built from these inputs.
    pub fn of(root: &Root, package: &Package, inputs: &[Input]) -> Self {
        let is_plain = package.has_static_metadata();
        let has_module = |folder: &RepoPath| root.has_file(&folder.child("__init__.py"));
        // What has no such file may be a part of a namespace, which a backend looks into.
        let is_outlined = |input: &&Input| is_plain && input.is_folder && has_module(&input.path);
        let (packages, files): (Vec<&Input>, Vec<&Input>) = inputs.iter().partition(is_outlined);
        Self {
            files: files.into_iter().cloned().collect(),
            packages: packages.into_iter().map(|input| input.path.clone()).collect(),
        }
    }
}
