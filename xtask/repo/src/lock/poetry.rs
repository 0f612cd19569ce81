//! The packages of a lock that Poetry wrote, in each of its formats.

use std::{
    collections::{BTreeMap, HashMap},
    str::FromStr,
};

use formats::poetry_lock::{Lists, LockedFile};
use pep440_rs::Version;

use super::{Format, GroupMarkers, LockedPackage, LockedSource, normalised, versions};
use crate::{
    manifest::Dependency,
    toml::{Node, Table},
};
use diagnostics::{Located, Problem};
use formats::PackageName;
use python::{constraint::VersionSet, marker::Marker};

/// Every `[[package]]`.
pub(super) fn packages(
    root: Table<'_>,
    format: Format,
    metadata: Table<'_>,
    lists: &mut Lists,
    problems: &mut Vec<Problem>,
) -> Vec<LockedPackage> {
    let nodes = match root.get("package") {
        Some(node) => node.array(problems).unwrap_or_default(),
        None => Vec::new(),
    };
    let mut reader = Reader {
        format,
        shared_files: match format {
            Format::V1 => shared_files(metadata, lists, problems),
            Format::V2_0 | Format::V2_1 | Format::Uv | Format::Pipenv | Format::Pdm | Format::Pylock => HashMap::new(),
        },
        lists,
        versions: HashMap::new(),
        markers: HashMap::new(),
    };
    nodes.iter().filter_map(|node| reader.package(node, problems)).collect()
}

struct Reader<'a> {
    format: Format,
    shared_files: HashMap<String, Vec<LockedFile>>,
    /// Lists that were read before the TOML was, by offset.
    lists: &'a mut Lists,
    /// A lock repeats few constraints on Python often.
    versions: HashMap<String, VersionSet>,
    /// A lock repeats few markers often.
    markers: HashMap<String, Marker>,
}

impl Reader<'_> {
    fn package(&mut self, node: &Node<'_>, problems: &mut Vec<Problem>) -> Option<LockedPackage> {
        let table = node.table(problems)?;
        let name = required(table, "name", node, problems)?;
        let version = required(table, "version", node, problems)?;
        let Some(package) = PackageName::parse(&name.value) else {
            problems.push(Problem::error(format!("`{}` is not a valid package name", name.value)).at(name.place));
            return None;
        };
        let Ok(number) = Version::from_str(&version.value) else {
            problems.push(Problem::error(format!("`{}` is not a version (PEP 440)", version.value)).at(version.place));
            return None;
        };
        let optional = table.boolean("optional", problems).is_some_and(|flag| flag.value);
        let source = match table.get("source") {
            Some(source) => source_of(&source, table, problems)?,
            None => LockedSource::Default,
        };
        let mut python = VersionSet::any();
        let mut dependencies = Vec::new();
        let mut extras = BTreeMap::new();
        let mut groups = GroupMarkers::new();
        match self.format {
            Format::V2_1 | Format::Uv | Format::Pipenv | Format::Pdm | Format::Pylock => {
                groups = self.groups(table, node, problems);
                if matches!(source, LockedSource::Directory { .. }) {
                    dependencies = dependencies_of(table, problems);
                    extras = extras_of(table, problems);
                }
            }
            Format::V1 | Format::V2_0 => {
                let text = table.string("python-versions", problems);
                python = text.and_then(|text| self.python(&text, problems)).unwrap_or(python);
                dependencies = dependencies_of(table, problems);
                extras = extras_of(table, problems);
            }
        }
        Some(LockedPackage {
            files: self.files(table, &name.value, &source, problems).into(),
            name: package,
            number,
            version,
            optional,
            python,
            source,
            groups,
            dependencies,
            extras,
            place: name.place,
        })
    }

    /// `markers` is one text for all groups, or a table by group in which a group that is left out has none.
    fn groups(&mut self, table: Table<'_>, node: &Node<'_>, problems: &mut Vec<Problem>) -> GroupMarkers {
        let Some(groups) = table.get("groups") else {
            problems.push(missing("groups", node));
            return GroupMarkers::new();
        };
        let groups = groups.strings(problems).unwrap_or_default();
        let markers = table.get("markers");
        if let Some(text) = markers.as_ref().filter(|markers| !markers.is_table()) {
            let marker = text.string(problems).map(|text| self.marker(&text, problems));
            let marker = marker.unwrap_or(Marker::TRUE);
            return groups.iter().map(|group| (normalised(&group.value), marker)).collect();
        }
        let by_group = markers.and_then(|markers| markers.table(problems));
        let mut all = GroupMarkers::new();
        for group in groups {
            let text = by_group.and_then(|table| table.string(&group.value, problems));
            let marker = text.map_or(Marker::TRUE, |text| self.marker(&text, problems));
            all.insert(normalised(&group.value), marker);
        }
        all
    }

    fn python(&mut self, text: &Located<String>, problems: &mut Vec<Problem>) -> Option<VersionSet> {
        if let Some(known) = self.versions.get(&text.value) {
            return Some(known.clone());
        }
        let set = versions(text, problems)?;
        self.versions.insert(text.value.clone(), set.clone());
        Some(set)
    }

    fn marker(&mut self, text: &Located<String>, problems: &mut Vec<Problem>) -> Marker {
        if let Some(&known) = self.markers.get(&text.value) {
            return known;
        }
        let marker = match Marker::parse(&text.value) {
            Ok(marker) => marker,
            Err(error) => {
                problems.push(Problem::error(error.message).at(text.part(error.span)));
                return Marker::FALSE;
            }
        };
        self.markers.insert(text.value.clone(), marker);
        marker
    }

    fn files(
        &mut self,
        table: Table<'_>,
        name: &str,
        source: &LockedSource,
        problems: &mut Vec<Problem>,
    ) -> Vec<LockedFile> {
        if let Some(files) = table.get("files") {
            return files_of(&files, self.lists, problems);
        }
        // Up to format 1.1 all versions of a package share one list of files.
        let files = self.shared_files.get(name).cloned().unwrap_or_default();
        match source {
            LockedSource::File { path } => {
                let file_name = path.rsplit('/').next().unwrap_or(path);
                files.into_iter().filter(|file| file.name == file_name).collect()
            }
            LockedSource::Default | LockedSource::Index { .. } => files,
            LockedSource::Git { .. } | LockedSource::Url { .. } | LockedSource::Directory { .. } => Vec::new(),
        }
    }
}

/// `[metadata.files]`, and the even older `[metadata.hashes]`, which has no file names.
fn shared_files(
    metadata: Table<'_>,
    lists: &mut Lists,
    problems: &mut Vec<Problem>,
) -> HashMap<String, Vec<LockedFile>> {
    let mut shared = HashMap::new();
    if let Some(table) = metadata.table("files", problems) {
        for (name, node) in table.entries() {
            shared.insert(name.value.to_owned(), files_of(&node, lists, problems));
        }
    } else if let Some(table) = metadata.table("hashes", problems) {
        for (name, node) in table.entries() {
            let hashes = node.strings(problems).unwrap_or_default();
            let files = hashes.into_iter().map(|hash| LockedFile {
                name: hash.value.clone(),
                hash: hash.value,
                address: None,
            });
            shared.insert(name.value.to_owned(), files.collect());
        }
    }
    shared
}

fn files_of(node: &Node<'_>, lists: &mut Lists, problems: &mut Vec<Problem>) -> Vec<LockedFile> {
    if let Some(list) = lists.remove(&node.start()) {
        return list;
    }
    let nodes = node.array(problems).unwrap_or_default();
    let mut files = Vec::with_capacity(nodes.len());
    for node in &nodes {
        let Some(table) = node.table(problems) else { continue };
        let (name, hash) = (table.get("file"), table.get("hash"));
        match (name.and_then(|node| node.as_str()), hash.and_then(|node| node.as_str())) {
            (Some(name), Some(hash)) => files.push(LockedFile {
                name: name.to_owned(),
                hash: hash.to_owned(),
                address: None,
            }),
            _ => problems.push(Problem::error("expected `file` and `hash`, two strings").at(node.place())),
        }
    }
    files
}

fn source_of(node: &Node<'_>, package: Table<'_>, problems: &mut Vec<Problem>) -> Option<LockedSource> {
    let table = node.table(problems)?;
    let kind = required(table, "type", node, problems)?;
    let url = required(table, "url", node, problems)?.value;
    let subdirectory = table.string("subdirectory", problems).map(|text| text.value);
    Some(match kind.value.as_str() {
        "legacy" => LockedSource::Index { url },
        "url" => LockedSource::Url { url, subdirectory },
        "file" => LockedSource::File { path: url },
        "directory" => LockedSource::Directory {
            path: url,
            develop: package.boolean("develop", problems).is_some_and(|flag| flag.value),
        },
        "git" => LockedSource::Git {
            url,
            reference: table.string("reference", problems).map(|text| text.value),
            commit: required(table, "resolved_reference", node, problems)?.value,
            subdirectory,
        },
        unknown => {
            problems.push(Problem::error(format!("a source of type `{unknown}` is unknown")).at(kind.place));
            return None;
        }
    })
}

fn dependencies_of(package: Table<'_>, problems: &mut Vec<Problem>) -> Vec<Dependency> {
    let Some(table) = package.table("dependencies", problems) else {
        return Vec::new();
    };
    let entries = table.entries();
    entries
        .iter()
        .flat_map(|(key, node)| Dependency::poetry(key, node, problems))
        .collect()
}

/// `extra = ["name (>=1)", "name[other] (>=1) ; marker"]`.
fn extras_of(package: Table<'_>, problems: &mut Vec<Problem>) -> BTreeMap<String, Vec<Located<String>>> {
    let Some(table) = package.table("extras", problems) else {
        return BTreeMap::new();
    };
    let entries = table.entries().into_iter();
    entries
        .map(|(extra, node)| (normalised(extra.value), node.strings(problems).unwrap_or_default()))
        .collect()
}

fn required(table: Table<'_>, key: &str, node: &Node<'_>, problems: &mut Vec<Problem>) -> Option<Located<String>> {
    match table.get(key) {
        Some(value) => value.string(problems),
        None => {
            problems.push(missing(key, node));
            None
        }
    }
}

fn missing(key: &str, node: &Node<'_>) -> Problem {
    Problem::error(format!("`{key}` is missing"))
        .at(node.place())
        .remedy("run `poetry lock`, to write the lock again")
}
