//! What an environment is made from.

use diagnostics::{Problem, Source};
use python::marker::Marker;
use repo::Root;
use repo::{
    Package, RepoPath, Settings,
    lock::{self, Lock, LockCache},
    manifest::Manifest,
};
use requirements::{self, Pin, Selection};
use std::sync::Arc;

/// What a lock installs.
pub struct Requirements {
    /// A requirement file, with hashes.
    pub pins: String,
    /// Commits of git, which no hash can vouch for, as requirements.
    pub git: Vec<String>,
}

/// The same of tools, which are pinned by hash, all of them.
pub fn of_tools(root: &Root, dir: &RepoPath, groups: &[String]) -> Result<String, Vec<Problem>> {
    Ok(select(root, dir, groups, false)?.pins)
}

/// The third-party packages of the main group and of some others, pinned by hash or by commit. Local packages are left out.
pub fn export(root: &Root, dir: &RepoPath, groups: &[String]) -> Result<Requirements, Vec<Problem>> {
    select(root, dir, groups, true)
}

fn select(root: &Root, dir: &RepoPath, groups: &[String], takes_git: bool) -> Result<Requirements, Vec<Problem>> {
    let (manifest, lock) = project(root, dir)?;
    let mut selection = Selection::main();
    let groups = Selection::of_groups(groups.iter().map(String::as_str)).groups;
    selection.groups.extend(groups);
    let mut export = requirements::export(&manifest, &lock, &selection)?;
    let git = if takes_git { export.take_git() } else { Vec::new() };
    let unpinned = export.check_hashes();
    if !unpinned.is_empty() {
        return Err(unpinned);
    }
    let with_marker = |pin: &Pin| format!("{} ; {}", pin.requirement(), pin.marker);
    Ok(Requirements {
        pins: export.render(),
        git: git
            .iter()
            .map(|pin| {
                if pin.marker == Marker::TRUE {
                    pin.requirement()
                } else {
                    with_marker(pin)
                }
            })
            .collect(),
    })
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
