//! How the two images of a service are built by hand: `dockerfiles` in `[tool.xtask]` of its `pyproject.toml`.
//!
//! ```toml
//! [tool.xtask.dockerfiles]
//! dev = { file = "Dockerfile", target = "development", build-args = { INSTALL_DEV = "true" }, context = "../.." }
//! prod = { file = "Dockerfile" }
//! ```
//!
//! Paths are relative to the folder of the service. What is not said has a default: the file whose name tells the
//! flavour, the last stage, no arguments, and as context the folder that holds what is copied. Only `verify-parity` reads this; files that the xtask draws need none of it.

use std::collections::BTreeMap;

use super::{RepoPath, keys, toml::Table};
use diagnostics::Located;
use diagnostics::Problem;

/// Empty where nothing is said.
#[derive(Clone, Debug, Default)]
pub struct Dockerfiles {
    /// How the development image is built.
    pub dev: Option<Build>,
    /// How the production image is built.
    pub prod: Option<Build>,
}

/// What one image is built from.
#[derive(Clone, Debug)]
pub struct Build {
    /// Relative to the folder of the service.
    pub file: Option<Located<String>>,
    /// The stage that is built.
    pub target: Option<Located<String>>,
    /// Build arguments by name.
    pub arguments: BTreeMap<String, String>,
    /// Relative to the folder of the service.
    pub context: Option<Located<String>>,
}

impl Dockerfiles {
    /// Reads `[tool.xtask.dockerfiles]` of a service.
    pub fn read(service: Table<'_>, problems: &mut Vec<Problem>) -> Self {
        let Some(table) = service.table("dockerfiles", problems) else {
            return Self::default();
        };
        table.reject_unknown(&keys::DOCKERFILES, problems);
        let mut build = |key: &str| {
            let table = table.table(key, problems)?;
            Some(Build::read(table, problems))
        };
        Self {
            dev: build("dev"),
            prod: build("prod"),
        }
    }
}

impl Build {
    fn read(table: Table<'_>, problems: &mut Vec<Problem>) -> Self {
        table.reject_unknown(&keys::BUILD, problems);
        let mut arguments = BTreeMap::new();
        if let Some(entries) = table.table("build-args", problems) {
            for (name, value) in entries.entries() {
                let value = value.string(problems);
                arguments.extend(value.map(|value| (name.value.to_owned(), value.value)));
            }
        }
        let mut inside = |key: &str| {
            let path = table.string(key, problems)?;
            // How deep the service lies is not known here; what leads out of the repository is found when it is used.
            if path.value.starts_with('/') || path.value.is_empty() {
                let problem = Problem::error(format!("`{key}` is a path relative to the folder of the service"));
                problems.push(problem.at(path.place));
                return None;
            }
            Some(path)
        };
        let (file, context) = (inside("file"), inside("context"));
        Self {
            file,
            target: table.string("target", problems),
            arguments,
            context,
        }
    }

    /// A path that is said here, seen from the root of the repository.
    pub fn resolve(path: &Located<String>, service: &RepoPath, problems: &mut Vec<Problem>) -> Option<RepoPath> {
        let found = service.join(&path.value);
        if found.is_none() {
            let problem = Problem::error(format!("`{}` leads out of the repository", path.value));
            problems.push(problem.at(path.place.clone()));
        }
        found
    }
}
