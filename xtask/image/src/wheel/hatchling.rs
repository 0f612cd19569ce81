//! What hatchling takes.

use super::{
    backend::{clean, joined, module},
    contents::Contents,
    manifest::Table,
    patterns::{Files, below, is_ignored_by, is_refuse},
};
use crate::Checkout;

pub fn hatchling(root: Table<'_>, files: &Files<'_>, checkout: &dyn Checkout) -> Contents {
    let mut contents = Contents::default();
    let build = root.table("tool.hatch.build");
    let wheel = build.table("targets.wheel");
    let hooks = [build.table("hooks"), wheel.table("hooks")];
    let mut hooks = hooks.into_iter().flat_map(Table::entries).map(|(name, _)| name);
    if let Some(hook) = hooks.next() {
        contents.unknown = Some(format!("the build hook `{hook}` makes a part of it"));
    }
    let said = |key: &str| wheel.texts(key).or_else(|| build.texts(key));
    let (excluded, included) = (said("exclude").unwrap_or_default(), said("include").unwrap_or_default());
    let artifacts = said("artifacts").unwrap_or_default();
    let ignored: Vec<String> = match wheel.flag("ignore-vcs").or_else(|| build.flag("ignore-vcs")) {
        Some(true) => Vec::new(),
        Some(false) | None => git_ignore(files, checkout),
    };
    let takes = |path: &str| {
        let is_artifact = artifacts.iter().any(|pattern| is_ignored_by(pattern, path));
        let is_out = excluded.iter().any(|pattern| is_ignored_by(pattern, path))
            || ignored.iter().any(|pattern| is_ignored_by(pattern, path));
        let is_in = included.is_empty() || included.iter().any(|pattern| is_ignored_by(pattern, path));
        is_artifact || (is_in && !is_out)
    };
    let packages = said("packages").unwrap_or_default();
    let only = said("only-include").unwrap_or_default();
    let sources = wheel.get("sources").or_else(|| build.get("sources"));
    if sources.is_some_and(|item| item.as_table_like().is_some()) {
        contents.unknown = Some("`sources` puts its files elsewhere".to_owned());
    }
    let sources: Vec<&str> = wheel
        .texts("sources")
        .or_else(|| build.texts("sources"))
        .unwrap_or_default();
    let stripped = |path: &str| {
        let under = |source: &&&str| path.starts_with(&format!("{}/", clean(source)));
        sources.iter().find(under).map_or("", |source| clean(source)).to_owned()
    };
    if !packages.is_empty() {
        for package in &packages {
            let home = clean(package).rsplit_once('/').map_or("", |(home, _)| home);
            contents.take(files, package, home, takes);
        }
    } else if !only.is_empty() {
        for path in &only {
            contents.take(files, path, &stripped(&format!("{}/", clean(path))), takes);
        }
    } else if !included.is_empty() {
        for (path, source) in files.iter().filter(|(path, _)| takes(path) && !is_refuse(path)) {
            contents.insert(path, &stripped(path), source);
        }
        contents
            .roots
            .extend(sources.iter().map(|source| clean(source).to_owned()));
        if sources.is_empty() {
            contents.roots.insert(String::new());
        }
    } else if let Some(module) = module(root) {
        let has = |path: String| files.contains_key(path.as_str());
        if has(format!("{module}/__init__.py")) {
            contents.take(files, &module, "", takes);
        } else if has(format!("src/{module}/__init__.py")) {
            contents.take(files, &format!("src/{module}"), "src", takes);
        } else if has(format!("{module}.py")) {
            contents.take(files, &format!("{module}.py"), "", takes);
        } else {
            let end = format!("/{module}/__init__.py");
            let shared: Vec<&str> = files.keys().filter_map(|path| path.strip_suffix(&end)).collect();
            match shared.as_slice() {
                [one] if !one.contains('/') => contents.take(files, one, "", takes),
                [..] => contents.unknown = Some(format!("it has no module `{module}`")),
            }
        }
    }
    let forced = [build.table("force-include"), wheel.table("force-include")];
    for (from, to) in forced.into_iter().flat_map(Table::entries) {
        let Some(to) = to.as_str() else { continue };
        if from.starts_with("..") || from.starts_with('/') {
            contents.unknown = Some(format!("`force-include` takes `{from}`, which is outside of it"));
            continue;
        }
        let (from, to) = (clean(from), clean(to));
        if let Some(source) = files.get(from) {
            contents.members.insert(to.to_owned(), (*source).to_owned());
        }
        for (path, source) in below(files, from) {
            contents.members.insert(
                joined(to, path[from.len()..].trim_start_matches('/')),
                source.to_owned(),
            );
        }
    }
    contents
}

/// The patterns of the ignore file beside the manifest; exceptions are rare there, and left out.
fn git_ignore(files: &Files<'_>, checkout: &dyn Checkout) -> Vec<String> {
    let text = files
        .get(".gitignore")
        .and_then(|source| checkout.text(source))
        .unwrap_or_default();
    let lines = text.lines().map(str::trim);
    let patterns = lines.filter(|line| !line.is_empty() && !line.starts_with(['#', '!']));
    patterns.map(str::to_owned).collect()
}
