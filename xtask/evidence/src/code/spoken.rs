//! Whether a package speaks of modules that it does not import: what loads them by name finds them by a text of its own.

use std::collections::BTreeSet;

use super::files;
use repo::Root;
use repo::{Package, RepoPath, Tree};

/// What settings are written in, beside Python.
const SETTINGS: [&str; 10] = [
    "cfg",
    "conf",
    "env",
    "ini",
    "json",
    "properties",
    "sh",
    "toml",
    "yaml",
    "yml",
];

/// Whether a text of the sources, or of the settings beside them, names one of these modules.
pub fn speaks_of(root: &Root, tree: &Tree, package: &Package, modules: &BTreeSet<String>) -> bool {
    let sources = files(root, tree, &package.dir, true);
    let mut sources = sources.iter().filter_map(|path| root.bytes(path));
    let of_sources = sources.any(|bytes| {
        let text = String::from_utf8_lossy(&bytes);
        python_imports::literals(&text).any(|span| {
            let before = text[..span.start].trim_end_matches(['\'', '"']);
            let is_of_a_logger = before.ends_with("getLogger(") || before.ends_with("get_logger(");
            let literal = &text[span];
            let is_said = |module: &String| (literal == module && !is_of_a_logger) || names(literal, module);
            modules.iter().any(is_said)
        })
    });
    let mut settings = tree.under(&package.dir).iter().filter(|path| is_settings(path));
    let names_one = |path: &RepoPath| {
        let text = root.text(path).unwrap_or_default();
        // A script starts a program that is often called like the module behind it.
        let is_script = path.file_name().ends_with(".sh") || path.file_name() == "Procfile";
        let starts = |module: &String| is_script && text.split_whitespace().any(|word| word == module);
        modules.iter().any(|module| names(&text, module) || starts(module))
    };
    of_sources || settings.any(names_one)
}

/// Whether a text leads into a module: `core.things`, `core:app`, `python -m core`.
pub fn names(text: &str, module: &str) -> bool {
    text.match_indices(module).any(|(at, _)| {
        let (before, behind) = (&text[..at], &text[at + module.len()..]);
        let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | '@');
        if before.ends_with(is_part) {
            return false;
        }
        let is_run = before.trim_end().ends_with("-m") && !behind.starts_with(is_part);
        let is_start = |c: char| c.is_alphabetic() || matches!(c, '_' | '{');
        let leads = behind
            .strip_prefix(['.', ':'])
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(is_start));
        is_run || leads
    })
}

fn is_settings(path: &RepoPath) -> bool {
    let name = path.file_name();
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    let is_known = SETTINGS.contains(&ending) || name == "Procfile";
    is_known && name != "pyproject.toml" && !name.contains("lock")
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn texts_lead_into_modules() {
        for text in [
            "core.things",
            "core:app",
            "uvicorn core.main:app",
            "python -m core",
            "class: core.Log",
            "core.",
        ] {
            assert!(names(text, "core"), "{text}");
        }
        for text in [
            "core",
            "score.x",
            "my-core.x",
            "a.core.b",
            "the core: it",
            "-m cores",
            "core.1",
            "/core.py",
        ] {
            assert!(!names(text, "core"), "{text}");
        }
    }
}
