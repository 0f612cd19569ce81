//! Whether a source names a file that lies beside it.

use repo::{Package, RepoPath};

/// Whether some text in a source is the name of a file, of its kind, or of a folder that it lies in.
pub fn mentions(text: &str, package: &Package, file: &RepoPath) -> bool {
    let name = file.file_name();
    let kind = name
        .rsplit_once('.')
        .map_or(String::new(), |(_, ending)| format!("*.{ending}"));
    let folders: Vec<&str> = folders(package, file);
    python_imports::literals(text).any(|span| {
        let literal = &text[span];
        literal.contains(name)
            || (!kind.is_empty() && literal.ends_with(&kind))
            || folders.iter().any(|folder| {
                literal == *folder
                    || literal.strip_suffix('/') == Some(folder)
                    || literal.contains(&format!("{folder}/"))
                    || literal.ends_with(&format!(".{folder}"))
            })
    })
}

/// The folders between the top of the package and the file.
fn folders<'a>(package: &Package, file: &'a RepoPath) -> Vec<&'a str> {
    let roots = package.import_roots.iter().filter_map(|root| file.relative_to(root));
    let below = roots.min_by_key(|below| below.len()).unwrap_or_default();
    let mut parts: Vec<&str> = below.split('/').skip(1).collect();
    parts.pop();
    parts
}
