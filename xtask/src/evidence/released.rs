//! What became of the libs since they were released, by git. Without git, or without a tag, nothing is known.

use std::{
    collections::BTreeMap,
    path::Path,
    process::{Command, Stdio},
};

use crate::repo::{Package, PackageName, RepoPath};

/// The tag of a release, and the files of the wheel that are others now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edited {
    pub tag: String,
    pub files: Vec<String>,
}

/// Libs whose version is released already, and that were edited after that.
pub fn edited(root: &Path, libs: &[Package]) -> BTreeMap<PackageName, Edited> {
    let edited = libs.iter().filter_map(|lib| {
        let tag = format!("{}-v{}", lib.name, lib.manifest.version.as_ref()?.value);
        let reference = format!("refs/tags/{tag}^{{commit}}");
        git(root, &["rev-parse", "--verify", "--quiet", &reference], &[])?;
        let said = git(
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
fn git(root: &Path, arguments: &[&str], paths: &[RepoPath]) -> Option<String> {
    let mut command = Command::new("git");
    command
        .arg("-C")
        .arg(root)
        .args(["--no-optional-locks", "--literal-pathspecs"])
        .args(arguments);
    if !paths.is_empty() {
        command.arg("--").args(paths.iter().map(RepoPath::as_str));
    }
    // A hook's environment must not lead to another repository.
    for variable in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"] {
        command.env_remove(variable);
    }
    let output = command.stdin(Stdio::null()).output().ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}
