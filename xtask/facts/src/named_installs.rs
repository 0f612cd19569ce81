//! What an image installs by name, where no lock says what that brings: requirement files, and names on command lines.

use std::collections::BTreeSet;

use diagnostics::Place;

use crate::{Subject, Twin, base_image::is_plain, twins::Producer};
use evidence::{
    code::{distribution, may_bring},
    image::{By, Destination, Image, Install, is_path},
};
use formats::PackageName;

/// The packages that an image installs by name.
pub struct NamedInstalls {
    /// Their names.
    pub names: BTreeSet<PackageName>,
    /// Whether nothing else is installed: what these packages need is either named too, or not installed.
    pub is_whole: bool,
}

impl NamedInstalls {
    /// `None` where the image installs something else besides, or where it cannot be told what.
    pub fn of(subject: &Subject<'_>, image: &Image) -> Option<Self> {
        if image.is_unclear {
            return None;
        }
        let mut found = Self {
            names: BTreeSet::new(),
            is_whole: image.bases.iter().all(|base| is_plain(&base.value)),
        };
        let mut is_any = false;
        // Wheels that one step makes, and another installs, are named where they are installed.
        let into_environment = |install: &&Install| install.into != Destination::Wheels;
        for install in Subject::installs_in(image).filter(into_environment) {
            is_any = true;
            found.add(subject, install)?;
        }
        is_any.then_some(found)
    }

    fn add(&mut self, subject: &Subject<'_>, install: &Install) -> Option<()> {
        // A manager installs what its lock has, a resolver what it chooses for the manifest; a wheel that nothing names is
        // of whatever package.
        let mut words = install.packages.iter();
        let is_named = !install.files.is_empty() || words.any(|word| named(word).is_some());
        let is_of_a_manifest = install.by != By::Pip;
        if is_of_a_manifest || (!install.wheels.is_empty() && !is_named) {
            return None;
        }
        let mut is_hashed = install.is_hashed || install.is_alone;
        for file in &install.files {
            let known = subject.requirements.get(file.path.as_ref()?)?;
            if file.export.is_some() || !known.checkouts.is_empty() {
                return None;
            }
            // With one hash in it, pip asks for all of them.
            is_hashed |= known.entries.iter().any(|entry| entry.has_hash);
            self.names
                .extend(known.entries.iter().map(|entry| entry.name.value.clone()));
            self.is_whole &= install.is_alone || known.local.is_empty();
        }
        let words: BTreeSet<PackageName> = install.packages.iter().filter_map(|word| named(word)).collect();
        // From an index it is a release, which brings what that one needs.
        if words.contains(&subject.service.package.name) && !install.is_alone {
            return None;
        }
        self.names.extend(words);
        // What a folder of the repository needs comes with it, and so it does with a wheel.
        let is_of_sources = !install.local.is_empty() || !install.wheels.is_empty();
        if is_of_sources && !install.is_alone {
            let declared = subject.service.package.manifest.main.iter();
            self.names
                .extend(declared.map(|dependency| dependency.name.value.clone()));
            self.is_whole = false;
        }
        self.is_whole &= is_hashed || !is_named;
        Some(())
    }

    /// Whether one of them may be what a module comes with.
    pub fn may_bring(&self, module: &str) -> bool {
        self.names.iter().any(|name| may_bring(name.as_str(), module)) || self.bringing(module).is_some()
    }

    /// The one that a module comes with, by its name.
    pub fn bringing(&self, module: &str) -> Option<PackageName> {
        distribution(module, |name| self.names.contains(name))
    }
}

fn named(word: &str) -> Option<PackageName> {
    let end = word.find(|c: char| !c.is_ascii_alphanumeric() && !"-_.".contains(c));
    PackageName::parse(&word[..end.unwrap_or(word.len())]).filter(|_| !is_path(word))
}

/// Packages that one step or one requirement file brings.
pub struct Among {
    /// Their names.
    pub names: BTreeSet<PackageName>,
    /// Where the first is named, and what installs it.
    pub places: Vec<Place>,
}

impl Twin<'_> {
    /// What an image has of some packages, by what brings it. Of a built image, each is by itself.
    pub fn installs_among(&self, subject: &Subject<'_>, wanted: &BTreeSet<PackageName>) -> Vec<Among> {
        match self.of {
            Producer::File(image) => {
                let installs = Subject::installs_in(image);
                installs.flat_map(|install| among(subject, install, wanted)).collect()
            }
            Producer::Built(built) => {
                let names = built.distributions.keys().filter(|name| wanted.contains(*name));
                let alone = |name: &PackageName| Among {
                    names: [name.clone()].into(),
                    places: vec![self.place.clone()],
                };
                names.map(alone).collect()
            }
        }
    }
}

fn among(subject: &Subject<'_>, install: &Install, wanted: &BTreeSet<PackageName>) -> Vec<Among> {
    let files = install.files.iter();
    let files = files.filter_map(|file| subject.requirements.get(file.path.as_ref()?));
    let in_files = files.filter_map(|file| {
        let mut entries = file
            .entries
            .iter()
            .filter(|entry| wanted.contains(&entry.name.value))
            .peekable();
        let first = entries.peek()?.name.place.clone();
        Some(Among {
            names: entries.map(|entry| entry.name.value.clone()).collect(),
            places: vec![first, install.place.clone().label("installed here")],
        })
    });
    let words = install.packages.iter().filter_map(|package| {
        let name = package.split(['=', '<', '>', '~', '!', '[', '@']).next()?;
        PackageName::parse(name).filter(|name| wanted.contains(name))
    });
    let in_words = words.map(|name| Among {
        names: [name].into(),
        places: vec![install.place.clone()],
    });
    in_files.chain(in_words).collect()
}
