//! What a walk through the repository comes across and cannot read.

use std::{collections::BTreeSet, path::Path};

use rustix::fs::{Access, AtFlags, accessat};

use super::{Kind, Root, open, refused};
use crate::{RepoPath, git};
use diagnostics::{Place, Problem};

/// A walk through the repository.
pub(crate) struct Listing<'a> {
    root: &'a Root,
}

impl<'a> Listing<'a> {
    pub fn of(root: &'a Root) -> Self {
        Self { root }
    }

    /// What a link leads to. One that leads to nothing, or out of the repository, is remembered, since nobody knows what
    /// would have been found behind it.
    pub fn of_link(&self, link: &RepoPath) -> Option<Kind> {
        // Editors say by such links who edits a file.
        if link.file_name().starts_with(".#") {
            return None;
        }
        let looked = self.root.beneath(link, open::Access::Look);
        match looked.and_then(|opened| open::kind(&opened).map_err(open::Refusal::Io)) {
            Ok(kind) => Some(Kind::of(kind)),
            Err(refusal) => {
                if let Some(problem) = refused::problem(link.as_str(), refusal) {
                    self.root.note(link.as_str(), problem);
                }
                None
            }
        }
    }

    /// Remembers a file that may not be read, be it read or not: an image may contain it, and neither Docker nor git can
    /// read it either.
    pub fn check(&self, file: &RepoPath) {
        let Ok(folder) = self.root.folder() else { return };
        if let Err(error) = accessat(folder, file.as_str(), Access::READ_OK, AtFlags::EACCESS) {
            self.cannot(file.as_str(), &error.into());
        }
    }

    pub fn cannot(&self, path: &str, error: &std::io::Error) {
        let shown = if path.is_empty() { "." } else { path };
        let problem = Problem::error(format!("cannot read `{shown}`: {error}")).at(Place::File(shown.to_owned()));
        self.root.note(path, problem);
    }
}

/// Those among the paths that git ignores, and which are therefore no part of the repository. None where there is no git.
pub fn ignored(root: &Path, paths: &[&str]) -> BTreeSet<String> {
    if paths.is_empty() {
        return BTreeSet::new();
    }
    let answer = git::ask(
        git::command(root).args([git::CHECK_LITERAL, "check-ignore", "--stdin", "-z"]),
        paths,
    )
    .unwrap_or_default();
    let names = answer.split('\0').filter(|name| !name.is_empty());
    names.map(str::to_owned).collect()
}
