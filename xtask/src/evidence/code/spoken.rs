//! Whether a package speaks of modules that it does not import: what loads them by name finds them by a text of its own.

use std::{collections::BTreeSet, fs, path::Path};

use walkdir::WalkDir;

use super::files;
use crate::repo::Package;

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
/// Nobody writes more by hand.
const LARGEST: u64 = 1 << 20;

/// Whether a text of the sources, or of the settings beside them, names one of these modules.
pub fn speaks_of(root: &Path, package: &Package, modules: &BTreeSet<String>) -> bool {
    let folder = package.dir.under(root);
    let mut sources = files(&folder, true);
    let of_sources = sources.any(|path| {
        let bytes = fs::read(path).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        python_imports::literals(&text).any(|span| {
            let before = text[..span.start].trim_end_matches(['\'', '"']);
            let is_of_a_logger = before.ends_with("getLogger(") || before.ends_with("get_logger(");
            let literal = &text[span];
            let is_said = |module: &String| (literal == module && !is_of_a_logger) || names(literal, module);
            modules.iter().any(is_said)
        })
    });
    of_sources || settings(&folder).any(|text| modules.iter().any(|module| names(&text, module)))
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

fn settings(folder: &Path) -> impl Iterator<Item = String> {
    let entries = WalkDir::new(folder).into_iter().filter_entry(|entry| {
        let name = entry.file_name().to_string_lossy();
        entry.depth() == 0 || !(name.starts_with('.') || matches!(&*name, "node_modules" | "site-packages" | "venv"))
    });
    let is_settings = |entry: &walkdir::DirEntry| {
        let name = entry.file_name().to_string_lossy();
        let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
        let is_known = SETTINGS.contains(&ending) || name == "Procfile";
        let is_small = || entry.metadata().is_ok_and(|data| data.len() <= LARGEST);
        is_known && name != "pyproject.toml" && !name.contains("lock") && entry.file_type().is_file() && is_small()
    };
    let files = entries.filter_map(Result::ok).filter(is_settings);
    files.filter_map(|entry| fs::read_to_string(entry.path()).ok())
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
