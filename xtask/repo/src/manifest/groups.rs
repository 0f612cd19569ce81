use formats::normalised;
use std::collections::BTreeMap;

use super::{Dependency, Manifest, package_name};
use crate::toml::{Node, Table};
use diagnostics::{Located, Problem};

/// The group that every manifest has: the dependencies of the project itself.
pub const MAIN: &str = "main";

/// A dependency group: of PEP 735, of Poetry, or of both, merged.
#[derive(Clone, Debug, Default)]
pub struct Group {
    /// Installed only when asked for.
    pub optional: bool,
    /// Its requirements, in the order of the file.
    pub dependencies: Vec<Dependency>,
}

/// A package index that `[[tool.poetry.source]]` names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexSource {
    /// The name that dependencies refer to.
    pub name: Located<String>,
    /// The address; a source without one is known to Poetry, as `PyPI` is.
    pub url: Option<Located<String>>,
    /// Poetry's priority: `primary` (the default), `supplemental`, `explicit`, or one of the older words.
    pub priority: Option<String>,
}

impl Manifest {
    pub(super) fn read_dependencies(
        &mut self,
        root: Table<'_>,
        project: Option<Table<'_>>,
        poetry: Option<Table<'_>>,
        problems: &mut Vec<Problem>,
    ) {
        if let Some(project) = project {
            self.read_project(project, problems);
        }
        if let Some(poetry) = poetry {
            self.read_poetry(poetry, problems);
        }
        if let Some(groups) = root.table("dependency-groups", problems) {
            self.read_dependency_groups(groups, problems);
        }
        let tool = root.get("tool").and_then(|tool| tool.table(problems));
        if let Some(uv) = tool.and_then(|tool| tool.table("uv", problems)) {
            self.read_uv(uv, problems);
        }
        if let Some(pdm) = tool.and_then(|tool| tool.table("pdm", problems)) {
            self.read_pdm(pdm, problems);
        }
        self.resolve_project_root();
    }

    fn read_project(&mut self, project: Table<'_>, problems: &mut Vec<Problem>) {
        for text in project.strings("dependencies", problems).unwrap_or_default() {
            self.main.extend(Dependency::pep508(text, problems));
        }
        let Some(extras) = project.table("optional-dependencies", problems) else {
            return;
        };
        for (extra, node) in extras.entries() {
            let members = self.extras.entry(normalised(extra.value)).or_default();
            for text in node.strings(problems).unwrap_or_default() {
                let Some(mut dependency) = Dependency::pep508(text, problems) else {
                    continue;
                };
                dependency.optional = true;
                dependency.extra = Some(normalised(extra.value));
                members.push(dependency.name.value.clone());
                self.main.push(dependency);
            }
        }
    }

    fn read_poetry(&mut self, poetry: Table<'_>, problems: &mut Vec<Problem>) {
        if let Some(dependencies) = poetry.table("dependencies", problems) {
            self.main.extend(poetry_dependencies(dependencies, problems));
        }
        // Poetry before 1.2 knew one group, under its own name.
        if let Some(dependencies) = poetry.table("dev-dependencies", problems) {
            let dev = self.groups.entry("dev".into()).or_default();
            dev.dependencies.extend(poetry_dependencies(dependencies, problems));
        }
        if let Some(groups) = poetry.table("group", problems) {
            for (name, node) in groups.entries() {
                let Some(table) = node.table(problems) else { continue };
                let group = self.groups.entry(normalised(name.value)).or_default();
                group.optional |= table.boolean("optional", problems).is_some_and(|flag| flag.value);
                if let Some(dependencies) = table.table("dependencies", problems) {
                    group.dependencies.extend(poetry_dependencies(dependencies, problems));
                }
            }
        }
        if let Some(extras) = poetry.table("extras", problems) {
            for (extra, node) in extras.entries() {
                let members = self.extras.entry(normalised(extra.value)).or_default();
                for text in node.strings(problems).unwrap_or_default() {
                    members.extend(package_name(text, problems).map(|name| name.value));
                }
            }
        }
    }

    fn read_dependency_groups(&mut self, table: Table<'_>, problems: &mut Vec<Problem>) {
        let nodes: BTreeMap<String, (Located<&str>, Node<'_>)> = table
            .entries()
            .into_iter()
            .map(|(key, node)| (normalised(key.value), (key, node)))
            .collect();
        for name in nodes.keys() {
            let mut dependencies = Vec::new();
            expand(name, &nodes, &mut Vec::new(), &mut dependencies, problems);
            self.groups
                .entry(name.clone())
                .or_default()
                .dependencies
                .splice(0..0, dependencies);
        }
    }
}

/// Collects a group of PEP 735, its included groups in their place.
fn expand(
    name: &str,
    nodes: &BTreeMap<String, (Located<&str>, Node<'_>)>,
    open: &mut Vec<String>,
    into: &mut Vec<Dependency>,
    problems: &mut Vec<Problem>,
) {
    let Some((_, node)) = nodes.get(name) else { return };
    open.push(name.to_owned());
    for member in node.array(problems).unwrap_or_default() {
        if !member.is_table() {
            into.extend(
                member
                    .string(problems)
                    .and_then(|text| Dependency::pep508(text, problems)),
            );
            continue;
        }
        let include = member
            .table(problems)
            .and_then(|table| table.string("include-group", problems));
        let Some(include) = include else {
            problems.push(
                Problem::error("expected a requirement or `{ include-group = \"…\" }` (PEP 735)").at(member.place()),
            );
            continue;
        };
        let included = normalised(&include.value);
        if open.contains(&included) {
            let circle = open
                .iter()
                .map(String::as_str)
                .chain([included.as_str()])
                .collect::<Vec<_>>()
                .join(" → ");
            problems.push(Problem::error(format!("dependency groups include each other: {circle}")).at(include.place));
        } else if !nodes.contains_key(&included) {
            problems
                .push(Problem::error(format!("dependency group `{}` does not exist", include.value)).at(include.place));
        } else {
            expand(&included, nodes, open, into, problems);
        }
    }
    open.pop();
}

fn poetry_dependencies(table: Table<'_>, problems: &mut Vec<Problem>) -> Vec<Dependency> {
    let entries = table.entries();
    let packages = entries
        .iter()
        .filter(|(key, _)| !key.value.eq_ignore_ascii_case("python"));
    packages
        .flat_map(|(key, node)| Dependency::poetry(key, node, problems))
        .collect()
}

pub(super) fn indexes(poetry: Option<Table<'_>>, problems: &mut Vec<Problem>) -> Vec<IndexSource> {
    let Some(sources) = poetry.and_then(|table| table.get("source")) else {
        return Vec::new();
    };
    let nodes = sources.array(problems).unwrap_or_default();
    nodes
        .iter()
        .filter_map(|node| {
            let table = node.table(problems)?;
            Some(IndexSource {
                name: table.string("name", problems)?,
                url: table.string("url", problems),
                priority: priority(table, problems),
            })
        })
        .collect()
}

/// Before Poetry 1.5 the priority was said by two flags.
fn priority(table: Table<'_>, problems: &mut Vec<Problem>) -> Option<String> {
    let mut is_set = |flag: &str| table.boolean(flag, problems).is_some_and(|flag| flag.value);
    let older = ["secondary", "default"].into_iter().find(|flag| is_set(flag));
    let written = table.string("priority", problems).map(|text| text.value);
    written.or_else(|| older.map(str::to_owned))
}
