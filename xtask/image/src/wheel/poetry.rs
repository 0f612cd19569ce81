//! What poetry-core takes.

use super::{
    backend::{clean, home, joined, module},
    contents::Contents,
    manifest::Table,
    patterns::{Files, is_like, is_refuse},
};

pub fn poetry(root: Table<'_>, files: &Files<'_>) -> Contents {
    let mut contents = Contents::default();
    let poetry = root.table("tool.poetry");
    if poetry.flag("package-mode") == Some(false) {
        return Contents::unknown("`package-mode = false`: nothing to build");
    }
    if poetry.get("build").is_some() {
        contents.unknown = Some("a build script makes a part of it".to_owned());
    }
    let excluded = poetry.texts("exclude").unwrap_or_default();
    let takes = |path: &str| !excluded.iter().any(|pattern| is_like(pattern, path));
    let is_for_wheel = |table: Table<'_>, usual: bool| {
        let formats = table.texts("format");
        formats.map_or(usual, |formats| formats.contains(&"wheel"))
    };
    let mut packages = poetry.tables("packages");
    packages.retain(|package| is_for_wheel(*package, true));
    for package in &packages {
        let (from, to) = (package.text("from").unwrap_or(""), package.text("to").unwrap_or(""));
        let Some(include) = package.text("include") else {
            continue;
        };
        let base = joined(clean(from), clean(include));
        let top = if include.contains('*') {
            clean(from)
        } else {
            base.as_str()
        };
        let is_meant = |path: &str| !include.contains('*') || is_like(&base, path);
        let mut own = Contents::default();
        own.take(files, top, from, |path| is_meant(path) && takes(path));
        contents.roots.append(&mut own.roots);
        let placed = own
            .members
            .into_iter()
            .map(|(path, source)| (joined(clean(to), &path), source));
        contents.members.extend(placed);
    }
    if packages.is_empty()
        && let Some(module) = module(root)
    {
        match home(files, &module, &["", "src"]) {
            Some((path, home)) => contents.take(files, &path, home, takes),
            None => contents.unknown = Some(format!("it has no module `{module}`")),
        }
    }
    // Without a format a path is for the archive of sources alone.
    let listed = poetry.get("include").and_then(|item| item.as_array());
    let tables = listed.into_iter().flatten().filter_map(|value| value.as_inline_table());
    for table in tables {
        let formats = table.get("format");
        let names_wheel = formats.is_some_and(|formats| {
            formats.as_str() == Some("wheel")
                || formats
                    .as_array()
                    .is_some_and(|formats| formats.iter().any(|name| name.as_str() == Some("wheel")))
        });
        if let Some(pattern) = table.get("path").and_then(|path| path.as_str()).filter(|_| names_wheel) {
            let roots = contents.roots.clone();
            for (path, source) in files
                .iter()
                .filter(|(path, _)| is_like(pattern, path) && !is_refuse(path))
            {
                // What lies in a root of the package keeps its place there.
                let root = roots
                    .iter()
                    .filter(|root| path.starts_with(&format!("{root}/")))
                    .max_by_key(|root| root.len());
                contents.insert(path, root.map_or("", String::as_str), source);
            }
        }
    }
    contents
}
