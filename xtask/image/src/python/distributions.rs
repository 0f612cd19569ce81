//! What `importlib.metadata` lists in an image, and which programs lie beside its interpreter.

use std::{collections::BTreeMap, sync::Arc};

use formats::{PackageName, requirements::RequirementFile};

use super::{Module, Python};
use crate::{
    Entry, Origin,
    tree::{Found, packages_at},
};
use diagnostics::Source;

/// A package as its metadata in an image tells it.
#[derive(Clone, Debug)]
pub struct Distribution {
    /// `None` where nothing tells it: of a wheel that a step builds, and of a name without a pin.
    pub version: Option<String>,
    /// How its modules are there.
    pub brought: Brought,
}

/// How the modules of a distribution are there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Brought {
    /// Unpacked into a folder of packages, with its programs.
    Installed,
    /// As a link to its sources, with its programs.
    Editable,
    /// Not at all: metadata alone, of what runs from sources.
    Metadata,
}

/// The distributions of an image.
#[derive(Clone, Debug, Default)]
pub struct Distributions {
    /// By name.
    pub found: BTreeMap<PackageName, Distribution>,
    /// Why there may be more: a lock that installs what it holds, a resolver, or a step that cannot be followed.
    pub unknown: Option<String>,
}

impl Distributions {
    /// What comes first hides what comes later, but metadata alone hides nothing that is installed.
    fn add(&mut self, name: PackageName, distribution: Distribution) {
        let is_hidden =
            |known: &Distribution| known.brought != Brought::Metadata || distribution.brought == known.brought;
        if !self.found.get(&name).is_some_and(is_hidden) {
            self.found.insert(name, distribution);
        }
    }
}

impl Python {
    /// The packages that it finds the metadata of.
    pub fn distributions(&self) -> &Distributions {
        self.distributions.get_or_init(|| self.listed())
    }

    fn listed(&self) -> Distributions {
        let mut all = Distributions {
            unknown: self.unknown.clone(),
            ..Distributions::default()
        };
        let entries = self.path.iter().flat_map(|folder| self.tree.entries(folder));
        for entry in entries {
            match &entry.origin {
                Origin::Installed(wheel) => all.wheel(wheel.name.clone(), Brought::Installed),
                Origin::Editable(wheel) => all.wheel(wheel.name.clone(), Brought::Editable),
                Origin::Metadata(wheel) => all.wheel(wheel.name.clone(), Brought::Metadata),
                Origin::Distributions(asked) => {
                    asked.names.iter().for_each(|word| all.requirement(word));
                    for file in &asked.files {
                        match self.checkout.text(file) {
                            Some(text) => all.file(file, &text),
                            None => drop(all.unknown.get_or_insert_with(|| entry.origin.describe())),
                        }
                    }
                    if asked.lock.is_some() {
                        all.unknown.get_or_insert_with(|| entry.origin.describe());
                    }
                }
                Origin::Unknown(_) => drop(all.unknown.get_or_insert_with(|| entry.origin.describe())),
                Origin::Base(_)
                | Origin::Repository(_)
                | Origin::Archive(_)
                | Origin::Environment { .. }
                | Origin::Link(_)
                | Origin::Folder
                | Origin::Written(_) => {}
            }
        }
        all
    }

    /// A program beside the interpreter: one that a package of the repository brings, or what lies there under that name.
    pub fn program(&self, name: &str) -> Module {
        let Some(prefix) = self.packages.first().and_then(|folder| prefix_of(folder)) else {
            return Module::Missing;
        };
        let at = format!("{prefix}/bin/{name}");
        let brings = |entry: &Arc<Entry>| {
            let wheel = entry.origin.wheel();
            wheel.is_some_and(|wheel| wheel.contents(&*self.checkout).scripts.contains_key(name))
        };
        if let Some(entry) = self.local().into_iter().find(brings) {
            return Module::File {
                entry,
                source: None,
                at,
            };
        }
        match self.tree.find(&at, &*self.checkout) {
            Found::File(file) => Module::File {
                entry: file.entry,
                source: file.source,
                at,
            },
            Found::Folder | Found::Nothing => match self.doubts() {
                Some(why) => Module::Unknown(why),
                None => Module::Missing,
            },
            Found::Unknown(entry) => Module::Unknown(entry.origin.describe()),
        }
    }
}

impl Distributions {
    fn wheel(&mut self, name: Option<PackageName>, brought: Brought) {
        match name {
            Some(name) => self.add(name, Distribution { version: None, brought }),
            None => drop(
                self.unknown
                    .get_or_insert_with(|| "a package without a name".to_owned()),
            ),
        }
    }

    fn file(&mut self, path: &str, text: &str) {
        let file = RequirementFile::read(&Source::new(path, text));
        for entry in &file.entries {
            // A marker may be true nowhere.
            if entry.marker.is_some() {
                self.unknown.get_or_insert_with(|| format!("the markers of {path}"));
                continue;
            }
            let version = entry.version.clone();
            let brought = Brought::Installed;
            self.add(entry.name.value.clone(), Distribution { version, brought });
        }
        if !file.is_complete() {
            self.unknown
                .get_or_insert_with(|| format!("what the packages in {path} need"));
        }
    }

    /// A name on a command line. What it needs comes along.
    fn requirement(&mut self, word: &str) {
        self.file("the command line", word);
    }
}

/// The environment that a folder of packages belongs to, with the number of its Python in the name or without it.
fn prefix_of(folder: &str) -> Option<String> {
    packages_at(folder).or_else(|| {
        let (above, _) = folder.rsplit_once('/')?;
        let (prefix, python) = above.rsplit_once("/lib/")?;
        (python.starts_with("python") || python.starts_with("pypy")).then(|| prefix.to_owned())
    })
}
