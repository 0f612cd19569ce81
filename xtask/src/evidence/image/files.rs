//! Which file of the build context stands at a path of an image.

use std::path::Path;

use crate::{repo::RepoPath, report::Place};

/// A path of the context, and where it is put.
#[derive(Clone, Debug)]
pub struct Copied {
    pub source: Origin,
    /// Absolute.
    pub destination: String,
    pub place: Place,
}

/// A path of the build context, which is the repository or the folder of the Dockerfile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// As written, without a leading `./`.
    pub written: String,
    /// Where it leads, where something is there.
    pub path: Option<RepoPath>,
}

impl Origin {
    pub fn find(root: &Path, dockerfile: &RepoPath, written: &str) -> Self {
        let written = written
            .trim_start_matches("./")
            .trim_start_matches('/')
            .trim_end_matches('/');
        let contexts = [RepoPath::root(), dockerfile.parent()];
        let mut paths = contexts.iter().filter_map(|context| context.join(written));
        let path = paths.find(|path| path.under(root).exists());
        Self {
            written: written.to_owned(),
            path,
        }
    }
}

/// The file of the repository that stands at a path of the image: what was put there last.
pub fn at<'a>(root: &Path, copied: impl DoubleEndedIterator<Item = &'a Copied>, path: &str) -> Option<RepoPath> {
    copied.rev().find_map(|copied| {
        let source = copied.source.path.as_ref()?;
        if source.under(root).is_dir() {
            let below = path.strip_prefix(copied.destination.trim_end_matches('/'))?;
            let file = source.join(below.strip_prefix('/')?)?;
            return file.under(root).is_file().then_some(file);
        }
        let folder = copied.destination.trim_end_matches('/');
        let is_there = path == copied.destination || path == format!("{folder}/{}", source.file_name());
        is_there.then(|| source.clone())
    })
}

/// A path as seen from a folder of the image.
pub fn absolute(workdir: &str, path: &str) -> String {
    let from = if path.starts_with('/') { "" } else { workdir };
    let mut parts: Vec<&str> = Vec::new();
    for part in from.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            _ => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}
