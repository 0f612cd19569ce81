//! `[tool.uv]`: the dev group that uv had before PEP 735, its indexes, and where it takes packages from.

use super::{Dependency, DependencySource, IndexSource, Manifest};
use crate::toml::{Node, Table};
use diagnostics::{Located, Problem};
use formats::PackageName;

impl Manifest {
    pub(super) fn read_uv(&mut self, uv: Table<'_>, problems: &mut Vec<Problem>) {
        let texts = uv.strings("dev-dependencies", problems).unwrap_or_default();
        let dependencies: Vec<Dependency> = texts
            .into_iter()
            .filter_map(|text| Dependency::pep508(text, problems))
            .collect();
        if !dependencies.is_empty() {
            self.groups
                .entry("dev".into())
                .or_default()
                .dependencies
                .extend(dependencies);
        }
        self.indexes.extend(indexes(uv, problems));
        self.apply_sources(uv, &|_| true, &str::to_owned, problems);
    }

    /// Takes over the sources that the root of a workspace names, for what the manifest of a member names none for. `up` leads from
    /// the member to the root.
    pub fn inherit_sources(&mut self, root: &Self, up: &str) {
        let ignored = &mut Vec::new();
        let own = self.tool("uv").and_then(|uv| uv.table("sources", ignored));
        let own = own.map(|table| table.entries()).unwrap_or_default();
        let own: Vec<PackageName> = own
            .iter()
            .filter_map(|(name, _)| PackageName::parse(name.value))
            .collect();
        if let Some(uv) = root.tool("uv") {
            self.apply_sources(uv, &|name| !own.contains(name), &|path| format!("{up}{path}"), ignored);
        }
    }

    /// Notes with each dependency where `[tool.uv.sources]` takes it from.
    fn apply_sources(
        &mut self,
        uv: Table<'_>,
        is_meant: &dyn Fn(&PackageName) -> bool,
        seen: &dyn Fn(&str) -> String,
        problems: &mut Vec<Problem>,
    ) {
        let sources = uv
            .table("sources", problems)
            .map(|table| table.entries())
            .unwrap_or_default();
        for (name, node) in sources {
            // A list holds sources under different markers: none of them is a folder of the repository everywhere.
            if node.is_array() {
                continue;
            }
            let (Some(name), Some(table)) = (PackageName::parse(name.value), node.table(problems)) else {
                continue;
            };
            if !is_meant(&name) {
                continue;
            }
            let is_member = table.boolean("workspace", problems).is_some_and(|flag| flag.value);
            let path = table.string("path", problems);
            let editable = table.boolean("editable", problems).map(|flag| flag.value);
            let groups = self.groups.values_mut().flat_map(|group| &mut group.dependencies);
            for dependency in self
                .main
                .iter_mut()
                .chain(groups)
                .filter(|dependency| dependency.name.value == name)
            {
                match &path {
                    Some(path) => {
                        dependency.source = DependencySource::Path {
                            path: path.clone().map(|path| seen(&path)),
                            develop: editable.unwrap_or(false),
                        };
                    }
                    None if is_member => {
                        dependency.source = DependencySource::Workspace {
                            develop: editable.unwrap_or(true),
                        };
                    }
                    None => {}
                }
            }
        }
    }
}

/// `[[tool.uv.index]]`, and the two older keys.
fn indexes(uv: Table<'_>, problems: &mut Vec<Problem>) -> Vec<IndexSource> {
    let mut indexes = Vec::new();
    let nodes = uv.get("index").filter(Node::is_array);
    for node in nodes.and_then(|node| node.array(problems)).unwrap_or_default() {
        let Some(table) = node.table(problems) else { continue };
        let Some(url) = table.string("url", problems) else {
            continue;
        };
        let mut is_set = |key: &str| table.boolean(key, problems).is_some_and(|flag| flag.value);
        let priority = match (is_set("default"), is_set("explicit")) {
            (true, _) => None,
            (false, true) => Some("explicit"),
            (false, false) => Some("supplemental"),
        };
        let name = table.string("name", problems);
        indexes.push(index(name.unwrap_or_else(|| url.clone()), url, priority));
    }
    let more = uv.strings("extra-index-url", problems).unwrap_or_default();
    indexes.extend(
        more.into_iter()
            .map(|url| index(url.clone(), url, Some("supplemental"))),
    );
    let default = uv.string("index-url", problems);
    indexes.extend(default.map(|url| index(url.clone(), url, None)));
    indexes
}

fn index(name: Located<String>, url: Located<String>, priority: Option<&str>) -> IndexSource {
    IndexSource {
        name,
        url: Some(url),
        priority: priority.map(str::to_owned),
    }
}
