//! Which files each build backend puts into a wheel.

use std::collections::BTreeSet;

use toml_edit::Document;

use super::{
    contents::Contents,
    hatchling::hatchling,
    manifest::Table,
    patterns::{Files, below, is_file_like, is_folder, is_ignored_by, is_like, is_refuse},
    poetry::poetry,
    setuptools,
};
use crate::Checkout;

/// The wheel of the package whose manifest is `pyproject.toml` among these files, as its build backend would make it.
pub fn contents(files: &Files<'_>, checkout: &dyn Checkout) -> Contents {
    let text = files.get("pyproject.toml").and_then(|source| checkout.text(source));
    let document = text.as_ref().map(|text| Document::parse(text.clone()));
    let document = match document {
        Some(Ok(document)) => document,
        Some(Err(_)) => return Contents::unknown("its manifest cannot be read"),
        // Before there was a `pyproject.toml`.
        None => return setuptools::contents(files, None, checkout),
    };
    let root = Table::root(&document);
    let backend = root.table("build-system").text("build-backend");
    let of_setuptools = |backend: &str| backend.starts_with("setuptools");
    let mut contents = match backend {
        Some("poetry.core.masonry.api" | "poetry.masonry.api") => poetry(root, files),
        Some("hatchling.build") => hatchling(root, files, checkout),
        Some("flit_core.buildapi") => flit(root, files),
        Some("pdm.backend") => pdm(root, files),
        Some("uv_build") => uv(root, files),
        Some("maturin") => maturin(root, files),
        Some(backend) if of_setuptools(backend) => setuptools::contents(files, Some(root), checkout),
        Some(backend) => Contents::unknown(&format!("its build backend `{backend}` is not known")),
        // A table of Poetry without a build system is never built by others.
        None => setuptools::contents(files, Some(root), checkout),
    };
    if root.table("build-system").get("backend-path").is_some() {
        contents.unknown = Some("its build backend is a part of itself".to_owned());
    }
    let project = root.table("project");
    let poetry = root.table("tool.poetry");
    for scripts in [
        project.table("scripts"),
        project.table("gui-scripts"),
        poetry.table("scripts"),
    ] {
        let plain = scripts.entries().into_iter();
        contents
            .scripts
            .extend(plain.filter_map(|(name, item)| Some((name.to_owned(), item.as_str()?.to_owned()))));
    }
    for groups in [project.table("entry-points"), poetry.table("plugins")] {
        let names = groups.entries().into_iter().map(|(name, _)| name.to_owned());
        let is_of_programs = |name: &String| matches!(name.as_str(), "console_scripts" | "gui_scripts");
        contents.plugins.extend(names.filter(|name| !is_of_programs(name)));
    }
    contents
}

impl Contents {
    pub(super) fn unknown(why: &str) -> Self {
        Self {
            unknown: Some(why.to_owned()),
            ..Self::default()
        }
    }

    /// All below a folder, under its path as seen from the folder that it is imported from.
    pub(super) fn take(&mut self, files: &Files<'_>, folder: &str, root: &str, takes: impl Fn(&str) -> bool) {
        let folder = clean(folder);
        for (path, source) in below(files, folder).filter(|(path, _)| !is_refuse(path) && takes(path)) {
            self.insert(path, root, source);
        }
        if let Some(source) = files.get(folder).filter(|_| takes(folder)) {
            self.insert(folder, root, source);
        }
        self.roots.insert(clean(root).to_owned());
    }

    pub(super) fn insert(&mut self, path: &str, root: &str, source: &str) {
        let below = match clean(root) {
            "" => Some(path),
            root => path.strip_prefix(root).and_then(|rest| rest.strip_prefix('/')),
        };
        self.members.insert(below.unwrap_or(path).to_owned(), source.to_owned());
    }
}

pub fn clean(path: &str) -> &str {
    match path.trim_start_matches("./").trim_matches('/') {
        "." => "",
        path => path,
    }
}

/// The name of the package as a module.
pub fn module(root: Table<'_>) -> Option<String> {
    let name = root
        .table("project")
        .text("name")
        .or_else(|| root.table("tool.poetry").text("name"))?;
    Some(name.replace(['-', '.'], "_"))
}

fn flit(root: Table<'_>, files: &Files<'_>) -> Contents {
    let mut contents = Contents::default();
    let named = root
        .table("tool.flit.module")
        .text("name")
        .map(|name| name.replace('.', "/"));
    let Some(module) = named.or_else(|| module(root)) else {
        return Contents::unknown("its manifest names no module");
    };
    match home(files, &module, &["", "src"]) {
        Some((path, home)) => contents.take(files, &path, home, |_| true),
        None => contents.unknown = Some(format!("it has no module `{module}`")),
    }
    contents
}

fn pdm(root: Table<'_>, files: &Files<'_>) -> Contents {
    let mut contents = Contents::default();
    let build = root.table("tool.pdm.build");
    let makes_more = build.get("custom-hook").is_some() || build.flag("run-setuptools") == Some(true);
    if makes_more || files.contains_key("pdm_build.py") {
        contents.unknown = Some("a build hook makes a part of it".to_owned());
    }
    let usual = if is_folder(files, "src") { "src" } else { "" };
    let home = clean(build.text("package-dir").unwrap_or(usual));
    let excluded = build.texts("excludes").unwrap_or_default();
    let of_sources = build.texts("source-includes").unwrap_or_default();
    let takes = |path: &str| {
        let mut out = excluded.iter().chain(&of_sources);
        !out.any(|pattern| is_like(pattern, path))
    };
    let included = build.texts("includes").unwrap_or_default();
    if !included.is_empty() {
        for (path, source) in files.iter().filter(|(path, _)| !is_refuse(path) && takes(path)) {
            if included.iter().any(|pattern| is_like(pattern, path)) {
                let root = if path.starts_with(&format!("{home}/")) {
                    home
                } else {
                    ""
                };
                contents.insert(path, root, source);
            }
        }
        contents.roots.insert(home.to_owned());
        return contents;
    }
    let tops: BTreeSet<&str> = below(files, home)
        .filter_map(|(path, _)| path[home.len()..].trim_start_matches('/').strip_suffix("/__init__.py"))
        .filter(|folder| !folder.contains('/') && *folder != "tests")
        .collect();
    for top in &tops {
        contents.take(files, &joined(home, top), home, takes);
    }
    if tops.is_empty() {
        let modules = below(files, home).filter(|(path, _)| {
            let name = path[home.len()..].trim_start_matches('/');
            !name.contains('/') && name.ends_with(".py") && takes(path)
        });
        let modules: Vec<(&str, &str)> = modules.collect();
        for (path, source) in modules {
            contents.insert(path, home, source);
        }
    }
    contents.roots.insert(home.to_owned());
    contents
}

fn uv(root: Table<'_>, files: &Files<'_>) -> Contents {
    let mut contents = Contents::default();
    let backend = root.table("tool.uv.build-backend");
    let home = clean(backend.text("module-root").unwrap_or("src"));
    let named = backend.texts("module-name");
    let named = named.map(|names| names.into_iter().map(|name| name.replace('.', "/")).collect());
    let modules: Vec<String> =
        named.unwrap_or_else(|| module(root).map(|name| name.to_lowercase()).into_iter().collect());
    let lists = ["source-exclude", "wheel-exclude"];
    let excluded: Vec<&str> = lists
        .iter()
        .flat_map(|key| backend.texts(key).unwrap_or_default())
        .collect();
    // A pattern without a slash at its start means a name anywhere; with one it means files alone.
    let takes = |path: &str| {
        !excluded.iter().any(|pattern| match pattern.strip_prefix('/') {
            Some(anchored) => is_file_like(anchored, path),
            None => is_ignored_by(pattern, path) || is_like(&format!("**/{pattern}"), path),
        })
    };
    for module in &modules {
        let path = joined(home, module);
        if is_folder(files, &path) {
            contents.take(files, &path, home, takes);
        } else {
            contents.unknown = Some(format!("it has no module `{module}`"));
        }
    }
    contents
}

/// The part of it that is Python, and one module that the compiler makes.
fn maturin(root: Table<'_>, files: &Files<'_>) -> Contents {
    let mut contents = Contents::default();
    let said = root.table("tool.maturin");
    let name = said.text("module-name").map(str::to_owned).or_else(|| module(root));
    let Some(name) = name else {
        return Contents::unknown("its manifest names no module");
    };
    let top = name.split('.').next().unwrap_or_default().to_owned();
    let homes = match said.text("python-source") {
        Some(home) => vec![clean(home)],
        None => vec!["", "src"],
    };
    let home = homes
        .into_iter()
        .find(|home| files.contains_key(joined(home, &format!("{top}/__init__.py")).as_str()));
    let excluded = said.texts("exclude").unwrap_or_default();
    match home {
        Some(home) => {
            contents.take(files, &joined(home, &top), home, |path| {
                !excluded.iter().any(|pattern| is_like(pattern, path)) && !path.ends_with(".so")
            });
            let inside = if name.contains('.') {
                name
            } else {
                format!("{name}.{name}")
            };
            contents.compiled.insert(inside);
        }
        None => drop(contents.compiled.insert(name)),
    }
    if said.get("include").is_some() {
        contents.unknown = Some("`include` adds to it".to_owned());
    }
    if said.text("bindings") == Some("bin") {
        contents.compiled.clear();
    }
    contents
}

/// Where a module lies: a folder or a file, in the first of these folders that has it.
pub fn home<'a>(files: &Files<'_>, module: &str, homes: &[&'a str]) -> Option<(String, &'a str)> {
    homes.iter().find_map(|home| {
        let folder = joined(home, module);
        let file = format!("{folder}.py");
        if is_folder(files, &folder) {
            Some((folder, *home))
        } else {
            files.contains_key(file.as_str()).then_some((file, *home))
        }
    })
}

pub fn joined(folder: &str, name: &str) -> String {
    match (folder, name) {
        ("", name) => name.to_owned(),
        (folder, "") => folder.to_owned(),
        (folder, name) => format!("{folder}/{name}"),
    }
}
