//! What became of the libs since they were released, by git. Without git, or without a tag, nothing is known.

use std::collections::{BTreeMap, BTreeSet};

use formats::PackageName;
use repo::Root;
use repo::{Package, RepoPath, git};

/// The tag of a release, and the files of the wheel that are others now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edited {
    /// The tag, as git has it.
    pub tag: String,
    /// The paths of the files, as the wheel has them.
    pub files: Vec<String>,
}

impl Edited {
    /// The first file in backquotes, and how many more there are.
    pub fn shown(&self) -> String {
        let first = self.first();
        match self.files.len() {
            0 | 1 => format!("`{first}`"),
            number => format!("`{first}` and {} more", number - 1),
        }
    }

    /// The first file.
    pub fn first(&self) -> &str {
        self.files.first().map_or("", String::as_str)
    }
}

/// Libs whose version is released already, and that were edited after that.
pub fn edited(root: &Root, libs: &[Package]) -> BTreeMap<PackageName, Edited> {
    // Most libs are at a version without a tag, and git is asked about none of these.
    let tags = said_by_git(root, &["tag", "--list", "*-v*"], &[]).unwrap_or_default();
    let tags: BTreeSet<&str> = tags.lines().collect();
    let edited = libs.iter().filter_map(|lib| {
        let tag = format!("{}-v{}", lib.name, lib.manifest.version.as_ref()?.value);
        let reference = tags
            .contains(tag.as_str())
            .then(|| format!("refs/tags/{tag}^{{commit}}"))?;
        let said = said_by_git(
            root,
            &["diff", "--name-only", "--no-renames", "--relative", "-z", &reference],
            &lib.build_inputs,
        )?;
        let files: Vec<String> = said
            .split('\0')
            .filter(|file| !file.is_empty())
            .map(str::to_owned)
            .collect();
        (!files.is_empty()).then(|| (lib.name.clone(), Edited { tag, files }))
    });
    edited.collect()
}

/// What git says; `None` where it says no, or is not there.
fn said_by_git(root: &Root, arguments: &[&str], paths: &[RepoPath]) -> Option<String> {
    let mut command = git::command(root);
    command.args(arguments);
    if !paths.is_empty() {
        command.arg("--").args(paths.iter().map(RepoPath::as_str));
    }
    let output = command.output().ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}
