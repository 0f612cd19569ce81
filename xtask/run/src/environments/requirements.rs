//! What an environment is made from.

use diagnostics::{Problem, Source};
use repo::Root;
use repo::{
    Package, RepoPath, Settings,
    lock::{self, Lock, LockCache},
    manifest::Manifest,
};
use requirements::{self, Selection};
use std::sync::Arc;

/// The third-party packages of the main group and of some others, pinned by hash. Local packages are left out.
pub fn export(root: &Root, dir: &RepoPath, groups: &[String]) -> Result<String, Vec<Problem>> {
    let (manifest, lock) = project(root, dir)?;
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

/// The packages that the tools' lock names, whatever their group, as what tells whether one of them brings a program: `NAME`,
/// or `NAME-…` where somebody packages a program of that name.
pub fn pinned(root: &Root, settings: &Settings) -> Result<impl Fn(&str) -> bool, Vec<Problem>> {
    let (_, lock) = project(root, &settings.tools.value)?;
    let needed = lock.packages.iter().filter(|package| !package.groups.is_empty());
    let names: Vec<String> = needed.map(|package| package.name.to_string()).collect();
    Ok(move |program: &str| {
        let is_of = |name: &String| {
            name.strip_prefix(program)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
        };
        names.iter().any(is_of)
    })
}

/// The groups of a project, but for the main one.
pub fn groups(root: &Root, dir: &RepoPath) -> Result<Vec<String>, Vec<Problem>> {
    Ok(manifest(root, dir)?.groups.into_keys().collect())
}

fn manifest(root: &Root, dir: &RepoPath) -> Result<Manifest, Vec<Problem>> {
    let mut problems = Vec::new();
    let manifest = Manifest::read(&read(root, &dir.child("pyproject.toml"))?, &mut problems);
    manifest.filter(|_| problems.is_empty()).ok_or(problems)
}

/// A project with its lock. The contents of its wheel do not matter.
fn project(root: &Root, dir: &RepoPath) -> Result<(Manifest, Arc<Lock>), Vec<Problem>> {
    let mut problems = Vec::new();
    let package = Package::read(root, dir, &mut problems).filter(|_| problems.is_empty());
    let Some(package) = package else {
        // A reader of packages does not report an absent manifest.
        read(root, &dir.child("pyproject.toml"))?;
        return Err(problems);
    };
    let lock = lock::of(&LockCache::default(), root, &package)?;
    Ok((package.manifest, lock))
}

fn read(root: &Root, path: &RepoPath) -> Result<Source, Problem> {
    root.source(path)
}
