//! Git, asked in the same way wherever something is asked of it.

use std::{
    path::Path,
    process::{Command, Stdio},
};

/// A run of git in a repository, to which a task adds its arguments. A hook's environment must not lead to another
/// repository; nothing is to be written to the index; what is said is English.
pub fn command(root: &Path) -> Command {
    let mut command = Command::new("git");
    command
        .arg("-C")
        .arg(root)
        .arg("--literal-pathspecs")
        .env("LC_ALL", "C")
        .env("GIT_OPTIONAL_LOCKS", "0")
        .stdin(Stdio::null());
    for variable in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"] {
        command.env_remove(variable);
    }
    command
}

/// Files and folders that git ignores, and that are therefore on this machine alone.
#[derive(Clone, Debug, Default)]
pub struct Ignored(Vec<String>);

impl Ignored {
    /// Those of a repository. Empty without git.
    pub fn of(root: &Path) -> Self {
        let mut command = command(root);
        command.args([
            "ls-files",
            "--others",
            "--ignored",
            "--exclude-standard",
            "--directory",
            "-z",
        ]);
        let Some(output) = command.output().ok().filter(|output| output.status.success()) else {
            return Self::default();
        };
        let names = output.stdout.split(|byte| *byte == 0).filter(|name| !name.is_empty());
        Self(names.map(|name| String::from_utf8_lossy(name).into_owned()).collect())
    }

    /// Whether a file is one of them, or lies in a folder that is.
    pub fn holds(&self, path: &str) -> bool {
        self.0.iter().any(|ignored| match ignored.strip_suffix('/') {
            Some(folder) => path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/')),
            None => ignored == path,
        })
    }

    /// Whether there are any.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
