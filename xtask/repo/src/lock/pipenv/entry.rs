use std::{collections::BTreeMap, str::FromStr};

use pep440_rs::Version;

use crate::lock::{GroupMarkers, LockedPackage, LockedSource};
use diagnostics::{Located, Problem, Source};
use formats::{
    PackageName,
    json::{Node, Value},
    poetry_lock::LockedFile,
};
use python::{constraint::VersionSet, marker::Marker};

/// One package of a category, and where it is needed.
pub fn read(
    source: &Source,
    name: Located<&String>,
    node: &Node,
    problems: &mut Vec<Problem>,
) -> Option<(LockedPackage, Marker)> {
    let mut wrong = |message: String, place| {
        problems.push(Problem::error(message).at(place));
    };
    let Some(package) = PackageName::parse(name.value) else {
        wrong(format!("`{}` is not a valid package name", name.value), name.place);
        return None;
    };
    if !matches!(node.value, Value::Object(_)) {
        let place = source.place(node.span.clone());
        wrong(format!("`{package}` is not an object with a version and hashes"), place);
        return None;
    }
    let text = |key: &str| node.get(key).and_then(|node| node.located(source));
    // What comes from a folder or out of git has none.
    let version = text("version").map(|version| {
        let plain = version.value.trim_start_matches('=').trim().to_owned();
        version.map(|_| plain)
    });
    let version = version.unwrap_or_else(|| Located {
        value: "0".into(),
        place: name.place.clone(),
    });
    let Ok(number) = Version::from_str(&version.value) else {
        wrong(format!("`{}` is not a version (PEP 440)", version.value), version.place);
        return None;
    };
    let marker = match text("markers") {
        Some(text) => Marker::parse(&text.value).unwrap_or_else(|error| {
            wrong(error.message, text.place);
            Marker::FALSE
        }),
        None => Marker::TRUE,
    };
    let locked = LockedPackage {
        name: package,
        number,
        version,
        optional: false,
        python: VersionSet::any(),
        files: files(node).into(),
        source: source_of(node),
        groups: GroupMarkers::new(),
        dependencies: Vec::new(),
        extras: BTreeMap::new(),
        place: name.place,
    };
    Some((locked, marker))
}

/// Digests without the names of the archives.
fn files(node: &Node) -> Vec<LockedFile> {
    let hashes = node.get("hashes").map(Node::array).unwrap_or_default();
    let hashes = hashes.iter().filter_map(Node::text).map(|hash| LockedFile {
        name: hash.to_owned(),
        hash: hash.to_owned(),
        address: None,
    });
    hashes.collect()
}

fn source_of(node: &Node) -> LockedSource {
    let text = |key: &str| node.get(key).and_then(Node::text).map(str::to_owned);
    let develop = matches!(node.get("editable").map(|node| &node.value), Some(Value::Boolean(true)));
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
            reference: None,
            commit: text("ref").unwrap_or_default(),
            subdirectory,
        };
    }
    // Which index it was is between Pipenv and the Pipfile.
    match text("file") {
        Some(url) => LockedSource::Url { url, subdirectory },
        None => LockedSource::Default,
    }
}
