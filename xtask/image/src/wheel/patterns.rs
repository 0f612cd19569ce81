//! Which files of a folder a pattern means, in the ways that build backends have.

use std::{collections::BTreeMap, ops::Bound};

const OPTIONS: glob::MatchOptions = glob::MatchOptions {
    case_sensitive: true,
    require_literal_separator: true,
    require_literal_leading_dot: false,
};

/// Files by their path below the manifest, to those of the repository.
pub type Files<'a> = BTreeMap<&'a str, &'a str>;

/// What no backend ever takes.
pub fn is_refuse(path: &str) -> bool {
    path.ends_with(".pyc") || path.ends_with(".pyo") || path.split('/').any(|part| part == "__pycache__")
}

/// Files below a folder.
pub fn below<'a>(files: &'a Files<'a>, folder: &str) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a> {
    let inside = match folder.trim_matches('/') {
        "" | "." => String::new(),
        folder => format!("{folder}/"),
    };
    let found = files.range::<str, _>((Bound::Included(inside.as_str()), Bound::Unbounded));
    found
        .map(|(path, source)| (*path, *source))
        .take_while(move |(path, _)| path.starts_with(inside.as_str()))
}

pub fn is_folder(files: &Files<'_>, folder: &str) -> bool {
    below(files, folder).next().is_some()
}

/// As a path or a glob from the manifest: the file itself, or all below a folder.
pub fn is_like(pattern: &str, path: &str) -> bool {
    let pattern = pattern.trim_start_matches("./").trim_matches('/');
    if !pattern.contains(['*', '?', '[']) {
        let rest = path.strip_prefix(pattern);
        return rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    }
    let Ok(glob) = glob::Pattern::new(pattern) else {
        return false;
    };
    let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
    ends.into_iter().any(|end| glob.matches_with(&path[..end], OPTIONS))
}

/// A glob that means the file itself: `**` any number of folders, `*` none.
pub fn is_file_like(pattern: &str, name: &str) -> bool {
    glob::Pattern::new(pattern).is_ok_and(|pattern| pattern.matches_with(name, OPTIONS))
}

/// As git ignores: a pattern without a slash means a name anywhere.
pub fn is_ignored_by(pattern: &str, path: &str) -> bool {
    let plain = pattern.trim_end_matches('/');
    if plain.trim_start_matches('/').contains('/') || plain.starts_with('/') {
        return is_like(plain, path);
    }
    path.split('/').any(|part| match glob::Pattern::new(plain) {
        Ok(glob) => glob.matches_with(part, OPTIONS),
        Err(_) => part == plain,
    })
}

/// A name, with `*` and `?`, as `fnmatch` has it: they match any character.
pub fn is_named(pattern: &str, name: &str) -> bool {
    glob::Pattern::new(pattern).is_ok_and(|pattern| pattern.matches(name))
}
