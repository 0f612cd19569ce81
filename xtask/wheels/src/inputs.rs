//! The files that a wheel is built from, with their content: exactly these are staged, and their digest tells whether
//! anything has to be built.

use std::{collections::BTreeSet, path::Path};

use repo::Root;
use repo::root::Kind;
use sha2::{Digest, Sha256};
use walkdir::WalkDir;

use super::digest::hex;
use diagnostics::{Place, Problem};
use repo::{Package, RepoPath};

/// One file, as it goes into the staged copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputFile {
    pub path: RepoPath,
    pub content: Vec<u8>,
    /// All of a file's mode that git keeps, and all that is staged.
    /// By git's index; by the disk where there is no repository.
    pub is_executable: bool,
}

/// The files of one package, by path.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inputs {
    pub files: Vec<InputFile>,
}

impl Inputs {
    /// Reads the files below the package's build inputs. `known` are those that git does not ignore, where there is git.
    pub fn read(
        root: &Root,
        package: &Package,
        known: Option<&BTreeSet<RepoPath>>,
        problems: &mut Vec<Problem>,
    ) -> Self {
        let before = problems.len();
        let mut files: Vec<InputFile> = Vec::new();
        for input in &package.build_inputs {
            let found = walk(root, input, problems);
            let is_kept = |path: &RepoPath| known.is_none_or(|known| known.contains(path));
            let kept: Vec<RepoPath> = found.iter().filter(|path| is_kept(path)).cloned().collect();
            if kept.is_empty() && before == problems.len() {
                problems.push(nothing_of(input, !found.is_empty()));
            }
            files.extend(kept.into_iter().filter_map(|path| read(root, path, problems)));
        }
        files.sort_by(|a, b| a.path.cmp(&b.path));
        files.dedup_by(|a, b| a.path == b.path);
        Self { files }
    }

    pub fn get(&self, path: &RepoPath) -> Option<&InputFile> {
        self.files.iter().find(|file| file.path == *path)
    }

    /// A digest of paths, modes and content.
    pub fn digest(&self) -> String {
        let mut hasher = Sha256::new();
        for file in &self.files {
            for part in [file.path.as_str().as_bytes(), &file.content] {
                hasher.update((part.len() as u64).to_le_bytes());
                hasher.update(part);
            }
            hasher.update([u8::from(file.is_executable)]);
        }
        hex(&hasher.finalize())
    }
}

/// Whether a file or folder is what a tool leaves among sources. It is left out even where git was made to know it.
fn is_cache(name: &str) -> bool {
    let caches = [
        "__pycache__",
        ".DS_Store",
        ".mypy_cache",
        ".pytest_cache",
        ".ruff_cache",
    ];
    caches.contains(&name)
        || [".pyc", ".pyo", ".egg-info"]
            .iter()
            .any(|ending| name.ends_with(ending))
}

/// The files below a path. Links to files are followed, if they stay inside.
fn walk(root: &Root, input: &RepoPath, problems: &mut Vec<Problem>) -> Vec<RepoPath> {
    let mut found = Vec::new();
    let entries = WalkDir::new(input.under(root))
        .follow_root_links(false)
        .sort_by_file_name()
        .into_iter();
    let is_wanted = |entry: &walkdir::DirEntry| entry.depth() == 0 || !is_cache(&entry.file_name().to_string_lossy());
    for entry in entries.filter_entry(is_wanted) {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                problems.push(unreadable(input, &error));
                continue;
            }
        };
        if entry.file_type().is_dir() {
            continue;
        }
        let relative = entry
            .path()
            .strip_prefix(root)
            .ok()
            .and_then(Path::to_str)
            .and_then(RepoPath::parse);
        let Some(path) = relative else {
            let shown = entry.path().display();
            problems
                .push(Problem::error(format!("the name of `{shown}` is not UTF-8")).at(Place::File(shown.to_string())));
            continue;
        };
        if entry.path_is_symlink()
            && let Some(problem) = wrong_link(root, &path)
        {
            problems.push(problem);
            continue;
        }
        found.push(path);
    }
    found
}

/// A link is staged as the file that it leads to, which has to be a file of the repository.
fn wrong_link(root: &Root, path: &RepoPath) -> Option<Problem> {
    match root.kind_if_readable(path) {
        Ok(Some(Kind::Folder)) => Some(
            Problem::error(format!("`{path}` is a link to a folder"))
                .at(Place::File(path.to_string()))
                .note("a wheel cannot contain links")
                .remedy("put the files themselves there"),
        ),
        // What is not a regular file is refused when it is opened.
        Ok(_) => None,
        Err(problem) => Some(problem),
    }
}

fn read(root: &Root, path: RepoPath, problems: &mut Vec<Problem>) -> Option<InputFile> {
    let read = root
        .executable_bytes(&path)
        .and_then(|read| read.ok_or_else(|| unreadable(&path, &"it does not exist")));
    match read {
        Ok((content, is_executable)) => Some(InputFile {
            path,
            content,
            is_executable,
        }),
        Err(problem) => {
            problems.push(problem);
            None
        }
    }
}

fn unreadable(path: &RepoPath, error: &dyn std::fmt::Display) -> Problem {
    Problem::error(format!("cannot read `{path}`: {error}")).at(Place::File(path.to_string()))
}

fn nothing_of(input: &RepoPath, is_ignored: bool) -> Problem {
    let place = Place::File(input.to_string());
    if is_ignored {
        Problem::error(format!("git ignores `{input}`, which the manifest puts into the wheel"))
            .at(place)
            .remedy(format!(
                "run `git add --force {input}`, or change the `.gitignore` that names it"
            ))
    } else {
        Problem::error(format!(
            "`{input}` contains no file, although the manifest puts it into the wheel"
        ))
        .at(place)
    }
}
