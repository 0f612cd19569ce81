//! The one place that turns a lock into requirements. Until the native export lands, Poetry does it.

use std::path::Path;

use xshell::cmd;

use crate::{
    process::shell,
    repo::RepoPath,
    report::{Place, Problem},
};

/// The third-party packages of the main group and of some others, pinned by hash. Local packages are left out.
pub fn export(root: &Path, dir: &RepoPath, groups: &[String]) -> Result<String, Problem> {
    let shell = shell()?;
    let poetry = std::env::var("XTASK_POETRY").unwrap_or_else(|_| "/work/shared/lab/poetry.sh".into());
    let with = groups.iter().flat_map(|group| ["--with", group.as_str()]);
    shell.change_dir(dir.under(root));
    let text = cmd!(shell, "{poetry} export {with...}")
        .quiet()
        .ignore_stderr()
        .read()
        .map_err(|error| {
            Problem::error(format!("cannot export the lock: {error}"))
                .at(Place::File(dir.child("poetry.lock").to_string()))
        })?;
    let mut kept = String::new();
    let mut local = false;
    for line in text.lines() {
        if !line.starts_with(' ') {
            local = line.contains("file://") || line.starts_with("-e");
        }
        if !local {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    Ok(kept)
}
