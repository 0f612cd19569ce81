//! The third-party packages that an image has, beside those that it is meant to have.

use std::collections::{BTreeMap, BTreeSet};

use diagnostics::Place;
use evidence::{
    built::Built,
    image::{By, Copied, Image, Placed, is_path},
};
use formats::{PackageName, requirements::Entry};
use python::marker::{Environment, Marker};
use repo::{lock::Lock, manifest::MAIN};

use crate::{
    Pair, Subject, Twin, Twins,
    base_image::{is_plain, python_of},
    twins::Producer,
};

/// Packages by their names.
pub struct ThirdParty {
    /// Those that are meant to be there.
    pub wanted: BTreeSet<PackageName>,
    /// Those that are there.
    pub installed: BTreeSet<PackageName>,
    /// Where the first is installed.
    pub place: Place,
    /// Whether a lock says what is meant to be there; otherwise production does.
    pub is_locked: bool,
}

impl ThirdParty {
    /// What is meant to be there and is not.
    pub fn missing(&self) -> Vec<&PackageName> {
        self.wanted.difference(&self.installed).collect()
    }
}

impl Twins<'_> {
    /// What one of them has. `None` where not all is known, or where the main group of a lock is installed, by whomever.
    pub fn third_party(&self, twin: &Twin<'_>) -> Option<ThirdParty> {
        match twin.of {
            Producer::File(image) => {
                let subject = self.subject?;
                let (lock, main) = (subject.lock()?, subject.main()?);
                let (installed, place) = of_files(subject, lock, image)?;
                Some(ThirdParty {
                    wanted: main.clone(),
                    installed,
                    place,
                    is_locked: true,
                })
            }
            Producer::Built(built) => {
                let found = &built.python()?.distributions().found;
                let pair = self.pair()?;
                let pins = pair.pins(built, twin.is_dev());
                let locked = pins.map(|pins| pins.into_keys().collect());
                let by_other = || {
                    if twin.is_dev() {
                        of_production(&pair, built)
                    } else {
                        BTreeSet::new()
                    }
                };
                Some(ThirdParty {
                    is_locked: locked.is_some(),
                    wanted: locked.unwrap_or_else(by_other),
                    installed: found.keys().cloned().collect(),
                    place: twin.place.clone(),
                })
            }
        }
    }
}

/// Without a lock, development has at least what production has. Sources are in for local packages.
fn of_production(pair: &Pair<'_>, dev: &Built) -> BTreeSet<PackageName> {
    let locals = pair.locals();
    let others = pair.prod.distributions.keys().filter(|name| !locals.contains(name));
    let others = others.filter(|name| pair.subject.is_some() || dev.module(&name.module()).is_none());
    others.cloned().collect()
}

/// What the requirement files hold, and where the first is installed. `None` where not all is known, or where all is there: the
/// main group of a lock, whoever installs it.
fn of_files(subject: &Subject<'_>, lock: &Lock, image: &Image) -> Option<(BTreeSet<PackageName>, Place)> {
    if image.is_unclear {
        return None;
    }
    let mut names = BTreeSet::new();
    let mut place = None;
    let mut meant = Meant::of(image);
    for install in Subject::installs_in(image) {
        match install.by {
            By::Pip => {}
            By::Resolver => return None,
            By::Uv if install.is_for_others_than(&subject.service.package.name).is_some() => {
                place.get_or_insert_with(|| install.place.clone());
            }
            By::Poetry | By::Uv | By::Pipenv | By::Pdm if install.groups.takes(MAIN) => return None,
            By::Poetry | By::Uv | By::Pipenv | By::Pdm => drop(place.get_or_insert_with(|| install.place.clone())),
        }
        for file in &install.files {
            match &file.export {
                Some(export) if export.groups.takes(MAIN) => return None,
                Some(_) => {}
                None => {
                    let known = subject.requirements.get(file.path.as_ref()?)?;
                    let meant = known.entries.iter().filter(|entry| meant.holds(subject, entry));
                    names.extend(meant.map(|entry| entry.name.value.clone()));
                }
            }
            place.get_or_insert_with(|| install.place.clone());
        }
        // What a package asks for comes with it, unless an option of pip says otherwise.
        let is_open = !install.is_alone && !install.is_offline;
        let named: Vec<PackageName> = install.packages.iter().filter_map(|package| named(package)).collect();
        // The service itself may come from an index, too.
        let is_main = named.iter().any(|name| {
            *name == subject.service.package.name || lock.packages.iter().any(|package| package.name == *name)
        });
        if is_open && (is_main || !install.local.is_empty() || !install.wheels.is_empty()) {
            return None;
        }
        names.extend(named);
    }
    let brings_wheels = |copied: &Placed<Copied>| copied.what.source.written.ends_with(".whl");
    if image.copied.iter().chain(&image.mounted).any(brings_wheels) {
        return None;
    }
    let is_known = image.bases.iter().all(|base| is_plain(&base.value));
    let place = place.or_else(|| is_known.then(|| image.place.clone()));
    Some((names, place?))
}

/// Which entries of requirement files are installed wherever the lock would install their package: a marker may say otherwise.
struct Meant<'a> {
    /// Every environment that the image may be; none where its Python is not known.
    environments: Vec<Environment>,
    /// Where a marker is true. Most lines of an exported file share a few.
    known: BTreeMap<&'a str, Option<Vec<bool>>>,
}

impl<'a> Meant<'a> {
    fn of(image: &Image) -> Self {
        // The file does not tell the patch, nor the machine.
        let patches =
            python_of(&image.base.value).map(|(major, minor)| [0, 99].map(|patch| format!("{major}.{minor}.{patch}")));
        let environments = patches.iter().flatten();
        let environments =
            environments.flat_map(|python| ["x86_64", "aarch64"].map(|machine| Environment::linux(python, machine)));
        Self {
            environments: environments.collect(),
            known: BTreeMap::new(),
        }
    }

    fn holds(&mut self, subject: &Subject<'_>, entry: &'a Entry) -> bool {
        let Some(text) = entry.marker.as_deref().filter(|_| !self.environments.is_empty()) else {
            return true;
        };
        let read = || {
            let marker = Marker::parse(text).ok()?;
            Some(
                self.environments
                    .iter()
                    .map(|environment| marker.evaluate(environment))
                    .collect(),
            )
        };
        let Some(holds) = self.known.entry(text).or_insert_with(read) else {
            return true;
        };
        let Some(locked) = subject.installed_where(&entry.name.value) else {
            return true;
        };
        let mut environments = self.environments.iter().zip(holds);
        environments.any(|(environment, holds)| *holds || !locked.evaluate(environment))
    }
}

fn named(package: &str) -> Option<PackageName> {
    let end = package.find(|c: char| !c.is_ascii_alphanumeric() && !"-_.".contains(c));
    PackageName::parse(&package[..end.unwrap_or(package.len())]).filter(|_| !is_path(package))
}
