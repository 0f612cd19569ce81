use std::{collections::BTreeMap, str::FromStr};

use pep440_rs::Version;

use super::normalised;
use crate::{
    repo::{
        Located, PackageName,
        constraint::VersionSet,
        lock::{GroupMarkers, LockedFile, LockedPackage, LockedSource, uv},
        manifest::{Dependency, Manifest},
        marker::Marker,
        toml::{Node, Table},
    },
    report::Problem,
};

/// One `[[package]]`.
pub struct Entry {
    pub package: LockedPackage,
    /// As PDM calls them.
    pub groups: Vec<String>,
    pub marker: Marker,
    /// Of the package with these extras: PDM has an entry for each.
    extras: Vec<String>,
    dependencies: Vec<Dependency>,
}

pub fn read(node: &Node<'_>, problems: &mut Vec<Problem>) -> Option<Entry> {
    let table = node.table(problems)?;
    let Some(name) = table.string("name", problems) else {
        problems.push(Problem::error("a package has no `name`").at(node.place()));
        return None;
    };
    let Some(package) = PackageName::parse(&name.value) else {
        problems.push(Problem::error(format!("`{}` is no valid package name", name.value)).at(name.place));
        return None;
    };
    let version = table.string("version", problems).unwrap_or_else(|| Located {
        value: "0".into(),
        place: name.place.clone(),
    });
    let Ok(number) = Version::from_str(&version.value) else {
        problems.push(Problem::error(format!("`{}` is no version (PEP 440)", version.value)).at(version.place));
        return None;
    };
    let marker = match table.string("marker", problems) {
        Some(text) => Marker::parse(&text.value).unwrap_or_else(|error| {
            problems.push(Problem::error(error.message).at(text.part(error.span)));
            Marker::FALSE
        }),
        None => Marker::TRUE,
    };
    let mut texts = |key: &str| table.strings(key, problems).unwrap_or_default();
    let (groups, extras, dependencies) = (texts("groups"), texts("extras"), texts("dependencies"));
    let dependencies = dependencies
        .into_iter()
        .filter_map(|text| Dependency::pep508(text, problems));
    Some(Entry {
        dependencies: dependencies.collect(),
        groups: groups.into_iter().map(|group| group.value).collect(),
        extras: extras.into_iter().map(|extra| normalised(&extra.value)).collect(),
        marker,
        package: LockedPackage {
            name: package,
            number,
            version,
            optional: false,
            python: VersionSet::any(),
            files: files_of(table, problems).into(),
            source: source_of(table, problems),
            groups: GroupMarkers::new(),
            dependencies: Vec::new(),
            extras: BTreeMap::new(),
            place: name.place,
        },
    })
}

/// Notes with each package which groups of the manifest lead to it.
pub fn walk(entries: &mut [Entry], manifest: &Manifest) {
    let mut graph: Vec<uv::Entry> = entries
        .iter()
        .map(|entry| uv::Entry {
            package: entry.package.clone(),
            edges: entry
                .dependencies
                .iter()
                .flat_map(|dependency| {
                    // The entry of the bare package holds what every extra needs, too.
                    let of_extras = entry.extras.iter().cloned().map(Some);
                    let of: Vec<_> = if entry.extras.is_empty() {
                        vec![None]
                    } else {
                        of_extras.collect()
                    };
                    of.into_iter().map(|of_extra| edge(dependency, of_extra, None))
                })
                .collect(),
        })
        .collect();
    let main = manifest
        .main
        .iter()
        .map(|dependency| edge(dependency, dependency.extra.clone(), None));
    let groups = manifest.groups.iter().flat_map(|(name, group)| {
        let dependencies = group.dependencies.iter();
        dependencies.map(move |dependency| edge(dependency, None, Some(name.clone())))
    });
    let Some(first) = entries.first() else { return };
    let project = uv::Entry {
        package: first.package.clone(),
        edges: main.chain(groups).collect(),
    };
    graph.push(project);
    let member = graph.len() - 1;
    uv::groups(&mut graph, member);
    for (entry, walked) in entries.iter_mut().zip(graph) {
        entry.package.groups = walked.package.groups;
    }
}

fn edge(dependency: &Dependency, of_extra: Option<String>, of_group: Option<String>) -> uv::Edge {
    let marker = dependency.marker.as_ref();
    uv::Edge {
        of_extra,
        of_group,
        name: dependency.name.value.clone(),
        version: None,
        extras: dependency.extras.iter().map(|extra| normalised(extra)).collect(),
        marker: marker.map_or(Marker::TRUE, |text| Marker::parse(&text.value).unwrap_or(Marker::TRUE)),
    }
}

/// Archives by name, or by the last part of their address.
fn files_of(table: Table<'_>, problems: &mut Vec<Problem>) -> Vec<LockedFile> {
    let nodes = table.get("files").and_then(|node| node.array(problems));
    let mut files = Vec::new();
    for node in nodes.unwrap_or_default() {
        let Some(table) = node.table(problems) else { continue };
        let address = ["file", "url"].into_iter().find_map(|key| table.string(key, problems));
        let hash = table.string("hash", problems);
        if let (Some(address), Some(hash)) = (address, hash) {
            files.push(LockedFile {
                name: address.value.rsplit('/').next().unwrap_or_default().to_owned(),
                hash: hash.value,
            });
        }
    }
    files
}

fn source_of(table: Table<'_>, problems: &mut Vec<Problem>) -> LockedSource {
    let develop = table.boolean("editable", problems).is_some_and(|flag| flag.value);
    let mut text = |key: &str| table.string(key, problems).map(|text| text.value);
    let subdirectory = text("subdirectory");
    if let Some(path) = text("path") {
        let is_archive = [".whl", ".tar.gz", ".zip"].iter().any(|end| path.ends_with(end));
        return match is_archive {
            true => LockedSource::File { path },
            false => LockedSource::Directory { path, develop },
        };
    }
    if let Some(url) = text("git") {
        return LockedSource::Git {
            url,
            reference: text("ref"),
            commit: text("revision").unwrap_or_default(),
            subdirectory,
        };
    }
    // Which index it was is between PDM and the manifest.
    match text("url") {
        Some(url) => LockedSource::Url { url, subdirectory },
        None => LockedSource::Default,
    }
}
