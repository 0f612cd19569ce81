use formats::normalised;
use std::collections::BTreeSet;

use diagnostics::{Place, Problem};
use repo::{
    lock::{Lock, folder},
    manifest::{MAIN, Manifest},
    toml::quoted,
};

/// Groups and extras of one project to install.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection {
    /// Normalised; `main` is the project's own dependencies.
    pub groups: BTreeSet<String>,
    /// The extras of the project.
    pub extras: Extras,
}

/// Which extras of a project are installed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Extras {
    /// All of them.
    All,
    /// Normalised.
    Named(BTreeSet<String>),
}

/// The group of a tools lock with the build backends that are not in its main group: installed where a package needs one of them.
pub const BACKENDS: &str = "backends";

impl Selection {
    /// Groups of these names, without extras.
    pub fn of_groups<'a>(groups: impl IntoIterator<Item = &'a str>) -> Self {
        Self {
            groups: groups.into_iter().map(normalised).collect(),
            extras: Extras::Named(BTreeSet::new()),
        }
    }

    /// The main group alone, without extras.
    pub fn main() -> Self {
        Self::of_groups([MAIN])
    }

    /// The same, and a group of this name.
    #[must_use]
    pub fn with_group(mut self, name: &str) -> Self {
        self.groups.insert(normalised(name));
        self
    }

    /// The same groups, with extras of these names.
    #[must_use]
    pub fn with_extras<'a>(mut self, extras: impl IntoIterator<Item = &'a str>) -> Self {
        self.extras = Extras::Named(extras.into_iter().map(normalised).collect());
        self
    }

    /// Every group of the manifest, optional ones included.
    pub fn all_groups(manifest: &Manifest) -> Self {
        Self::of_groups(manifest.groups.keys().map(String::as_str).chain([MAIN]))
    }

    pub(super) fn extras(&self, manifest: &Manifest) -> BTreeSet<String> {
        match &self.extras {
            Extras::All => manifest.extras.keys().cloned().collect(),
            Extras::Named(names) => names.clone(),
        }
    }

    /// A problem for every group and extra that neither the manifest has nor, of groups, the workspace around it.
    pub(super) fn unknown(&self, manifest: &Manifest, lock: &Lock) -> Vec<Problem> {
        let mut problems = Vec::new();
        for group in &self.groups {
            let is_locked = || lock.packages.iter().any(|package| package.groups.contains_key(group));
            if group != MAIN && !manifest.groups.contains_key(group) && !is_locked() {
                problems.push(unknown("group", group, manifest, manifest.groups.keys()));
            }
            problems.extend(unlocked("group", group, manifest, lock));
        }
        if let Extras::Named(names) = &self.extras {
            let strange = names.iter().filter(|name| !manifest.extras.contains_key(*name));
            problems.extend(strange.map(|name| unknown("extra", name, manifest, manifest.extras.keys())));
            problems.extend(names.iter().filter_map(|name| unlocked("extra", name, manifest, lock)));
        }
        problems
    }
}

/// A `pylock.toml` may have been written for some groups and extras of its manifest only.
fn unlocked(kind: &str, name: &str, manifest: &Manifest, lock: &Lock) -> Option<Problem> {
    let offers = lock.offers.as_ref()?;
    let (is_asked_for_something, is_offered) = match kind {
        "group" => (
            manifest
                .groups
                .get(name)
                .is_some_and(|group| !group.dependencies.is_empty()),
            offers.groups.contains(name),
        ),
        _ => (manifest.extras.contains_key(name), offers.extras.contains(name)),
    };
    if !is_asked_for_something || is_offered {
        return None;
    }
    let (path, of) = (lock.source.path(), manifest.source.path());
    let problem = Problem::error(format!("`{path}` was not locked for the {kind} `{name}` of `{of}`"));
    let problem = problem.at(Place::File(path.to_owned()));
    let folder = folder(path);
    Some(match kind {
        "group" => problem
            .note("its `dependency-groups` lists the groups that its markers distinguish (PEP 751)")
            .remedy(format!(
                "lock the group in a file of its own, with `pip lock --group {name} --output pylock.{name}.toml` or `uv export --format pylock.toml --only-group {name} --output-file pylock.{name}.toml` in {folder}, or lock with `pdm lock`, which records all groups in one file"
            )),
        _ => problem
            .note("its `extras` lists the extras that its markers distinguish (PEP 751)")
            .remedy(format!("lock with a program that records extras, as `pdm lock` in {folder} does")),
    })
}

fn unknown<'a>(kind: &str, name: &str, manifest: &Manifest, known: impl Iterator<Item = &'a String>) -> Problem {
    let known: Vec<&str> = known.map(String::as_str).collect();
    let path = manifest.source.path();
    let problem = Problem::error(format!("`{path}` has no {kind} `{name}`")).at(Place::File(path.to_owned()));
    match known.as_slice() {
        [] => problem.remedy(format!("`{path}` has no {kind}s at all")),
        known => problem.remedy(format!("it has {}", quoted(known))),
    }
}
