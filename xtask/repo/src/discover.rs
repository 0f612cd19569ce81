//! Finds services and libs by the globs of the settings.

use std::{collections::BTreeSet, path::Path};

use super::{Package, RepoPath};
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

/// The packages in the folders that match. A glob that matches no folder with a manifest is a problem.
pub fn packages(root: &Path, globs: &[Located<String>], problems: &mut Vec<Problem>) -> Found {
    let mut found = Found::default();
    for pattern in globs {
        let before = (found.packages.len(), problems.len());
        let dirs = folders(root, pattern, &mut found, problems);
        let read = at_once(&dirs, |dir, problems| Package::read(root, dir, problems));
        for (dir, (package, wrong)) in dirs.iter().zip(read) {
            match package {
                Some(package) => found.packages.push(package),
                None if !wrong.is_empty() => drop(found.unusable.insert(dir.clone())),
                // A folder without a manifest is no package.
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

fn folders(root: &Path, pattern: &Located<String>, found: &mut Found, problems: &mut Vec<Problem>) -> Vec<RepoPath> {
    let mut error = |message: String| problems.push(Problem::error(message).at(pattern.place.clone()));
    let Some(inside) = RepoPath::parse(&pattern.value) else {
        error(format!("`{}` leads out of the repository", pattern.value));
        return Vec::new();
    };
    let absolute = format!("{}/{inside}", glob::Pattern::escape(&root.to_string_lossy()));
    let options = glob::MatchOptions {
        require_literal_leading_dot: true,
        ..glob::MatchOptions::default()
    };
    let paths = match glob::glob_with(&absolute, options) {
        Ok(paths) => paths,
        Err(wrong) => {
            error(format!("`{}` is no glob: {}", pattern.value, wrong.msg));
            return Vec::new();
        }
    };
    let mut dirs = Vec::new();
    for path in paths {
        let path = match path {
            Ok(path) if path.is_dir() => path,
            Ok(_) => continue,
            Err(wrong) => {
                error(format!("cannot read a folder: {wrong}"));
                continue;
            }
        };
        let relative = path
            .strip_prefix(root)
            .ok()
            .and_then(Path::to_str)
            .and_then(RepoPath::parse);
        match relative {
            Some(dir) if is_inside(root, &path) => dirs.push(dir),
            Some(dir) => {
                error(format!("`{dir}` is a link that leads out of the repository"));
                found.unusable.insert(dir);
            }
            None => error(format!("the name of `{}` is not UTF-8", path.display())),
        }
    }
    dirs
}

/// A folder that is a link to somewhere else is not part of the repository.
fn is_inside(root: &Path, path: &Path) -> bool {
    match (path.canonicalize(), root.canonicalize()) {
        (Ok(target), Ok(root)) => target.starts_with(root),
        (Err(_), _) | (_, Err(_)) => false,
    }
}
