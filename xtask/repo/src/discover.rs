//! Finds services and libs by the globs of the settings.

use std::collections::BTreeSet;

use super::{Package, RepoPath, manifest::DependencySource};
use crate::Root;
use crate::root::Kind;
use diagnostics::Located;
use diagnostics::{Problem, at_once, count};

/// What the globs lead to.
#[derive(Default)]
pub struct Found {
    /// By name.
    pub packages: Vec<Package>,
    /// Folders that match, but whose package cannot be used. Why was reported.
    pub unusable: BTreeSet<RepoPath>,
}

impl Found {
    /// The libs, with the services that other packages take from their folders: such a service is a lib too.
    pub fn with_needed(mut self, services: &[Package]) -> Self {
        let mut folders = BTreeSet::new();
        let mut members = BTreeSet::new();
        for package in services.iter().chain(&self.packages) {
            for dependency in &package.manifest.main {
                match &dependency.source {
                    DependencySource::Path { path, .. } => {
                        let folder = package.dir.join(&path.value);
                        folders.extend(folder.filter(|folder| *folder != package.dir));
                    }
                    DependencySource::Workspace { .. } => {
                        let name = &dependency.name.value;
                        members.extend((*name != package.name).then_some(name));
                    }
                    DependencySource::Index(_) | DependencySource::Git { .. } | DependencySource::Url(_) => {}
                }
            }
        }
        let is_needed = |service: &&Package| folders.contains(&service.dir) || members.contains(&service.name);
        let known: BTreeSet<&RepoPath> = self.packages.iter().map(|lib| &lib.dir).collect();
        let is_known = |service: &&Package| known.contains(&service.dir);
        let found: Vec<Package> = services
            .iter()
            .filter(|service| !is_known(service) && is_needed(service))
            .cloned()
            .collect();
        self.packages.extend(found);
        self.packages.sort_by(|a, b| (&a.name, &a.dir).cmp(&(&b.name, &b.dir)));
        self
    }
}

/// The packages in the folders that match. A glob that matches no folder with a manifest is a problem.
pub fn packages(root: &Root, globs: &[Located<String>], problems: &mut Vec<Problem>) -> Found {
    let mut found = Found::default();
    for pattern in globs {
        let before = (found.packages.len(), problems.len());
        let dirs = folders(root, pattern, &mut found, problems);
        let read = at_once(&dirs, |dir, problems| Package::read(root, dir, problems));
        for (dir, (package, wrong)) in dirs.iter().zip(read) {
            match package {
                Some(package) => found.packages.push(package),
                None if !wrong.is_empty() => drop(found.unusable.insert(dir.clone())),
                // A folder without a manifest is not a package.
                None => {}
            }
            problems.extend(wrong);
        }
        if before == (found.packages.len(), problems.len()) {
            problems.push(
                Problem::error(format!("`{}` matches no folder with a pyproject.toml", pattern.value))
                    .at(pattern.place.clone())
                    .note(format!("it matches {}", count(dirs.len(), "folder"))),
            );
        }
    }
    found.packages.sort_by(|a, b| (&a.name, &a.dir).cmp(&(&b.name, &b.dir)));
    found.packages.dedup_by(|a, b| a.dir == b.dir);
    found
}

fn folders(root: &Root, pattern: &Located<String>, found: &mut Found, problems: &mut Vec<Problem>) -> Vec<RepoPath> {
    let mut error = |message: String| problems.push(Problem::error(message).at(pattern.place.clone()));
    let Some(inside) = RepoPath::parse(&pattern.value) else {
        error(format!("`{}` leads out of the repository", pattern.value));
        return Vec::new();
    };
    let options = glob::MatchOptions {
        require_literal_leading_dot: true,
        ..glob::MatchOptions::default()
    };
    if let Err(wrong) = glob::Pattern::new(inside.as_str()) {
        error(format!("`{}` is not a valid glob: {}", pattern.value, wrong.msg));
        return Vec::new();
    }
    let mut dirs = Vec::new();
    for path in root.matching(&RepoPath::root(), inside.as_str(), options) {
        match root.kind_if_readable(&path) {
            Ok(Some(Kind::Folder)) => dirs.push(path),
            Ok(_) => {}
            // A folder that is a link to somewhere else is not part of the repository.
            Err(problem) => {
                problems.push(problem.at(pattern.place.clone()));
                found.unusable.insert(path);
            }
        }
    }
    dirs
}
