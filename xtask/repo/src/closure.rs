//! Which libs a package needs: its path dependencies, and theirs.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Package, RepoPath,
    discover::Found,
    manifest::{Dependency, DependencySource},
};
use diagnostics::Problem;
use formats::PackageName;

/// The libs of a repository, by folder.
pub struct Libs<'a> {
    by_dir: BTreeMap<&'a RepoPath, &'a Package>,
    unusable: &'a BTreeSet<RepoPath>,
}

impl<'a> Libs<'a> {
    pub fn new(found: &'a Found) -> Self {
        Self {
            by_dir: found.packages.iter().map(|lib| (&lib.dir, lib)).collect(),
            unusable: &found.unusable,
        }
    }

    /// The libs that a package's main group leads to, directly or through other libs, by name.
    pub fn closure(&self, package: &'a Package, problems: &mut Vec<Problem>) -> Vec<PackageName> {
        let mut found = BTreeSet::new();
        self.follow(package, &mut vec![package], &mut found, problems);
        found.into_iter().collect()
    }

    fn follow(
        &self,
        package: &'a Package,
        open: &mut Vec<&'a Package>,
        found: &mut BTreeSet<PackageName>,
        problems: &mut Vec<Problem>,
    ) {
        for dependency in local(package) {
            let place = dependency
                .path()
                .map_or_else(|| dependency.place(), |path| path.place.clone());
            let lib = match self.resolve(package, dependency) {
                Ok(Some(lib)) => lib,
                Ok(None) => continue,
                Err(problem) => {
                    problems.push(*problem);
                    continue;
                }
            };
            if open.iter().any(|package| package.dir == lib.dir) {
                let names = open.iter().skip_while(|package| package.dir != lib.dir).chain([&lib]);
                let circle = names
                    .map(|package| package.name.as_str())
                    .collect::<Vec<_>>()
                    .join(" → ");
                problems.push(Problem::error(format!("path dependencies lead in a circle: {circle}")).at(place));
            } else if found.insert(lib.name.clone()) {
                open.push(lib);
                self.follow(lib, open, found, problems);
                open.pop();
            }
        }
    }

    /// The lib that a path dependency leads to. `None` where it cannot be used, which was reported there.
    fn resolve(&self, package: &Package, dependency: &Dependency) -> Result<Option<&'a Package>, Box<Problem>> {
        let Some(path) = dependency.path() else {
            let mut members = self.by_dir.values().copied();
            return Ok(members.find(|lib| lib.name == dependency.name.value));
        };
        let error = |message: String| Box::new(Problem::error(message).at(path.place.clone()));
        let Some(dir) = package.dir.join(&path.value) else {
            return Err(error(format!("`{}` leads out of the repository", path.value)));
        };
        if self.unusable.contains(&dir) {
            return Ok(None);
        }
        let Some(lib) = self.by_dir.get(&dir) else {
            let problem = error(format!(
                "path dependency `{}` leads to `{dir}`, which is not a lib",
                dependency.name.value
            ))
            .note("libs are the folders that `libs` in Cargo.toml matches and that contain a pyproject.toml");
            let meant = self.by_dir.values().find(|lib| lib.name == dependency.name.value);
            return Err(Box::new(match meant {
                Some(lib) => problem.remedy(format!("write `path = \"{}\"`", lib.dir.seen_from(&package.dir))),
                None => problem.remedy(format!(
                    "name the folder of `{}`, or let `libs` in Cargo.toml match `{dir}`",
                    dependency.name.value
                )),
            }));
        };
        if lib.name != dependency.name.value {
            return Err(Box::new(
                error(format!(
                    "the package in `{dir}` is `{}`, not `{}`",
                    lib.name, dependency.name.value
                ))
                .remedy(format!(
                    "call the package `{}` again in `{}`, or call it `{}` wherever it is required",
                    dependency.name.value,
                    dir.child("pyproject.toml"),
                    lib.name
                )),
            ));
        }
        Ok(Some(lib))
    }
}

/// The dependencies of a package's main group that are folders of the repository.
fn local(package: &Package) -> impl Iterator<Item = &Dependency> {
    let is_local = |dependency: &&Dependency| match dependency.source {
        DependencySource::Path { .. } | DependencySource::Workspace { .. } => true,
        DependencySource::Index(_) | DependencySource::Git { .. } | DependencySource::Url(_) => false,
    };
    package.manifest.main.iter().filter(is_local)
}
