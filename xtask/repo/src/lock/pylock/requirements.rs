//! A `pylock.toml` as a requirement file: `uv pip install -r pylock.toml` and `pip install -r pylock.toml` read it in place of one.

use std::collections::BTreeSet;

use super::{FILE, File, entry::Entry, group_of};
use crate::{lock::LockedSource, manifest::MAIN};
use diagnostics::{Located, Source};
use formats::requirements::{self, LocalEntry, Locked, RequirementFile};

/// What installers make of the file: the packages of the default groups. `None` if its name is not that of such a lock.
pub fn as_requirements(source: &Source) -> Option<RequirementFile> {
    let name = source.path().rsplit('/').next().unwrap_or_default();
    if name != FILE && group_of(name).is_none() {
        return None;
    }
    let file = match File::read(source, MAIN, None) {
        Ok(file) if file.problems.is_empty() => file,
        Ok(File { problems, .. }) | Err(problems) => {
            let place = problems.first().and_then(|problem| problem.places.first().cloned());
            let place = place.unwrap_or_else(|| source.place(0..0));
            let value = name.to_owned();
            return Some(RequirementFile::refused(source, Located { value, place }));
        }
    };
    let (mut entries, mut local) = (Vec::new(), Vec::new());
    for Entry { package, .. } in file.entries {
        let marker = package
            .groups
            .get(MAIN)
            .map(|marker| marker.with_extras(&BTreeSet::new()));
        let Some(marker) = marker.filter(|marker| !marker.is_false()) else {
            continue;
        };
        let place = package.place.clone();
        let from = match package.source {
            LockedSource::Default | LockedSource::Index { .. } => Locked::Version(package.version.value),
            LockedSource::Git { url, commit, .. } => Locked::Address(format!("git+{url}@{commit}")),
            LockedSource::Url { url, .. } => Locked::Address(url),
            LockedSource::Directory { path, develop } => {
                local.push(LocalEntry {
                    path: Located { value: path, place },
                    is_editable: develop,
                });
                continue;
            }
            LockedSource::File { path } => Locked::Address(path),
        };
        let name = Located {
            value: package.name,
            place,
        };
        let has_hash = package.files.iter().next().is_some();
        let marker = (!marker.is_true()).then(|| marker.to_string());
        entries.push(requirements::Entry::locked(name, from, marker, has_hash));
    }
    Some(RequirementFile::of_lock(source, entries, local))
}
