use crate::{
    lock::{LockedPackage, LockedSource, entry},
    toml::{Node, Table},
};
use diagnostics::Problem;
use formats::PackageName;
use formats::normalised;
use python::marker::Marker;

/// An entry, and where it leads.
#[derive(Debug)]
pub struct Entry {
    pub package: LockedPackage,
    pub edges: Vec<Edge>,
}

/// A dependency of an entry.
#[derive(Debug)]
pub struct Edge {
    /// The extra of the entry that adds it.
    pub of_extra: Option<String>,
    /// The group of the member that it stands in.
    pub of_group: Option<String>,
    pub name: PackageName,
    pub version: Option<String>,
    pub extras: Vec<String>,
    pub marker: Marker,
}

impl Entry {
    pub fn is_local(&self) -> bool {
        matches!(self.package.source, LockedSource::Directory { .. })
    }
}

pub fn read(node: &Node<'_>, problems: &mut Vec<Problem>) -> Option<Entry> {
    let table = node.table(problems)?;
    let name = table.string("name", problems)?;
    let mut package = entry::package(table, name, problems)?;
    let mut edges = edges_of(table.get("dependencies"), (None, None), problems);
    for (key, is_extra) in [("optional-dependencies", true), ("dev-dependencies", false)] {
        for (label, node) in table
            .table(key, problems)
            .map(|table| table.entries())
            .unwrap_or_default()
        {
            let label = Some(normalised(label.value));
            let of = if is_extra { (label, None) } else { (None, label) };
            edges.extend(edges_of(Some(node), of, problems));
        }
    }
    let forks = table.strings("resolution-markers", problems).unwrap_or_default();
    let forks = forks.iter().map(|text| entry::marker(text, problems));
    let fork = forks.reduce(Marker::or).unwrap_or(Marker::TRUE);
    for edge in &mut edges {
        edge.marker = edge.marker.and(fork);
    }
    let wheels = table.get("wheels").and_then(|node| node.array(problems));
    let nodes = table.get("sdist").into_iter().chain(wheels.unwrap_or_default());
    package.files = entry::archives(nodes, &["filename", "url", "path"], problems).into();
    package.source = source_of(table, problems);
    Some(Entry { package, edges })
}

fn edges_of(
    node: Option<Node<'_>>,
    (of_extra, of_group): (Option<String>, Option<String>),
    problems: &mut Vec<Problem>,
) -> Vec<Edge> {
    let nodes = node.and_then(|node| node.array(problems)).unwrap_or_default();
    let mut edges = Vec::new();
    for node in nodes {
        let Some(table) = node.table(problems) else { continue };
        let Some(name) = table
            .string("name", problems)
            .and_then(|text| PackageName::parse(&text.value))
        else {
            continue;
        };
        let extras = table.strings("extra", problems).unwrap_or_default();
        edges.push(Edge {
            of_extra: of_extra.clone(),
            of_group: of_group.clone(),
            name,
            version: table.string("version", problems).map(|text| text.value),
            extras: extras.iter().map(|extra| normalised(&extra.value)).collect(),
            marker: table
                .string("marker", problems)
                .map_or(Marker::TRUE, |text| entry::marker(&text, problems)),
        });
    }
    edges
}

fn source_of(package: Table<'_>, problems: &mut Vec<Problem>) -> LockedSource {
    let Some(table) = package.table("source", problems) else {
        return LockedSource::Default;
    };
    let mut text = |key: &str| table.string(key, problems).map(|text| text.value);
    for (key, develop) in [("editable", true), ("virtual", true), ("directory", false)] {
        if let Some(path) = text(key) {
            return LockedSource::Directory { path, develop };
        }
    }
    if let Some(path) = text("path") {
        return LockedSource::File { path };
    }
    let subdirectory = text("subdirectory");
    if let Some(url) = text("url") {
        return LockedSource::Url { url, subdirectory };
    }
    match text("git") {
        Some(address) => {
            let (url, commit) = address.rsplit_once('#').unwrap_or((&address, ""));
            LockedSource::Git {
                url: url.split('?').next().unwrap_or_default().to_owned(),
                reference: None,
                commit: commit.to_owned(),
                subdirectory,
            }
        }
        // Which index it was is between uv and the manifest.
        None => LockedSource::Default,
    }
}
