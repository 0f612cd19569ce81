//! Modules that lie somewhere in the repository, whichever package they are of.

use std::collections::BTreeSet;

use repo::Tree;

/// What a module is compiled from, beside Python.
const SOURCES: [&str; 7] = ["c", "py", "pyd", "pyi", "pyx", "rs", "so"];

/// What sources, and the folders that they lie in, are called: whatever of it is on the import path of a service is a module
/// there.
pub fn nearby(tree: &Tree) -> BTreeSet<&str> {
    let mut found = BTreeSet::new();
    for path in tree.files() {
        let Some((stem, endings)) = path.file_name().split_once('.') else {
            continue;
        };
        let is_source = endings
            .rsplit('.')
            .next()
            .is_some_and(|ending| SOURCES.contains(&ending));
        // What is installed into a folder of the repository is none of its own.
        if is_source && !path.as_str().contains("/site-packages/") {
            found.insert(stem);
            found.extend(path.as_str().split('/').rev().skip(1));
        }
    }
    found
}
