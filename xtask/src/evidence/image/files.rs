//! Which file of the build context stands at a path of an image.

use std::path::Path;

use crate::{repo::RepoPath, report::Place};

/// A path of the context, and where it is put.
#[derive(Clone, Debug)]
pub struct Copied {
    pub source: Origin,
    /// Absolute.
    pub destination: String,
    /// `ADD --checksum`.
    pub has_checksum: bool,
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
    /// What a source of `COPY` leads to: one path, or all that a pattern matches.
    pub fn matching(root: &Path, dockerfile: &RepoPath, written: &str) -> Vec<Self> {
        let is_pattern = written.contains(['*', '?', '[']);
        let contexts = [RepoPath::root(), dockerfile.parent()];
        let matches = contexts.iter().filter(|_| is_pattern).map(|context| {
            let home = glob::Pattern::escape(&context.under(root).to_string_lossy());
            let found = glob::glob(&format!("{home}/{}", written.trim_start_matches("./")))
                .into_iter()
                .flatten()
                .flatten();
            let found = found.filter_map(|path| RepoPath::parse(path.strip_prefix(root).ok()?.to_str()?));
            found.collect::<Vec<_>>()
        });
        match matches.into_iter().find(|found| !found.is_empty()) {
            Some(found) => found
                .into_iter()
                .map(|path| Self {
                    written: written.to_owned(),
                    path: Some(path),
                })
                .collect(),
            None => vec![Self::find(root, dockerfile, written)],
        }
    }

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
