//! Manifests that name a sibling by path only (`[tool.poetry.dependencies]`, the form before Poetry 2): a wheel of one
//! would require a folder of the machine that built it. In the staged copy the path becomes a range of versions.

use std::collections::BTreeMap;

use pep440_rs::Version;
use toml_edit::{DocumentMut, Item, TableLike, Value};

use diagnostics::Located;
use diagnostics::Place;
use formats::PackageName;
use repo::manifest::Dependency;

/// The manifest with ranges in place of paths; `None` where nothing is to be changed.
///
/// A sibling at version 1.2.3 is required as `^1.2.3`, which means `>=1.2.3,<2.0.0`: at least what the lib was tested
/// with, below the next version that may break it. What `[project] dependencies` says by range is left as it is.
pub fn rewrite(text: &str, siblings: &BTreeMap<PackageName, Version>) -> Option<String> {
    let mut document: DocumentMut = text.parse().ok()?;
    let by_range = project_dependencies(&document);
    let table = document
        .get_mut("tool")?
        .get_mut("poetry")?
        .get_mut("dependencies")?
        .as_table_like_mut()?;
    let mut is_changed = false;
    for (key, item) in table.iter_mut() {
        let Some(name) = PackageName::parse(key.get()) else {
            continue;
        };
        let Some(version) = siblings.get(&name).filter(|_| !by_range.contains(&name)) else {
            continue;
        };
        let range = format!("^{version}");
        if let Some(tables) = item.as_array_of_tables_mut() {
            tables.iter_mut().for_each(|table| is_changed |= replace(table, &range));
        } else if let Some(array) = item.as_array_mut() {
            let tables = array.iter_mut().filter_map(Value::as_inline_table_mut);
            tables.for_each(|table| is_changed |= replace(table, &range));
        } else if let Some(table) = item.as_table_like_mut() {
            is_changed |= replace(table, &range);
        }
    }
    is_changed.then(|| document.to_string())
}

fn replace(table: &mut dyn TableLike, range: &str) -> bool {
    if table.remove("path").is_none() {
        return false;
    }
    table.remove("develop");
    if !table.contains_key("version") {
        table.insert("version", Item::Value(range.into()));
    }
    true
}

fn project_dependencies(document: &DocumentMut) -> Vec<PackageName> {
    let list = document
        .get("project")
        .and_then(|project| project.get("dependencies"))
        .and_then(Item::as_array);
    let texts = list.into_iter().flatten().filter_map(Value::as_str);
    let parsed = texts.filter_map(|text| {
        let value = text.to_owned();
        Dependency::pep508(
            Located {
                value,
                place: Place::File(String::new()),
            },
            &mut Vec::new(),
        )
    });
    parsed.map(|dependency| dependency.name.value).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn siblings() -> BTreeMap<PackageName, Version> {
        let name = |name: &str| PackageName::parse(name).unwrap();
        BTreeMap::from([
            (name("core"), "0.2.1".parse().unwrap()),
            (name("base-lib"), "1.4.0".parse().unwrap()),
        ])
    }

    #[test]
    fn paths_become_ranges_and_the_rest_is_kept() {
        let text = r#"
[tool.poetry.dependencies]
python = "^3.11"
httpx = "^0.28"  # kept
core = { path = "../core", develop = true, extras = ["all"] }
other = { path = "../other" }

[[tool.poetry.dependencies.Base_Lib]]
path = "../base"
markers = "sys_platform == 'linux'"

[tool.poetry.group.dev.dependencies]
core = { path = "../core" }
"#;
        let rewritten = rewrite(text, &siblings()).unwrap();
        let document: DocumentMut = rewritten.parse().unwrap();
        let dependencies = &document["tool"]["poetry"]["dependencies"];
        assert_eq!(dependencies["core"]["version"].as_str(), Some("^0.2.1"));
        assert!(dependencies["core"].get("path").is_none() && dependencies["core"].get("develop").is_none());
        assert!(dependencies["core"]["extras"].is_array());
        assert!(
            dependencies["other"].get("path").is_some(),
            "no sibling, so none of ours"
        );
        let base = dependencies["Base_Lib"].as_array_of_tables().unwrap().get(0).unwrap();
        assert_eq!(
            (base["version"].as_str(), base.contains_key("markers")),
            (Some("^1.4.0"), true)
        );
        assert!(rewritten.contains("# kept"));
    }

    #[test]
    fn what_is_said_by_range_stays() {
        let text = "[project]\ndependencies = [\"core>=0.1,<0.3\"]\n[tool.poetry.dependencies]\ncore = { path = \"../core\" }\n";
        assert_eq!(rewrite(text, &siblings()), None);
        assert_eq!(rewrite("[project]\n", &siblings()), None);
        assert_eq!(rewrite("no toml", &siblings()), None);
    }
}
