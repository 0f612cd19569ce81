use crate::{
    lock::{GroupMarkers, LockedPackage, LockedSource, entry},
    manifest::MAIN,
    toml::{Node, Table},
};
use diagnostics::{Located, Problem};
use formats::poetry_lock::LockedFile;
use python::{
    constraint::{Dialect, VersionSet},
    marker::Marker,
};

/// Digests that installers accept for an archive (`--hash`), the usual one first.
const ALGORITHMS: [&str; 3] = ["sha256", "sha384", "sha512"];

/// The keys of an entry of which exactly one kind says where the package comes from.
const SOURCES: [&str; 3] = ["vcs", "directory", "archive"];

/// One of `[[packages]]`.
pub struct Entry {
    pub package: LockedPackage,
    /// Where it is installed; groups and extras are decided later.
    pub marker: Marker,
    /// The index that its archives come from.
    pub index: Option<String>,
}

impl Entry {
    pub fn is_folder(&self) -> bool {
        matches!(self.package.source, LockedSource::Directory { .. })
    }

    /// Whether its archives are those of an index, not files beside the lock.
    pub fn is_of_index(&self) -> bool {
        let mut addresses = self.package.files.iter().filter_map(|file| file.address.as_ref());
        self.package.source == LockedSource::Default && addresses.any(|address| address.contains("://"))
    }

    /// Whether both are the same release from the same place.
    pub fn is_same(&self, other: &Self) -> bool {
        let (ours, theirs) = (&self.package, &other.package);
        ours.name == theirs.name && ours.number == theirs.number && ours.source == theirs.source
    }

    /// Notes which groups need it: `of` in a file of one group, otherwise those that its marker asks for. A group of
    /// `of_project` stands for the main one.
    pub fn note_groups(&mut self, of: &str, of_project: &[String], own: &[String]) {
        let decided = |marker: Marker, groups: &[String], is_asked: bool| {
            groups.iter().fold(marker, |marker, group| {
                marker.with_extra(&Marker::group_variable(group), is_asked)
            })
        };
        let groups = &mut self.package.groups;
        let of_main = decided(self.marker, of_project, true);
        if of != MAIN {
            groups.insert(of.to_owned(), decided(of_main, own, true));
            return;
        }
        if !decided(of_main, own, false).is_false() {
            groups.insert(MAIN.to_owned(), of_main);
        }
        let of_groups = decided(self.marker, of_project, false);
        for group in own {
            let variable = Marker::group_variable(group);
            let asked = of_groups.with_extra(&variable, true);
            if asked != of_groups.with_extra(&variable, false) {
                groups.insert(group.clone(), asked);
            }
        }
    }
}

pub fn read(node: &Node<'_>, problems: &mut Vec<Problem>) -> Option<Entry> {
    let table = node.table(problems)?;
    let Some(name) = table.string("name", problems) else {
        problems.push(Problem::error("a package has no `name`").at(node.place()));
        return None;
    };
    let mut package = entry::package(table, name, problems)?;
    let python = table.string("requires-python", problems);
    // What a package supports was checked by who locked it; a range that cannot be read limits nothing.
    let python = python.and_then(|text| VersionSet::parse(&text.value, Dialect::Pep440).ok());
    package.python = python.unwrap_or_else(VersionSet::any);
    let marker = table
        .string("marker", problems)
        .map_or(Marker::TRUE, |text| self::marker(&text, problems));
    let index = table.string("index", problems).map(|index| index.value);
    let (source, files) = origin(table, node, problems)?;
    package.source = source;
    package.files = files.into();
    package.groups = GroupMarkers::new();
    Some(Entry { package, marker, index })
}

pub fn marker(text: &Located<String>, problems: &mut Vec<Problem>) -> Marker {
    Marker::parse_of_lock(&text.value).unwrap_or_else(|error| {
        problems.push(Problem::error(error.message).at(text.part(error.span)));
        Marker::FALSE
    })
}

/// Where an installer takes it from, and its archives.
fn origin(table: Table<'_>, node: &Node<'_>, problems: &mut Vec<Problem>) -> Option<(LockedSource, Vec<LockedFile>)> {
    let has_archives = table.get("wheels").is_some() || table.get("sdist").is_some();
    let named: Vec<&str> = SOURCES.into_iter().filter(|key| table.get(key).is_some()).collect();
    match (named.as_slice(), has_archives) {
        ([], true) => {
            let wheels = table.get("wheels").and_then(|node| node.array(problems));
            let nodes = table.get("sdist").into_iter().chain(wheels.unwrap_or_default());
            let nodes: Vec<Node<'_>> = nodes.collect();
            let files = nodes.iter().filter_map(|node| archive(node, problems));
            Some((LockedSource::Default, files.collect()))
        }
        (["vcs"], false) => Some((of_git(table.table("vcs", problems)?, problems)?, Vec::new())),
        (["directory"], false) => {
            let folder = table.table("directory", problems)?;
            let develop = folder.boolean("editable", problems).is_some_and(|flag| flag.value);
            let path = folder.string("path", problems)?;
            let inside = folder.string("subdirectory", problems);
            let path = inside.map_or(path.value.clone(), |inside| format!("{}/{}", path.value, inside.value));
            Some((LockedSource::Directory { path, develop }, Vec::new()))
        }
        (["archive"], false) => {
            let entry = table.table("archive", problems)?;
            let files = table.get("archive").and_then(|node| archive(&node, problems));
            let mut text = |key: &str| entry.string(key, problems).map(|text| text.value);
            let subdirectory = text("subdirectory");
            let source = match (text("url"), text("path")) {
                (Some(url), _) => LockedSource::Url { url, subdirectory },
                (None, Some(path)) => LockedSource::File { path },
                (None, None) => return None,
            };
            Some((source, files.into_iter().collect()))
        }
        _ => {
            problems.push(
                Problem::error(
                    "a package comes either from one of `vcs`, `directory` and `archive`, or from `wheels` and `sdist`",
                )
                .at(node.place()),
            );
            None
        }
    }
}

fn of_git(vcs: Table<'_>, problems: &mut Vec<Problem>) -> Option<LockedSource> {
    let kind = vcs.string("type", problems);
    if let Some(kind) = kind.filter(|kind| kind.value != "git") {
        problems.push(
            Problem::error(format!(
                "packages of `{}` are not supported, only those of git",
                kind.value
            ))
            .at(kind.place),
        );
        return None;
    }
    let mut text = |key: &str| vcs.string(key, problems).map(|text| text.value);
    let (url, commit) = (text("url").or_else(|| text("path")), text("commit-id"));
    let (reference, subdirectory) = (text("requested-revision"), text("subdirectory"));
    let (Some(url), Some(commit)) = (url, commit) else {
        problems.push(Problem::error("a package of git needs `url` and `commit-id`").at(vcs.place()));
        return None;
    };
    Some(LockedSource::Git {
        url,
        reference,
        commit,
        subdirectory,
    })
}

/// An archive, which has a name of its own or that of its address, and a digest.
fn archive(node: &Node<'_>, problems: &mut Vec<Problem>) -> Option<LockedFile> {
    let table = node.table(problems)?;
    let mut text = |key: &str| table.string(key, problems).map(|text| text.value);
    let (name, address) = (text("name"), text("url").or_else(|| text("path")));
    let Some(name) = name.or_else(|| {
        address
            .as_ref()
            .and_then(|address| Some(address.rsplit('/').next()?.to_owned()))
    }) else {
        problems.push(Problem::error("an archive needs `url` or `path`").at(node.place()));
        return None;
    };
    let hashes = table.table("hashes", problems);
    let hash = hashes.and_then(|hashes| {
        let mut known = ALGORITHMS.into_iter();
        let algorithm = known.find(|algorithm| hashes.get(algorithm).is_some())?;
        let hash = hashes.string(algorithm, problems)?;
        Some(format!("{algorithm}:{}", hash.value.to_ascii_lowercase()))
    });
    let Some(hash) = hash else {
        let message = format!(
            "`{name}` has no digest that installers accept ({})",
            ALGORITHMS.join(", ")
        );
        problems.push(Problem::error(message).at(node.place()));
        return None;
    };
    Some(LockedFile { name, hash, address })
}
