//! Finds services and libs by the globs of the settings.

use std::path::Path;

use super::{Located, Package, RepoPath};
use crate::report::{Problem, count};

/// The packages in the folders that match, by name. A glob that matches no folder with a manifest is a problem.
pub fn packages(root: &Path, globs: &[Located<String>], problems: &mut Vec<Problem>) -> Vec<Package> {
    let mut found = Vec::new();
    for pattern in globs {
        let dirs = match folders(root, pattern) {
            Ok(dirs) => dirs,
            Err(problem) => {
                problems.push(problem);
                continue;
            }
        };
        let before = (found.len(), problems.len());
        let total = dirs.len();
        found.extend(dirs.iter().filter_map(|dir| Package::read(root, dir, problems)));
        if before == (found.len(), problems.len()) {
            problems.push(
                Problem::error(format!("`{}` matches no folder with a pyproject.toml", pattern.value))
                    .at(pattern.place.clone())
                    .note(format!("it matches {}", count(total, "folder"))),
            );
        }
    }
    found.sort_by(|a, b| (&a.name, &a.dir).cmp(&(&b.name, &b.dir)));
    found.dedup_by(|a, b| a.dir == b.dir);
    found
}

fn folders(root: &Path, pattern: &Located<String>) -> Result<Vec<RepoPath>, Problem> {
    let outside =
        || Problem::error(format!("`{}` leads out of the repository", pattern.value)).at(pattern.place.clone());
    let inside = RepoPath::parse(&pattern.value).ok_or_else(outside)?;
    let absolute = format!("{}/{inside}", glob::Pattern::escape(&root.to_string_lossy()));
    let options = glob::MatchOptions {
        require_literal_leading_dot: true,
        ..glob::MatchOptions::default()
    };
    let paths = glob::glob_with(&absolute, options).map_err(|error| {
        Problem::error(format!("`{}` is no glob: {}", pattern.value, error.msg)).at(pattern.place.clone())
    })?;
    let mut dirs = Vec::new();
    for path in paths {
        let path =
            path.map_err(|error| Problem::error(format!("cannot read a folder: {error}")).at(pattern.place.clone()))?;
        let relative = path
            .strip_prefix(root)
            .ok()
            .and_then(Path::to_str)
            .and_then(RepoPath::parse);
        match relative {
            Some(dir) if path.is_dir() => {
                check_inside(root, &path, &dir, pattern)?;
                dirs.push(dir);
            }
            Some(_) => {}
            None => return Err(outside()),
        }
    }
    Ok(dirs)
}

/// A folder that is a link to somewhere else is not part of the repository.
fn check_inside(root: &Path, path: &Path, dir: &RepoPath, pattern: &Located<String>) -> Result<(), Problem> {
    let inside = match (path.canonicalize(), root.canonicalize()) {
        (Ok(target), Ok(root)) => target.starts_with(root),
        (Err(_), _) | (_, Err(_)) => false,
    };
    if inside {
        return Ok(());
    }
    Err(Problem::error(format!("`{dir}` is a link that leads out of the repository")).at(pattern.place.clone()))
}
