//! `[tool.pdm]`: the groups that PDM had before PEP 735, and folders by `${PROJECT_ROOT}`.

use super::{Dependency, DependencySource, Manifest};
use crate::toml::Table;
use diagnostics::{Located, Problem};
use formats::PackageName;

/// How PDM writes the folder of the manifest.
const ROOT: &str = "/${PROJECT_ROOT}/";

impl Manifest {
    pub(super) fn read_pdm(&mut self, pdm: Table<'_>, problems: &mut Vec<Problem>) {
        let groups = pdm.table("dev-dependencies", problems).map(|table| table.entries());
        for (name, node) in groups.unwrap_or_default() {
            let texts = node.strings(problems).unwrap_or_default();
            let dependencies = texts
                .into_iter()
                .filter_map(|text| match text.value.strip_prefix("-e ") {
                    Some(address) => editable(&text, address.trim()),
                    None => Dependency::pep508(text, problems),
                });
            let name = PackageName::parse(name.value).map_or_else(|| name.value.to_owned(), |name| name.to_string());
            self.groups.entry(name).or_default().dependencies.extend(dependencies);
        }
    }

    /// Folders, seen from the manifest.
    pub(super) fn resolve_project_root(&mut self) {
        let groups = self.groups.values_mut().flat_map(|group| &mut group.dependencies);
        for dependency in self.main.iter_mut().chain(groups) {
            if let DependencySource::Path { path, .. } = &mut dependency.source
                && let Some(relative) = path.value.strip_prefix(ROOT)
            {
                path.value = relative.to_owned();
            }
        }
    }
}

/// `-e file:///${PROJECT_ROOT}/libs/core#egg=core`
fn editable(text: &Located<String>, address: &str) -> Option<Dependency> {
    let (path, egg) = address.split_once("#egg=")?;
    let name = PackageName::parse(egg.split('[').next()?)?;
    let path = path.strip_prefix("file://")?.to_owned();
    Some(Dependency {
        name: text.clone().map(|_| name),
        extras: Vec::new(),
        constraint: None,
        marker: None,
        python: None,
        platform: None,
        source: DependencySource::Path {
            path: text.clone().map(|_| path),
            develop: true,
        },
        optional: false,
        extra: None,
    })
}
