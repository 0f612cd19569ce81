use crate::{
    lock::{LockedPackage, LockedSource, entry},
    toml::{Node, Table},
};
use diagnostics::Problem;
use formats::PackageName;
use formats::{normalised, poetry_lock::Lists};
use python::marker::Marker;

/// An entry, and where it leads.
#[derive(Clone, Debug)]
pub struct Entry {
    pub package: LockedPackage,
    /// What the lock writes as its source, to tell packages of one name and version apart.
    pub origin: Option<String>,
    pub edges: Vec<Edge>,
}

/// A dependency of an entry.
#[derive(Clone, Debug)]
pub struct Edge {
    /// The extra of the entry that adds it.
    pub of_extra: Option<String>,
    /// The group of the member that it is in.
    pub of_group: Option<String>,
    pub name: PackageName,
    /// Which of several packages of this name: by version, and by where it comes from.
    pub version: Option<String>,
    pub origin: Option<String>,
    pub extras: Vec<String>,
    pub marker: Marker,
}

impl Edge {
    /// A plain dependency on an entry.
    pub fn to(entry: &Entry) -> Self {
        Self {
            of_extra: None,
            of_group: None,
            name: entry.package.name.clone(),
            version: None,
            origin: entry.origin.clone(),
            extras: Vec::new(),
            marker: Marker::TRUE,
        }
    }
}

impl Entry {
    pub fn is_local(&self) -> bool {
        matches!(self.package.source, LockedSource::Directory { .. })
    }
}

pub fn read(node: &Node<'_>, lists: &mut Lists, problems: &mut Vec<Problem>) -> Option<Entry> {
    let table = node.table(problems)?;
    let name = table.string("name", problems)?;
    let mut package = entry::package(table, name, problems)?;
    let mut edges = edges_of(table.get("dependencies"), &Of::Main, problems);
    for (key, is_extra) in [("optional-dependencies", true), ("dev-dependencies", false)] {
        for (label, node) in table
            .table(key, problems)
            .map(|table| table.entries())
            .unwrap_or_default()
        {
            let label = normalised(label.value);
            let of = if is_extra { Of::Extra(label) } else { Of::Group(label) };
            edges.extend(edges_of(Some(node), &of, problems));
        }
    }
    let fork = any_of(table, "resolution-markers", problems);
    for edge in &mut edges {
        edge.marker = edge.marker.and(fork);
    }
    let wheels = table.get("wheels");
    let lifted = wheels.as_ref().and_then(|node| lists.remove(&node.start()));
    let wheels = wheels
        .filter(|_| lifted.is_none())
        .and_then(|node| node.array(problems));
    let nodes = table.get("sdist").into_iter().chain(wheels.unwrap_or_default());
    let mut files = entry::archives(nodes, &["filename", "url", "path"], problems);
    files.extend(lifted.unwrap_or_default());
    package.files = files.into();
    package.source = source_of(table, problems);
    let origin = origin(table);
    Some(Entry { package, origin, edges })
}

/// Holds where one of a list of markers does; without a list, everywhere.
pub fn any_of(table: Table<'_>, key: &str, problems: &mut Vec<Problem>) -> Marker {
    let markers = table.strings(key, problems).unwrap_or_default();
    let markers = markers.iter().map(|text| entry::marker(text, problems));
    markers.reduce(Marker::or).unwrap_or(Marker::TRUE)
}

/// What a list of dependencies belongs to.
pub enum Of {
    Main,
    Extra(String),
    Group(String),
}

/// A list of dependencies.
pub fn edges_of(node: Option<Node<'_>>, of: &Of, problems: &mut Vec<Problem>) -> Vec<Edge> {
    let (of_extra, of_group) = match of {
        Of::Main => (None, None),
        Of::Extra(extra) => (Some(extra), None),
        Of::Group(group) => (None, Some(group)),
    };
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
            of_extra: of_extra.cloned(),
            of_group: of_group.cloned(),
            name,
            origin: origin(table),
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
        // Manifests say whether that is the default index.
        None => match text("registry") {
            Some(url) => LockedSource::Index { url },
            None => LockedSource::Default,
        },
    }
}

/// `source = { … }` as text.
fn origin(table: Table<'_>) -> Option<String> {
    let source = table.table("source", &mut Vec::new())?;
    let parts = source.entries().into_iter();
    let parts = parts.map(|(key, node)| format!("{}={}", key.value, node.as_str().unwrap_or_default()));
    Some(parts.collect::<Vec<_>>().join(" "))
}
