//! What a lock installs, as pinned requirement files: pure functions of a manifest and its lock.

mod by_group;
mod check;
mod pin;
mod pylock;
mod render;
pub mod sbom;
mod selection;
#[cfg(test)]
mod tests;
mod walk;

use diagnostics::Problem;
use python::marker::Marker;
use repo::{
    lock::{self, Format, Lock, LockedPackage},
    manifest::Manifest,
};

pub use pin::{LocalPackage, Pin, PinSource};
pub use render::IndexOption;
pub use selection::{BACKENDS, Extras, Selection};

/// A selection of a lock: every third-party package pinned, every local one named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Export {
    /// Sorted by name, then version.
    pub pins: Vec<Pin>,
    /// Packages that are folders of the repository, sorted by name. They are in no requirement file.
    pub local: Vec<LocalPackage>,
    /// The package indexes, other than the default one, that the pins come from.
    pub indexes: Vec<IndexOption>,
}

/// A locked package, and where the selection needs it.
struct Needed<'a> {
    package: &'a LockedPackage,
    marker: Marker,
}

/// What a selection of groups and extras installs. Refuses a lock that is not the one of this manifest.
pub fn export(manifest: &Manifest, lock: &Lock, selection: &Selection) -> Result<Export, Vec<Problem>> {
    let mut problems: Vec<Problem> = lock::stale(manifest, lock).into_iter().collect();
    if problems.is_empty() {
        return frozen(manifest, lock, selection);
    }
    problems.extend(selection.unknown(manifest, lock));
    Err(problems)
}

/// The same, of a lock that may be stale.
pub fn frozen(manifest: &Manifest, lock: &Lock, selection: &Selection) -> Result<Export, Vec<Problem>> {
    let problems = selection.unknown(manifest, lock);
    if !problems.is_empty() {
        return Err(problems);
    }
    let extras = selection.extras(manifest);
    if let Some(problem) = lock.conflicts.refused(&selection.groups, &extras) {
        return Err(vec![problem]);
    }
    let needed = match lock.format {
        Format::V2_1 | Format::Uv | Format::Pipenv | Format::Pdm | Format::Pylock => {
            by_group::needed(lock, &selection.groups, &extras)
        }
        Format::V1 | Format::V2_0 => walk::needed(manifest, lock, &selection.groups, &extras)?,
    };
    Ok(pin::export(manifest, lock, needed))
}

impl Export {
    /// Takes the pins out that are commits of git.
    pub fn take_git(&mut self) -> Vec<Pin> {
        let (git, others) = std::mem::take(&mut self.pins).into_iter().partition(Pin::is_of_git);
        self.pins = others;
        git
    }

    /// The pins that another export does not have in the same environments: what the dev groups add to the main one. A
    /// package that both need somewhere is kept, under the environments where only this one does.
    #[must_use]
    pub fn beyond(&self, other: &Export) -> Self {
        let pins = self.pins.iter().filter_map(|pin| {
            let same = other.pins.iter().find(|other| other.is_same_release(pin));
            let marker = same.map_or(pin.marker, |same| pin.marker.without(same.marker));
            (!marker.is_false()).then(|| Pin { marker, ..pin.clone() })
        });
        let pins: Vec<Pin> = pins.collect();
        let indexes = self
            .indexes
            .iter()
            .filter(|index| pins.iter().any(|pin| pin.index() == Some(&index.url)));
        Self {
            local: self
                .local
                .iter()
                .filter(|local| !other.local.contains(local))
                .cloned()
                .collect(),
            indexes: indexes.cloned().collect(),
            pins,
        }
    }
}
