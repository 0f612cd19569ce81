use std::collections::BTreeSet;

use super::normalised;
use crate::{
    lock::Lock,
    manifest::{MAIN, Manifest},
    toml::Node,
};
use diagnostics::Problem;
use formats::PackageName;

/// Group, name and specifiers of every requirement, as the member's entry repeats them from its manifest.
pub type Declared = BTreeSet<(String, PackageName, String)>;

/// Whether the manifest has changed since it was locked: then the problem that says so.
pub fn stale(manifest: &Manifest, lock: &Lock) -> Option<Problem> {
    let now = of_manifest(manifest);
    let changed = now
        .difference(&lock.declared)
        .chain(lock.declared.difference(&now))
        .next()?;
    let (group, name, constraint) = changed;
    let (path, manifest_path) = (lock.source.path(), manifest.source.path());
    let in_group = if group == MAIN {
        String::new()
    } else {
        format!(" of group `{group}`")
    };
    let what = if now.contains(changed) {
        format!("the lock does not know `{name}{constraint}`{in_group}")
    } else {
        format!("the lock still has `{name}{constraint}`{in_group}")
    };
    let dependencies = manifest
        .main
        .iter()
        .chain(manifest.groups.values().flat_map(|group| &group.dependencies));
    let mut named = dependencies.filter(|dependency| dependency.name.value == *name);
    let place = named.next().map(|dependency| dependency.name.place.clone());
    Some(
        Problem::error(format!(
            "`{path}` is stale: `{manifest_path}` has changed since it was written"
        ))
        .at(place.unwrap_or_else(|| manifest.source.place(0..0)))
        .at(lock.content_hash.place.clone().label("locked"))
        .note(what)
        .remedy(format!(
            "run `uv lock --project {}`",
            manifest_path.rsplit_once('/').map_or(".", |(dir, _)| dir)
        )),
    )
}

/// What the manifest declares, in the form of `declared`.
fn of_manifest(manifest: &Manifest) -> Declared {
    let main = manifest.main.iter().map(|dependency| (MAIN.to_owned(), dependency));
    let groups = manifest.groups.iter().flat_map(|(group, members)| {
        members
            .dependencies
            .iter()
            .map(move |dependency| (group.clone(), dependency))
    });
    let sourced = sourced(manifest);
    let texts = main.chain(groups).map(|(group, dependency)| {
        let constraint = dependency.constraint.as_ref();
        // The lock says where it comes from instead.
        let constraint = constraint.filter(|_| !sourced.contains(&dependency.name.value));
        let constraint = constraint.map_or("", |constraint| constraint.text.value.as_str());
        (group, dependency.name.value.clone(), canonical(constraint))
    });
    texts.collect()
}

/// What comes from a folder, a repository or an address, by `[tool.uv.sources]`: no range chooses it.
fn sourced(manifest: &Manifest) -> BTreeSet<PackageName> {
    let mut ignored = Vec::new();
    let uv = manifest.tool("uv");
    let sources = uv.and_then(|uv| uv.table("sources", &mut ignored));
    let entries = sources.map(|sources| sources.entries()).unwrap_or_default();
    let is_elsewhere = |node: &Node<'_>| {
        let table = node.table(&mut Vec::new());
        table.is_some_and(|table| {
            ["workspace", "path", "git", "url"]
                .iter()
                .any(|key| table.get(key).is_some())
        })
    };
    let sourced = entries
        .into_iter()
        .filter(|(_, node)| !node.is_array() && is_elsewhere(node));
    sourced.filter_map(|(name, _)| PackageName::parse(name.value)).collect()
}

/// What the member's entry says that its manifest declares.
pub fn declared(node: &Node<'_>, problems: &mut Vec<Problem>) -> Declared {
    let mut all = Declared::new();
    let metadata = node.table(problems).and_then(|table| table.table("metadata", problems));
    let Some(metadata) = metadata else { return all };
    let mut add = |group: &str, node: &Node<'_>, problems: &mut Vec<Problem>| {
        for node in node.array(problems).unwrap_or_default() {
            let Some(table) = node.table(problems) else { continue };
            let name = table
                .string("name", problems)
                .and_then(|text| PackageName::parse(&text.value));
            let specifier = table
                .string("specifier", problems)
                .map_or(String::new(), |text| canonical(&text.value));
            all.extend(name.map(|name| (group.to_owned(), name, specifier)));
        }
    };
    if let Some(node) = metadata.get("requires-dist") {
        add(MAIN, &node, problems);
    }
    if let Some(groups) = metadata.table("requires-dev", problems) {
        for (group, node) in groups.entries() {
            add(&normalised(group.value), &node, problems);
        }
    }
    all
}

/// Specifiers in one order and without blanks.
fn canonical(specifiers: &str) -> String {
    let mut parts: Vec<String> = specifiers
        .split(',')
        .map(|part| part.split_whitespace().collect())
        .filter(|part: &String| !part.is_empty())
        .collect();
    parts.sort();
    parts.join(",")
}
