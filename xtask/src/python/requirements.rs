//! What an environment is made from.

use std::path::Path;

use crate::{
    repo::{RepoPath, Source, lock::Lock, manifest::Manifest},
    report::Problem,
    requirements::{self, Selection},
};

/// The third-party packages of the main group and of some others, pinned by hash. Local packages are left out.
pub fn export(root: &Path, dir: &RepoPath, groups: &[String]) -> Result<String, Vec<Problem>> {
    let read = |name: &str| {
        let path = dir.child(name);
        Source::read(&path.under(root), path.as_str())
    };
    let mut problems = Vec::new();
    let manifest = Manifest::read(&read("pyproject.toml")?, &mut problems);
    let Some(manifest) = manifest.filter(|_| problems.is_empty()) else {
        return Err(problems);
    };
    let lock = Lock::read(&read("poetry.lock")?)?;
    let mut selection = Selection::main();
    selection
        .groups
        .extend(Selection::of_groups(groups.iter().map(String::as_str)).groups);
    let export = requirements::export(&manifest, &lock, &selection)?;
    let unpinned = export.check_hashes();
    if !unpinned.is_empty() {
        return Err(unpinned);
    }
    Ok(export.render())
}
