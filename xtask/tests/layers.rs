//! The crates under `xtask/` use each other as the table in ARCHITECTURE.md says, and never upwards.

#![allow(
    clippy::disallowed_macros,
    clippy::disallowed_methods,
    reason = "a test prints, and works on folders of its own"
)]

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use cargo_metadata::{DependencyKind, MetadataCommand};

/// Name and used crates of every row of the table, from the bottom to the top.
fn documented() -> Vec<(String, BTreeSet<String>)> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ARCHITECTURE.md");
    let text = std::fs::read_to_string(page).unwrap();
    let table = text.lines().skip_while(|line| !line.starts_with("| crate |")).skip(2);
    let rows = table.take_while(|line| line.starts_with('|'));
    rows.map(|row| {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let plain = |name: &str| name.trim().trim_matches('`').to_owned();
        let used = cells[3].split(',').map(plain).filter(|name| !name.is_empty());
        (plain(cells[0]), used.collect())
    })
    .collect()
}

/// What the manifests declare, but for dependencies of tests.
fn declared() -> BTreeMap<String, BTreeSet<String>> {
    let metadata = MetadataCommand::new()
        .no_deps()
        .other_options([String::from("--offline")])
        .exec()
        .unwrap();
    let packages = metadata.workspace_packages();
    let names: BTreeSet<&str> = packages.iter().map(|package| package.name.as_str()).collect();
    packages
        .iter()
        .map(|package| {
            let dependencies = package.dependencies.iter();
            let used = dependencies
                .filter(|dependency| dependency.kind == DependencyKind::Normal)
                .filter(|dependency| names.contains(dependency.name.as_str()))
                .map(|dependency| dependency.name.clone());
            (package.name.to_string(), used.collect())
        })
        .collect()
}

/// As it is printed where the table is out of date: to be compared by eye, or copied.
fn graph(edges: &BTreeMap<String, BTreeSet<String>>) -> String {
    let rows = edges.iter().map(|(name, used)| {
        let used: Vec<String> = used.iter().map(|name| format!("`{name}`")).collect();
        format!("{name}: {}", used.join(", "))
    });
    rows.collect::<Vec<_>>().join("\n")
}

#[test]
fn the_table_is_the_graph() {
    let declared = declared();
    let documented: BTreeMap<_, _> = documented().into_iter().collect();
    assert!(
        documented == declared,
        "list every edge in the table of ARCHITECTURE.md, or take it out of the manifest; the manifests declare\n{}",
        graph(&declared)
    );
}

#[test]
fn no_arrow_goes_up() {
    let rows = documented();
    let mut below = BTreeSet::new();
    for (name, used) in &rows {
        let above: Vec<&String> = used.difference(&below).collect();
        assert!(
            above.is_empty(),
            "`{name}` uses {above:?}, which the table lists above it"
        );
        below.insert(name.clone());
    }
}
