//! Packages of the system: those that steps install, or those that the database of a built image lists.

use std::collections::{BTreeMap, BTreeSet};

use diagnostics::{Located, Place};
use evidence::{built::System, image::Image};

use crate::{
    Twin, Twins,
    build_tools::is_compiler,
    together::{by_place, inside},
    twins::Producer,
};

/// Packages that one image alone has.
pub struct Alone {
    /// What one step brings; of a built image one that no other of them brings along.
    pub names: Vec<String>,
    /// The step, or where the image is.
    pub place: Place,
}

impl Twins<'_> {
    /// What one image has, the other lacks, and nobody declared to be for development.
    pub fn system_packages_alone(&self, from: &Twin<'_>, to: &Twin<'_>) -> Vec<Alone> {
        let declared = self
            .subject
            .filter(|_| from.is_dev())
            .map_or(&[][..], |subject| &subject.service.settings.system_packages.dev);
        match (from.of, to.of) {
            (Producer::File(here), Producer::File(there)) => by_step(here, there, (declared, from.is_dev())),
            (Producer::Built(here), Producer::Built(there)) => {
                let (here, there) = (&here.system, &there.system);
                let allowed = here.with_needs(declared);
                let names = here.packages.keys().map(String::as_str);
                let extra = names.filter(|name| !there.packages.contains_key(*name) && !allowed.contains(name));
                let alone = |name: &str| Alone {
                    names: vec![name.to_owned()],
                    place: from.place.clone(),
                };
                causes(here, &extra.collect()).into_iter().map(alone).collect()
            }
            (Producer::File(_), Producer::Built(_)) | (Producer::Built(_), Producer::File(_)) => Vec::new(),
        }
    }

    /// The packages that both have in different versions, each with both.
    pub fn system_versions_that_differ(&self) -> Vec<(String, String, String)> {
        let Some(pair) = self.pair() else { return Vec::new() };
        let (dev, prod) = (&pair.dev.system.packages, &pair.prod.system.packages);
        let both = dev
            .iter()
            .filter_map(|(name, ours)| Some((name, ours, prod.get(name)?)));
        both.filter(|(_, ours, theirs)| ours.version != theirs.version)
            .map(|(name, ours, theirs)| (name.clone(), ours.version.clone(), theirs.version.clone()))
            .collect()
    }
}

fn by_step(from: &Image, to: &Image, (declared, is_dev): (&[String], bool)) -> Vec<Alone> {
    let others: BTreeSet<&str> = inside(&to.system).map(|package| package.value.as_str()).collect();
    let extra = inside(&from.system).filter(|package| !others.contains(package.value.as_str()));
    let extra = extra.filter(|package| !declared.contains(&package.value));
    let extra = extra.filter(|package| !(is_dev && builds_both(package, to)));
    let extra = by_place(extra.map(|package| (package.value.as_str(), &package.place)));
    let alone = |(names, place): (Vec<&str>, &Place)| Alone {
        names: names.into_iter().map(str::to_owned).collect(),
        place: place.clone(),
    };
    extra.into_iter().map(alone).collect()
}

/// Whether a compiler of the development image is also in a stage that production is made from: both images then have what it built, and
/// it changes nothing that runs.
fn builds_both(package: &Located<String>, prod: &Image) -> bool {
    let mut system = prod.system.iter();
    is_compiler(&package.value) && system.any(|other| other.what.value == package.value)
}

/// Those that no other of them brings along. Of some that bring each other along it is the first.
fn causes<'a>(system: &System, names: &BTreeSet<&'a str>) -> Vec<&'a str> {
    let brought: BTreeMap<&str, BTreeSet<&str>> = names
        .iter()
        .map(|name| (*name, system.with_needs(&[(*name).to_owned()])))
        .collect();
    let is_brought = |name: &str| {
        brought
            .iter()
            .any(|(other, needs)| *other != name && needs.contains(name))
    };
    let (later, mut causes): (Vec<&str>, Vec<&str>) = names.iter().partition(|name| is_brought(name));
    let mut known: BTreeSet<&str> = causes.iter().flat_map(|name| &brought[name]).copied().collect();
    for name in later {
        if !known.contains(name) {
            known.extend(&brought[name]);
            causes.push(name);
        }
    }
    causes
}

#[cfg(test)]
mod tests {
    use super::*;
    use evidence::built::SystemPackage;

    #[test]
    fn causes_are_told_and_not_what_they_bring() {
        let needs = [("a", "b"), ("b", ""), ("c", "d"), ("d", "c"), ("e", "b")];
        let package = |(name, need): (&str, &str)| {
            let needs = vec![need.to_owned()];
            let package = SystemPackage {
                needs,
                ..SystemPackage::default()
            };
            (name.to_owned(), package)
        };
        let mut system = System::default();
        system.packages.extend(needs.map(package));
        let causes = causes(&system, &BTreeSet::from(["a", "b", "c", "d", "e"]));
        assert_eq!(causes, ["a", "e", "c"]);
    }
}
