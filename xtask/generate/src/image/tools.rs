//! uv and the PEP 517 backends, pinned by a lock of their own.

use super::pins::{self, pin_of};
use diagnostics::{Located, Place, Problem};
use formats::PackageName;
use python::constraint::{Dialect, VersionSet};
use repo::{
    Home, Package, Repo, RepoPath,
    lock::Manager,
    manifest::{BuildSystem, Dependency, DependencySource, Manifest},
};
use requirements::{BACKENDS, Export, Selection};

/// What the build stages run.
#[derive(Clone, Debug)]
pub struct Tools {
    /// Where the settings are.
    pub home: Home,
    /// The requirement file of the tools.
    pub requirements: RepoPath,
    /// The files that it is generated from.
    pub sources: Vec<RepoPath>,
    /// The locked versions of the tools.
    pub pins: Export,
    /// What locked them.
    pub manager: Manager,
}

impl Tools {
    /// Reads the lock of the tools, and checks that it holds uv and what every package is built with.
    pub fn read(repo: &Repo, problems: &mut Vec<Problem>) -> Option<Self> {
        let dir = &repo.settings.tools.value;
        let path = dir.child("pyproject.toml");
        let source = repo.root.source(&path);
        let source = source
            .map_err(|problem| problems.push(no_tools(problem, &repo.settings.tools)))
            .ok()?;
        let manifest = Manifest::read(&source, problems)?;
        let package = Package::read(&repo.root, dir, problems)?;
        let lock = pins::read_lock(repo, &package, problems)?;
        let mut export = pins::export(&manifest, &lock, &Selection::main(), problems)?;
        if manifest.groups.contains_key(BACKENDS) && (lacks_backend(repo, &export) || builds_from_git(repo)) {
            export = pins::export(&manifest, &lock, &Selection::main().with_group(BACKENDS), problems)?;
        }
        problems.extend(export.check_hashes());
        let tools = Self {
            requirements: dir.child("requirements.txt"),
            sources: if repo.settings.brings_tools {
                Vec::new()
            } else {
                vec![path, RepoPath::parse(lock.source.path())?]
            },
            manager: lock.format.manager(),
            home: repo.settings.home,
            pins: export,
        };
        let known = problems.len();
        tools.check_uv(repo, problems);
        let packages = repo.services.iter().map(|service| &service.package).chain(&repo.libs);
        for package in packages {
            tools.check_backend(dir, package, problems);
        }
        if repo.settings.brings_tools {
            name_own_lock(dir, &mut problems[known..]);
        }
        Some(tools)
    }

    fn check_uv(&self, repo: &Repo, problems: &mut Vec<Problem>) {
        if self.pins.pins.iter().any(|pin| pin.name.as_str() == "uv") {
            return;
        }
        let tools = &repo.settings.tools;
        let add = self.manager.add_command(&tools.value, None, "uv");
        problems.push(
            Problem::error(format!("the tools lock in `{}` pins no uv", tools.value))
                .at(tools.place.clone())
                .note("image builds install packages with it")
                .remedy(format!("run `{add}`")),
        );
    }

    /// Wheels are built without isolation, so what the package is built with has to be among the tools.
    fn check_backend(&self, dir: &RepoPath, package: &Package, problems: &mut Vec<Problem>) {
        // What computes it need not be pinned.
        if let Some(problem) = package.version_of_git() {
            problems.push(problem);
            return;
        }
        let mut reported = Vec::new();
        for requirement in requires(package) {
            let Some(dependency) = Dependency::pep508(requirement.clone(), &mut reported) else {
                continue;
            };
            let name: &PackageName = &dependency.name.value;
            let specifiers = dependency
                .constraint
                .as_ref()
                .map_or("", |constraint| constraint.text.value.as_str());
            let wanted = format!("\"{name}{specifiers}\"");
            let remedy = format!("run `{}`", self.manager.add_command(dir, None, &wanted));
            let Some(pin) = pin_of(&self.pins, name) else {
                problems.push(
                    Problem::error(format!(
                        "`{}` is built with `{name}`, which the tools lock does not pin",
                        package.name
                    ))
                    .at(requirement.place)
                    .note("images build wheels from pinned tools, without resolving anything")
                    .remedy(remedy),
                );
                continue;
            };
            let allowed = VersionSet::parse(specifiers, Dialect::Pep440).unwrap_or_else(|_| VersionSet::any());
            let is_allowed = pin.version.parse().is_ok_and(|version| allowed.contains(&version));
            if !specifiers.is_empty() && !is_allowed {
                problems.push(
                    Problem::error(format!(
                        "`{}` is built with `{name}{specifiers}`, but the tools lock pins {}",
                        package.name, pin.version
                    ))
                    .at(requirement.place)
                    .at(pin.place.clone())
                    .remedy(remedy),
                );
            }
        }
        problems.extend(reported);
    }
}

/// Whether a package is built with what these pins lack.
fn lacks_backend(repo: &Repo, pins: &Export) -> bool {
    let packages = repo.services.iter().map(|service| &service.package).chain(&repo.libs);
    let mut wanted = packages.flat_map(requires);
    wanted.any(|requirement| {
        let dependency = Dependency::pep508(requirement, &mut Vec::new());
        dependency.is_some_and(|dependency| pin_of(pins, &dependency.name.value).is_none())
    })
}

/// Whether wheels are made of commits of git, whose backends are not known here.
fn builds_from_git(repo: &Repo) -> bool {
    let packages = repo.services.iter().map(|service| &service.package).chain(&repo.libs);
    let manifests = packages.map(|package| &package.manifest);
    let mut asked = manifests.flat_map(|manifest| {
        let groups = manifest.groups.values().flat_map(|group| &group.dependencies);
        manifest.main.iter().chain(groups)
    });
    asked.any(|dependency| matches!(dependency.source, DependencySource::Git { .. }))
}

/// `[build-system] requires`; without that table it is setuptools (PEP 517).
fn requires(package: &Package) -> Vec<Located<String>> {
    if package.is_program {
        return Vec::new();
    }
    match &package.manifest.build {
        Some(BuildSystem { requires, .. }) => requires.clone(),
        None => vec![Located {
            value: "setuptools".into(),
            place: Place::File(package.dir.child("pyproject.toml").to_string()),
        }],
    }
}

/// Nobody adds to a lock that is part of the program: what it lacks, a lock of the repository has to pin.
fn name_own_lock(dir: &RepoPath, problems: &mut [Problem]) {
    let of_folder = format!("--directory {dir} ");
    for problem in problems {
        if problem
            .remedy
            .as_ref()
            .is_some_and(|remedy| remedy.contains(&of_folder))
        {
            problem.remedy = Some(
                "set `tools` to a folder of the repository whose pyproject.toml and poetry.lock pin uv and this"
                    .to_owned(),
            );
        }
    }
}

fn no_tools(problem: Problem, dir: &Located<RepoPath>) -> Problem {
    problem
        .note(format!(
            "`{}` contains the manifest and the lock that pin uv and the build backends",
            dir.value
        ))
        .remedy("set `tools` in Cargo.toml to the folder where they are, or leave it out: the tool has its own lock")
}
