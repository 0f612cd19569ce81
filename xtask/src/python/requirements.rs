//! What an environment is made from.

use std::path::Path;

use crate::{
    repo::{RepoPath, Source, lock::Lock, manifest::Manifest},
    report::Problem,
    requirements::{self, Selection},
};

/// The third-party packages of the main group and of some others, pinned by hash. Local packages are left out.
pub fn export(root: &Path, dir: &RepoPath, groups: &[String]) -> Result<String, Vec<Problem>> {
    let manifest = manifest(root, dir)?;
    let lock = Lock::read(&read(root, &dir.child("poetry.lock"))?)?;
    let mut selection = Selection::main();
    let groups = Selection::of_groups(groups.iter().map(String::as_str)).groups;
    selection.groups.extend(groups);
    let export = requirements::export(&manifest, &lock, &selection)?;
    let unpinned = export.check_hashes();
    if !unpinned.is_empty() {
        return Err(unpinned);
    }
    Ok(export.render())
}

/// The groups of a project, but for the main one.
pub fn groups(root: &Path, dir: &RepoPath) -> Result<Vec<String>, Vec<Problem>> {
    Ok(manifest(root, dir)?.groups.into_keys().collect())
}

fn manifest(root: &Path, dir: &RepoPath) -> Result<Manifest, Vec<Problem>> {
    let mut problems = Vec::new();
    let manifest = Manifest::read(&read(root, &dir.child("pyproject.toml"))?, &mut problems);
    manifest.filter(|_| problems.is_empty()).ok_or(problems)
}

fn read(root: &Path, path: &RepoPath) -> Result<Source, Problem> {
    Source::read(&path.under(root), path.as_str())
}
