use std::collections::HashSet;

use super::{Scope, new_file, orphans};
use crate::artifact::Artifact;
use diagnostics::{Place, Problem};
use repo::Root;
use repo::{
    RepoPath,
    generated::{Change, Header, Kind},
};

/// What has to happen to the disk.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// By path.
    pub changes: Vec<Change>,
    /// How many files are as they have to be.
    pub fresh: usize,
    /// What runs that were killed left behind.
    pub leftovers: Vec<RepoPath>,
}

/// What is at a path.
enum Found {
    Nothing,
    File(String),
    /// A link, or bytes that are not UTF-8: not ours, shown as well as it can be.
    Other(String),
}

impl Plan {
    /// Compares, and looks for files that we once made.
    pub fn new(root: &Root, artifacts: &[Artifact], scope: &Scope) -> Result<Self, Vec<Problem>> {
        let mut problems = Vec::new();
        let once = orphans::candidates(root, scope, &mut problems);
        Self::compare(root, artifacts, once, problems)
    }

    /// The same, among files that were listed before.
    pub fn among(root: &Root, artifacts: &[Artifact], files: &[RepoPath]) -> Result<Self, Vec<Problem>> {
        let mut problems = Vec::new();
        let once = orphans::among(root, files, &mut problems);
        Self::compare(root, artifacts, once, problems)
    }

    fn compare(
        root: &Root,
        artifacts: &[Artifact],
        once: Vec<RepoPath>,
        mut problems: Vec<Problem>,
    ) -> Result<Self, Vec<Problem>> {
        let mut plan = Self::default();
        for artifact in artifacts {
            match look(root, &artifact.path) {
                Ok(found) => plan.add(root, artifact, found),
                Err(problem) => problems.push(problem),
            }
        }
        let wanted: HashSet<&RepoPath> = artifacts.iter().map(|artifact| &artifact.path).collect();
        for path in once {
            if new_file::is_leftover(path.file_name()) {
                plan.leftovers.push(path);
                continue;
            }
            if wanted.contains(&path) {
                continue;
            }
            match look(root, &path) {
                Ok(Found::File(before)) if Header::path_in(&before).as_ref() == Some(&path) => {
                    plan.changes.push(Change {
                        path,
                        kind: Kind::Remove,
                        before,
                        after: String::new(),
                    })
                }
                Ok(Found::File(_) | Found::Other(_) | Found::Nothing) => {}
                Err(problem) => problems.push(problem),
            }
        }
        plan.changes.sort_by(|a, b| a.path.cmp(&b.path));
        if problems.is_empty() { Ok(plan) } else { Err(problems) }
    }

    /// The same with files of which only regions are ours. Each was read, so each is there.
    pub fn with_regions(mut self, root: &Root, artifacts: &[Artifact]) -> Result<Self, Vec<Problem>> {
        let mut problems = Vec::new();
        for artifact in artifacts {
            match look(root, &artifact.path) {
                Ok(Found::File(text)) if text == artifact.text => self.fresh += 1,
                Ok(Found::File(before)) => self.changes.push(Change {
                    path: artifact.path.clone(),
                    kind: Kind::Update,
                    before,
                    after: artifact.text.clone(),
                }),
                Ok(Found::Nothing | Found::Other(_)) => {
                    let message = format!("`{}` was replaced while it was read", artifact.path);
                    problems.push(Problem::error(message).at(Place::File(artifact.path.to_string())));
                }
                Err(problem) => problems.push(problem),
            }
        }
        self.changes.sort_by(|a, b| a.path.cmp(&b.path));
        if problems.is_empty() { Ok(self) } else { Err(problems) }
    }

    /// Whether every file is as it has to be.
    pub fn is_clean(&self) -> bool {
        self.changes.is_empty()
    }

    /// The changes to files that are not ours.
    pub fn foreign(&self) -> impl Iterator<Item = &Change> {
        self.changes.iter().filter(|change| change.kind == Kind::Foreign)
    }

    fn add(&mut self, root: &Root, artifact: &Artifact, found: Found) {
        let (kind, before) = match found {
            Found::File(text) if text == artifact.text => {
                self.fresh += 1;
                return;
            }
            Found::Nothing => (Kind::Create, String::new()),
            Found::File(text) if is_ours(root, &artifact.path, &text) => (Kind::Update, text),
            Found::File(text) | Found::Other(text) => (Kind::Foreign, text),
        };
        self.changes.push(Change {
            path: artifact.path.clone(),
            kind,
            before,
            after: artifact.text.clone(),
        });
    }
}

/// A file that we made for this place, or that moved here with its folder. A copy of one that is still in its place is not.
fn is_ours(root: &Root, path: &RepoPath, text: &str) -> bool {
    Header::path_in(text).is_some_and(|said| said == *path || !root.has(&said))
}

fn look(root: &Root, path: &RepoPath) -> Result<Found, Problem> {
    if let Some(target) = root.link(path) {
        return Ok(Found::Other(target.display().to_string()));
    }
    let Some(bytes) = root.bytes_if_present(path)? else {
        return Ok(Found::Nothing);
    };
    Ok(match String::from_utf8(bytes) {
        Ok(text) => Found::File(text),
        Err(error) => Found::Other(String::from_utf8_lossy(error.as_bytes()).into_owned()),
    })
}
