//! Who uses a lib, and what has to change there when it gets a new version.

use std::collections::BTreeSet;

use pep440_rs::Version;

use super::{
    edit::Edits,
    range::{self, Moved},
};
use diagnostics::{Place, Problem};
use formats::PackageName;
use repo::{
    Package, Repo, RepoPath,
    lock::{self, Manager},
    manifest::{Constraint, Dependency},
};

/// Every package of the repository, libs first.
pub fn packages(repo: &Repo) -> impl Iterator<Item = &Package> {
    repo.libs
        .iter()
        .chain(repo.services.iter().map(|service| &service.package))
}

/// The manifest of a dependent, with each range on the lib that does not admit the version moved.
pub fn follow(package: &Package, lib: &PackageName, new: &Version, problems: &mut Vec<Problem>) -> Edits {
    let mut edits = Edits::of(&package.manifest.source);
    for constraint in requirements(package)
        .filter(|dependency| &dependency.name.value == lib)
        .filter_map(|dependency| dependency.constraint.as_ref())
    {
        let old = &constraint.text.value;
        match range::follow(old, constraint.dialect, new) {
            Ok(Moved::Stays) => {}
            Ok(Moved::To(text)) => problems.extend(edits.replace(&constraint.text, old, &text).err()),
            Ok(Moved::Unclear) => problems.push(
                Problem::error(format!(
                    "`{old}` does not admit {lib} {new}, and cannot be moved by itself"
                ))
                .at(constraint.text.place.clone())
                .remedy(format!(
                    "write a range that admits {new}, commit it, and run this again"
                )),
            ),
            Err(error) => problems.push(
                Problem::error(format!("`{old}` is not a version range: {error}")).at(constraint.text.place.clone()),
            ),
        }
    }
    edits
}

/// The locks that name the lib with its version: of packages that lead to it, through other libs too. That of a workspace names
/// the lib itself. A `pylock.toml` has only the folder, and many programs may have written it.
pub fn with_lock(repo: &Repo, lib: &PackageName) -> Vec<RepoPath> {
    let mut reached = BTreeSet::from([lib]);
    loop {
        let before = reached.len();
        for package in packages(repo) {
            if requirements(package).any(|dependency| reached.contains(&dependency.name.value)) {
                reached.insert(&package.name);
            }
        }
        if reached.len() == before {
            break;
        }
    }
    let is_lib = |package: &Package| package.name == *lib;
    let mut locks: Vec<RepoPath> = packages(repo)
        .filter(|package| reached.contains(&package.name))
        .filter(|package| match lock::manager(&repo.root, package) {
            Manager::Uv => true,
            Manager::Pylock => false,
            Manager::Poetry | Manager::Pdm | Manager::Pipenv => !is_lib(package),
        })
        .map(|package| lock::path(&repo.root, package))
        .filter(|lock| repo.root.has_file(lock))
        .collect();
    let mut seen = BTreeSet::new();
    locks.retain(|lock| seen.insert(lock.clone()));
    locks
}

/// Everything that a package asks for, in any group.
fn requirements(package: &Package) -> impl Iterator<Item = &Dependency> {
    let groups = package.manifest.groups.values();
    package
        .manifest
        .main
        .iter()
        .chain(groups.flat_map(|group| &group.dependencies))
}

/// Reads a version that a manifest or a person wrote.
pub fn version(package: &Package) -> Result<Version, Problem> {
    let Some(text) = &package.manifest.version else {
        let name = package.manifest.name.as_ref();
        let place = name.map_or_else(|| Place::File(package.dir.to_string()), |name| name.place.clone());
        return Err(
            Problem::error(format!("`{}` has no version in its manifest", package.name))
                .at(place)
                .note("a version that the build backend determines can differ on every machine")
                .remedy("write `version = \"…\"` under `[project]`, and take it out of `dynamic`"),
        );
    };
    text.value.parse().map_err(|error| {
        Problem::error(format!("`{}` is not a version (PEP 440): {error}", text.value)).at(text.place.clone())
    })
}

/// Whether a requirement admits a version. One without a range admits all.
pub fn admits(constraint: Option<&Constraint>, version: &Version) -> bool {
    constraint
        .is_none_or(|constraint| range::follow(&constraint.text.value, constraint.dialect, version) == Ok(Moved::Stays))
}
