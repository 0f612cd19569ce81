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
