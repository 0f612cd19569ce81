//! What a command installs.

use std::path::Path;

use super::files::{self, Copied};
use crate::{
    evidence::shell::{Simple, Word},
    repo::RepoPath,
    report::Place,
};

/// One command that puts Python packages somewhere, or chooses versions.
#[derive(Clone, Debug)]
pub struct Install {
    pub by: By,
    /// `-r`.
    pub files: Vec<Requirements>,
    /// Named on the command line, as written.
    pub packages: Vec<String>,
    /// `-e`, as written.
    pub editable: Vec<String>,
    /// `poetry install --no-directory`: path dependencies are left out.
    pub is_without_directories: bool,
    pub is_hashed: bool,
    /// From a folder of wheels alone.
    pub is_offline: bool,
    pub groups: Groups,
    pub place: Place,
}

/// Which program, and what it does about versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// `pip install`, `uv pip install`, `uv pip sync`.
    Pip,
    /// `poetry install`, `poetry sync`: what the lock says.
    Poetry,
    /// `uv sync --frozen` or `--locked`: what the lock says.
    Uv,
    /// `poetry lock`, `poetry update`, `poetry add`, `uv lock`, `uv sync` and the like: chooses versions.
    Resolver,
}

/// Which groups of a lock.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Groups {
    /// `--only`; everything else is left out.
    pub only: Vec<String>,
    pub without: Vec<String>,
    pub with: Vec<String>,
}

impl Groups {
    /// Whether a group that is not optional is installed.
    pub fn takes(&self, group: &str) -> bool {
        let listed = |list: &[String]| list.iter().any(|name| name == group);
        (self.only.is_empty() || listed(&self.only)) && !listed(&self.without)
    }
}

/// A requirement file, and where it comes from.
#[derive(Clone, Debug)]
pub struct Requirements {
    pub written: String,
    /// `None` where no file of the repository stands there.
    pub path: Option<RepoPath>,
}

/// Where a command runs.
pub struct Setting<'a> {
    pub root: &'a Path,
    pub workdir: &'a str,
    pub mounted: &'a [Copied],
    pub copied: &'a [Copied],
    pub place: Place,
    /// By the environment.
    pub requires_hashes: bool,
}

/// `None` where the command installs no Python package. `Err` where it does, and what cannot be told.
pub fn read(command: &Simple, setting: &Setting<'_>) -> Option<Result<Install, &'static str>> {
    let (program, arguments) = program(&command.words)?;
    let verbs: Vec<&str> = arguments
        .iter()
        .map(|word| word.text.as_str())
        .filter(|word| !word.starts_with('-'))
        .take(2)
        .collect();
    let by = match (program.as_str(), verbs.as_slice()) {
        ("pip", ["install", ..]) | ("uv", ["pip", "install" | "sync"]) => By::Pip,
        ("poetry", ["install" | "sync", ..]) => By::Poetry,
        ("poetry", ["lock" | "update" | "add", ..]) | ("uv", ["lock" | "add", ..]) => By::Resolver,
        ("uv", ["sync", ..]) => match arguments
            .iter()
            .any(|word| matches!(word.text.as_str(), "--frozen" | "--locked"))
        {
            true => By::Uv,
            false => By::Resolver,
        },
        (_, _) => return None,
    };
    if command.is_conditional {
        return Some(Err("whether it runs depends on a condition"));
    }
    if command.words.iter().any(|word| !word.is_clear) {
        return Some(Err("a part of it has no value that can be told from the file"));
    }
    let rest = arguments
        .iter()
        .skip_while(|word| word.text.starts_with('-'))
        .skip(if verbs.first() == Some(&"pip") { 2 } else { 1 });
    Some(Ok(Install::of(by, &rest.collect::<Vec<_>>(), setting)))
}

/// The installer and its arguments: `/opt/bin/pip3.12`, `python -m pip`.
fn program(words: &[Word]) -> Option<(String, &[Word])> {
    let (first, rest) = words.split_first()?;
    let name = first.text.rsplit('/').next().unwrap_or_default();
    let is_python = name
        .strip_prefix("python")
        .is_some_and(|version| version.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.'));
    if is_python {
        let module = rest.iter().position(|word| word.text == "-m")?;
        return program(rest.get(module + 1..)?);
    }
    let bare = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    matches!(bare, "pip" | "uv" | "poetry").then(|| (bare.to_owned(), rest))
}

impl Install {
    fn of(by: By, arguments: &[&Word], setting: &Setting<'_>) -> Self {
        let mut install = Self {
            by,
            files: Vec::new(),
            packages: Vec::new(),
            editable: Vec::new(),
            is_without_directories: false,
            is_hashed: setting.requires_hashes,
            is_offline: false,
            groups: Groups::default(),
            place: setting.place.clone(),
        };
        let mut words = arguments.iter().map(|word| word.text.as_str());
        while let Some(word) = words.next() {
            let (name, inline) = match word.split_once('=') {
                Some((name, value)) if name.starts_with("--") => (name, Some(value)),
                Some(_) | None => (word, None),
            };
            if let Some(file) = word.strip_prefix("-r").filter(|file| !file.is_empty()) {
                install.add_file(file, setting);
                continue;
            }
            if !name.starts_with('-') {
                match (by, word.rsplit_once('.')) {
                    // `uv pip sync` takes files where `install` takes names.
                    (By::Pip, Some((_, "txt"))) => install.add_file(word, setting),
                    (By::Pip, Some(_) | None) => install.packages.push(word.to_owned()),
                    (By::Poetry | By::Uv | By::Resolver, Some(_) | None) => {}
                }
                continue;
            }
            if !takes_value(name) {
                install.flag(name);
                continue;
            }
            let Some(value) = inline.or_else(|| words.next()) else {
                break;
            };
            install.option(name, value, setting);
        }
        install
    }

    fn flag(&mut self, name: &str) {
        match name {
            "--require-hashes" => self.is_hashed = true,
            "--no-directory" => self.is_without_directories = true,
            "--no-index" => self.is_offline = true,
            "--no-dev" => self.groups.without.push("dev".into()),
            "--only-root" => self.groups.only.push(String::new()),
            _ => {}
        }
    }

    fn option(&mut self, name: &str, value: &str, setting: &Setting<'_>) {
        let list = || value.split(',').map(|group| group.trim().to_owned());
        match name {
            "-r" | "--requirement" | "--requirements" => self.add_file(value, setting),
            "-e" | "--editable" => self.editable.push(value.to_owned()),
            "--only" | "--only-group" => self.groups.only.extend(list()),
            "--without" | "--no-group" => self.groups.without.extend(list()),
            "--with" | "--group" => self.groups.with.extend(list()),
            _ => {}
        }
    }

    fn add_file(&mut self, written: &str, setting: &Setting<'_>) {
        let path = files::absolute(setting.workdir, written);
        let there = files::at(setting.root, setting.copied.iter().chain(setting.mounted), &path);
        self.files.push(Requirements {
            written: written.to_owned(),
            path: there,
        });
    }
}

/// Options of these programs that are followed by a value, the ones that stand in Dockerfiles.
fn takes_value(name: &str) -> bool {
    [
        "-r",
        "--requirement",
        "--requirements",
        "-c",
        "--constraint",
        "--constraints",
        "-t",
        "--target",
        "--prefix",
        "--root",
        "-i",
        "--index-url",
        "--extra-index-url",
        "-f",
        "--find-links",
        "--trusted-host",
        "--python",
        "-p",
        "--cache-dir",
        "--only",
        "--without",
        "--with",
        "--group",
        "--no-group",
        "--only-group",
        "--only-binary",
        "--no-binary",
        "--timeout",
        "--retries",
        "--link-mode",
        "--index-strategy",
        "--extra",
        "-E",
        "--extras",
        "-C",
        "--directory",
        "--project",
        "--index",
        "--default-index",
        "--platform",
        "--python-version",
        "--root-user-action",
        "--progress-bar",
        "--src",
        "-e",
        "--editable",
        "-P",
    ]
    .contains(&name)
}
