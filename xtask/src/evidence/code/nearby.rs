//! Modules that lie somewhere in the repository, whichever package they are of.

use std::{collections::BTreeSet, path::Path};

use walkdir::WalkDir;

/// Folders in which nothing is the repository's own.
const ELSEWHERE: [&str; 5] = ["__pycache__", "node_modules", "site-packages", "target", "venv"];
/// What a module is compiled from, beside Python.
const SOURCES: [&str; 7] = ["c", "py", "pyd", "pyi", "pyx", "rs", "so"];

/// What sources, and the folders that they lie in, are called: whatever of it is on the import path of a service is a module
/// there.
pub fn nearby(root: &Path) -> BTreeSet<String> {
    let entries = WalkDir::new(root).min_depth(1).into_iter().filter_entry(|entry| {
        let name = entry.file_name().to_string_lossy();
        !name.starts_with('.') && !ELSEWHERE.contains(&&*name)
    });
    let mut found = BTreeSet::new();
    for entry in entries.filter_map(Result::ok) {
        let Some((stem, endings)) = entry.file_name().to_str().and_then(|name| name.split_once('.')) else {
            continue;
        };
        let is_source = endings
            .rsplit('.')
            .next()
            .is_some_and(|ending| SOURCES.contains(&ending));
        if !is_source || !entry.file_type().is_file() {
            continue;
        }
        found.insert(stem.to_owned());
        let folders = entry.path().parent().and_then(|folder| folder.strip_prefix(root).ok());
        let folders = folders.into_iter().flat_map(Path::components);
        found.extend(folders.filter_map(|part| part.as_os_str().to_str().map(str::to_owned)));
    }
    found
}
