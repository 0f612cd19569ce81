use crate::{
    lock::{LockedPackage, LockedSource, entry, uv},
    manifest::{Dependency, Manifest},
    toml::{Node, Table},
};
use diagnostics::Problem;
use formats::normalised;
use python::marker::Marker;

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
    let mut package = entry::package(table, name, problems)?;
    let marker = table
        .string("marker", problems)
        .map_or(Marker::TRUE, |text| entry::marker(&text, problems));
    let mut texts = |key: &str| table.strings(key, problems).unwrap_or_default();
    let (groups, extras, dependencies) = (texts("groups"), texts("extras"), texts("dependencies"));
    let dependencies = dependencies
        .into_iter()
        .filter_map(|text| Dependency::pep508(text, problems));
    let dependencies: Vec<Dependency> = dependencies.collect();
    let files = table.get("files").and_then(|node| node.array(problems));
    package.files = entry::archives(files.unwrap_or_default(), &["file", "url"], problems).into();
    package.source = source_of(table, problems);
    Some(Entry {
        dependencies,
        groups: groups.into_iter().map(|group| group.value).collect(),
        extras: extras.into_iter().map(|extra| normalised(&extra.value)).collect(),
        marker,
        package,
    })
}

/// Notes with each package which groups of the manifest lead to it.
pub fn walk(entries: &mut [Entry], manifest: &Manifest) {
    let mut graph: Vec<uv::Entry> = entries
        .iter()
        .map(|entry| uv::Entry {
            package: entry.package.clone(),
            origin: None,
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
        origin: None,
        edges: main.chain(groups).collect(),
    };
    graph.push(project);
    let member = graph.len() - 1;
    uv::groups(&mut graph, &[member], &[]);
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
        origin: None,
        extras: dependency.extras.iter().map(|extra| normalised(extra)).collect(),
        marker: marker.map_or(Marker::TRUE, |text| Marker::parse(&text.value).unwrap_or(Marker::TRUE)),
    }
}

fn source_of(table: Table<'_>, problems: &mut Vec<Problem>) -> LockedSource {
    let develop = table.boolean("editable", problems).is_some_and(|flag| flag.value);
    let mut text = |key: &str| table.string(key, problems).map(|text| text.value);
    let subdirectory = text("subdirectory");
    if let Some(path) = text("path") {
        let is_archive = [".whl", ".tar.gz", ".zip"].iter().any(|end| path.ends_with(end));
        return if is_archive {
            LockedSource::File { path }
        } else {
            LockedSource::Directory { path, develop }
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
