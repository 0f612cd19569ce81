//! What entries of uv's and of PDM's locks have in common.

use std::{collections::BTreeMap, str::FromStr};

use pep440_rs::Version;

use super::{GroupMarkers, LockedPackage, LockedSource};
use crate::toml::{Node, Table};
use diagnostics::{Located, Problem};
use formats::PackageName;
use formats::poetry_lock::LockedFile;
use python::{constraint::VersionSet, marker::Marker};

/// Name and version of an entry, without archives and source. Which groups need it is found out by a walk.
pub(super) fn package(table: Table<'_>, name: Located<String>, problems: &mut Vec<Problem>) -> Option<LockedPackage> {
    let Some(package) = PackageName::parse(&name.value) else {
        problems.push(Problem::error(format!("`{}` is not a valid package name", name.value)).at(name.place));
        return None;
    };
    // A package whose version is found out by its build has none.
    let version = table.string("version", problems).unwrap_or_else(|| Located {
        value: "0".into(),
        place: name.place.clone(),
    });
    let Ok(number) = Version::from_str(&version.value) else {
        problems.push(Problem::error(format!("`{}` is not a version (PEP 440)", version.value)).at(version.place));
        return None;
    };
    Some(LockedPackage {
        name: package,
        number,
        version,
        optional: false,
        python: VersionSet::any(),
        files: Vec::new().into(),
        source: LockedSource::Default,
        groups: GroupMarkers::new(),
        dependencies: Vec::new(),
        extras: BTreeMap::new(),
        place: name.place,
    })
}

pub(super) fn marker(text: &Located<String>, problems: &mut Vec<Problem>) -> Marker {
    Marker::parse(&text.value).unwrap_or_else(|error| {
        problems.push(Problem::error(error.message).at(text.part(error.span)));
        Marker::FALSE
    })
}

/// Archives by name, which follows the first of these keys that there is, or by the last part of their address.
pub(super) fn archives<'a>(
    nodes: impl IntoIterator<Item = Node<'a>>,
    keys: &[&str],
    problems: &mut Vec<Problem>,
) -> Vec<LockedFile> {
    let mut files = Vec::new();
    for node in nodes {
        let Some(table) = node.table(problems) else { continue };
        let address = keys.iter().find_map(|key| table.string(key, problems));
        let hash = table.string("hash", problems);
        if let (Some(address), Some(hash)) = (address, hash) {
            files.push(LockedFile {
                name: address.value.rsplit('/').next().unwrap_or_default().to_owned(),
                hash: hash.value,
                address: ["url", "path"]
                    .iter()
                    .find_map(|key| table.get(key)?.as_str())
                    .map(str::to_owned),
            });
        }
    }
    files
}
