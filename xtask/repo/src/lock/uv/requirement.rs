//! A requirement the way uv notes it in its lock: `[tool.uv.sources]` applied, so that it says where the package comes from.

use std::collections::BTreeMap;

use super::sources::{Origin, Sources};
use crate::{
    manifest::Dependency,
    toml::{Node, Table},
};
use diagnostics::Place;
use formats::{PackageName, normalised};
use pep440_rs::Version;
use python::{constraint::VersionSet, marker::Marker};

/// A requirement of a package, a group, an override or a constraint.
#[derive(Clone, Debug)]
pub struct Requirement {
    /// The group that it belongs to; [`crate::manifest::MAIN`] for the package itself and its extras.
    pub group: String,
    pub name: PackageName,
    extras: Vec<String>,
    /// Specifiers in one order and form; empty where the package does not come from an index.
    specifier: String,
    marker: Marker,
    /// `editable libs/core`, `git URL?rev=1`, `index URL`; empty for any index, `None` where that cannot be determined.
    from: Option<String>,
    /// Where the manifest has it.
    pub place: Option<Place>,
}

/// The keys of the lock that say where a requirement comes from.
const ORIGINS: [&str; 7] = ["editable", "directory", "virtual", "path", "url", "git", "index"];

impl Requirement {
    /// Reads an entry of `requires-dist`, `requires-dev`, `overrides` and the like. `None` where it is not understood.
    pub fn locked(group: &str, node: &Node<'_>) -> Option<Self> {
        let ignored = &mut Vec::new();
        let table = node.table(ignored)?;
        let name = PackageName::parse(&table.string("name", ignored)?.value)?;
        let text = |key: &str| table.string(key, &mut Vec::new()).map(|text| text.value);
        let extras = table.strings("extras", ignored).unwrap_or_default();
        let origin = ORIGINS.into_iter().find_map(|key| Some((key, text(key)?)));
        Some(Self {
            group: group.to_owned(),
            name,
            extras: sorted(extras.into_iter().map(|extra| normalised(&extra.value))),
            specifier: canonical(&text("specifier").unwrap_or_default()),
            marker: text("marker").map_or(Some(Marker::TRUE), |text| marker_of(&text))?,
            from: Some(origin.map_or(String::new(), |(key, value)| Origin::locked(key, &value))),
            place: None,
        })
    }

    /// What uv makes of a dependency: one requirement for each source that it may come from.
    pub fn declared(group: &str, dependency: &Dependency, sources: &Sources<'_>) -> Vec<Self> {
        let own = dependency.marker.as_ref().map(|text| marker_of(&text.value));
        let Some(mut marker) = own.unwrap_or(Some(Marker::TRUE)) else {
            return Vec::new();
        };
        if let Some(extra) = &dependency.extra {
            marker = marker.and(super::walk::of_extra(extra));
        }
        let specifier = dependency.constraint.as_ref();
        let specifier = specifier.map_or(String::new(), |constraint| canonical(&constraint.text.value));
        sources
            .of(group, dependency)
            .into_iter()
            .map(|(asked, origin)| Self {
                group: group.to_owned(),
                name: dependency.name.value.clone(),
                extras: sorted(dependency.extras.iter().map(|extra| normalised(extra))),
                specifier: if origin.has_versions() {
                    specifier.clone()
                } else {
                    String::new()
                },
                marker: marker.and(asked),
                from: origin.text(),
                place: Some(dependency.name.place.clone()),
            })
            .collect()
    }

    /// The requirement where a marker also holds.
    pub fn only_where(self, marker: Marker) -> Self {
        let marker = self.marker.and(marker);
        Self { marker, ..self }
    }

    /// Whether both ask for the same, where `python` holds.
    fn is_same(&self, other: &Self, python: Option<&VersionSet>) -> bool {
        let same_marker = self.marker == other.marker
            || python.is_some_and(|python| {
                let python = Marker::python(python);
                self.marker.and(python) == other.marker.and(python)
            });
        let same_origin = self.from.is_none() || other.from.is_none() || self.from == other.from;
        (&self.group, &self.name, &self.extras, &self.specifier)
            == (&other.group, &other.name, &other.extras, &other.specifier)
            && same_origin
            && same_marker
    }

    /// As people write it.
    pub fn shown(&self) -> String {
        let extras = if self.extras.is_empty() {
            String::new()
        } else {
            format!("[{}]", self.extras.join(","))
        };
        let from = self.from.as_deref().filter(|from| !from.is_empty());
        let from = from.map_or(String::new(), |from| format!(" from {from}"));
        format!("{}{extras}{}{from}", self.name, self.specifier)
    }
}

/// A requirement of one side that the other side does not have.
pub fn first_difference<'a>(
    now: &'a [Requirement],
    locked: &'a [Requirement],
    python: Option<&VersionSet>,
) -> Option<Difference<'a>> {
    let lacks = |all: &[Requirement], one: &Requirement| !all.iter().any(|other| one.is_same(other, python));
    let by_name = |all: &'a [Requirement]| -> BTreeMap<&'a PackageName, Vec<Requirement>> {
        let mut named: BTreeMap<&PackageName, Vec<Requirement>> = BTreeMap::new();
        for one in all {
            named.entry(&one.name).or_default().push(one.clone());
        }
        named
    };
    let (of_now, of_lock) = (by_name(now), by_name(locked));
    let none = Vec::new();
    let unlocked = now
        .iter()
        .find(|one| lacks(of_lock.get(&one.name).unwrap_or(&none), one));
    unlocked.map(Difference::Unlocked).or_else(|| {
        locked
            .iter()
            .find(|one| lacks(of_now.get(&one.name).unwrap_or(&none), one))
            .map(Difference::Undeclared)
    })
}

/// How a manifest and its lock differ.
pub enum Difference<'a> {
    /// The lock does not have what the manifest asks for.
    Unlocked(&'a Requirement),
    /// The lock has what the manifest does not ask for any more.
    Undeclared(&'a Requirement),
}

/// The requirements below a key of the lock.
pub fn locked_list(table: Table<'_>, key: &str, group: &str) -> Vec<Requirement> {
    let nodes = table.get(key).and_then(|node| node.array(&mut Vec::new()));
    let nodes = nodes.unwrap_or_default();
    nodes
        .iter()
        .filter_map(|node| Requirement::locked(group, node))
        .collect()
}

/// uv rewrites `platform_system` to the platform that it stands for.
fn marker_of(text: &str) -> Option<Marker> {
    if !text.contains("platform_system") {
        return Marker::parse(text).ok();
    }
    let mut text = text.replace("platform_system", "sys_platform");
    for (system, platform) in [("Windows", "win32"), ("Linux", "linux"), ("Darwin", "darwin")] {
        for quote in ['\'', '"'] {
            text = text.replace(&format!("{quote}{system}{quote}"), &format!("{quote}{platform}{quote}"));
        }
    }
    Marker::parse(&text).ok()
}

fn sorted(texts: impl Iterator<Item = String>) -> Vec<String> {
    let mut texts: Vec<String> = texts.collect();
    texts.sort();
    texts.dedup();
    texts
}

/// Specifiers in one order, without blanks, and with the shortest form of each version: `>=1.0` is `>=1`.
fn canonical(specifiers: &str) -> String {
    let one = |part: &str| -> String {
        let part: String = part.split_whitespace().collect();
        let end = part.find(|c: char| !"<>=!~".contains(c)).unwrap_or(part.len());
        let (operator, version) = part.split_at(end);
        let plain = version.parse::<Version>().ok().filter(|_| operator != "===");
        let Some(version) = plain else { return part };
        let release = version.release();
        let kept = release.iter().rposition(|number| *number != 0).map_or(1, |at| at + 1);
        let short = version.clone().with_release(release[..kept].iter().copied());
        format!("{operator}{short}")
    };
    let mut parts: Vec<String> = specifiers
        .split(',')
        .map(one)
        .filter(|part: &String| !part.is_empty())
        .collect();
    parts.sort();
    parts.dedup();
    parts.join(",")
}
