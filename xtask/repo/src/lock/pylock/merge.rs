//! Several files to one lock: the releases once each, and the indexes by name.

use std::collections::BTreeMap;

use super::entry::Entry;
use crate::{
    lock::{GroupMarkers, LockedSource},
    manifest::{IndexSource, Manifest},
};
use diagnostics::{Located, Place, Problem};
use python::marker::Marker;

/// Adds the packages of a group. Two versions for one environment cannot be installed together.
pub fn add(entries: &mut Vec<Entry>, of_group: Vec<Entry>, problems: &mut Vec<Problem>) {
    let known = entries.len();
    for entry in of_group {
        let mut same = entries[..known].iter_mut();
        if let Some(same) = same.find(|other| other.is_same(&entry)) {
            for (group, marker) in entry.package.groups {
                let held = same.package.groups.entry(group).or_insert(Marker::FALSE);
                *held = held.or(marker);
            }
            continue;
        }
        let mut others = entries[..known]
            .iter()
            .filter(|other| other.package.name == entry.package.name);
        let everywhere = |groups: &GroupMarkers| groups.values().fold(Marker::FALSE, |any, marker| any.or(*marker));
        let ours = everywhere(&entry.package.groups);
        let rival = others.find(|other| !everywhere(&other.package.groups).and(ours).is_false());
        if let Some(rival) = rival {
            let (ours, theirs) = (&entry.package, &rival.package);
            problems.push(
                Problem::error(format!(
                    "`{}` is locked as {} here and as {} in the main lock",
                    ours.name, ours.version.value, theirs.version.value
                ))
                .at(ours.version.place.clone())
                .at(theirs.version.place.clone().label("the main lock"))
                .note("an environment has one version of a package")
                .remedy("write both locks in one go, or with the main one as constraints"),
            );
        }
        entries.push(entry);
    }
}

/// Where packages of indexes come from. A program that names the index of each package names the default one, too: that is the
/// one that most of them come from, and that no setting names. Which it is, is up to the environment of an installer.
pub fn settle_indexes(entries: &mut [Entry], manifest: &Manifest) -> Vec<IndexSource> {
    let plain = |url: &str| url.trim_end_matches('/').to_owned();
    let named: Vec<String> = manifest
        .indexes
        .iter()
        .filter_map(|index| Some(plain(&index.url.as_ref()?.value)))
        .collect();
    let mut counts: BTreeMap<String, (usize, Place)> = BTreeMap::new();
    for entry in entries.iter() {
        if let Some(url) = entry.index.as_deref().map(plain).filter(|url| !named.contains(url)) {
            counts.entry(url).or_insert((0, entry.package.place.clone())).0 += 1;
        }
    }
    let is_unnamed = |entry: &Entry| entry.index.is_none() && entry.is_of_index();
    let names_all = !entries.iter().any(is_unnamed);
    let most = counts
        .iter()
        .filter(|_| names_all)
        .max_by_key(|(url, (count, _))| (*count, std::cmp::Reverse((*url).clone())));
    let default = most.map(|(url, _)| url.clone());
    for entry in entries.iter_mut() {
        let url = entry
            .index
            .as_deref()
            .map(plain)
            .filter(|url| Some(url) != default.as_ref());
        if let (Some(url), LockedSource::Default) = (url, &entry.package.source) {
            entry.package.source = LockedSource::Index { url };
        }
    }
    let others = counts.into_iter().filter(|(url, _)| Some(url) != default.as_ref());
    let others = others.map(|(url, (_, place))| IndexSource {
        name: Located {
            value: url.clone(),
            place: place.clone(),
        },
        url: Some(Located { value: url, place }),
        priority: Some("explicit".to_owned()),
    });
    manifest.indexes.iter().cloned().chain(others).collect()
}
