//! What a walk through the repository comes across and cannot read.

use std::{
    collections::BTreeSet,
    io::Write,
    path::Path,
    process::{Command, Stdio},
};

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
    ask(git::command(root).args(["check-ignore", "--stdin", "-z"]), paths).unwrap_or_default()
}

fn ask(command: &mut Command, paths: &[&str]) -> std::io::Result<BTreeSet<String>> {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let input: String = paths.iter().flat_map(|path| [*path, "\0"]).collect();
    let stdin = child.stdin.take();
    let written = std::thread::spawn(move || stdin.map(|mut stdin| stdin.write_all(input.as_bytes())));
    let output = child.wait_with_output()?;
    let _ = written.join();
    let names = output.stdout.split(|byte| *byte == 0).filter(|name| !name.is_empty());
    Ok(names.map(|name| String::from_utf8_lossy(name).into_owned()).collect())
}
