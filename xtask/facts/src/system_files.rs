//! Files of the system that two images have in different ways: by the steps that change settings, or by their contents.

use std::collections::{BTreeMap, BTreeSet};

use diagnostics::Place;
use evidence::{
    built::{At, Built},
    image::Image,
};

use crate::{
    Twin, Twins,
    build_tools::{is_system_tool, is_tool},
    owned::Owned,
    settings::{self, Setting},
    twins::Producer,
};

/// How the files of the system differ.
#[derive(Default)]
pub struct Differences {
    /// What one of them alone has.
    pub alone: Vec<Alone>,
    /// What steps make in different ways.
    pub made: Vec<Differing>,
    /// What has different contents, by path.
    pub contents: Vec<String>,
}

/// Files that one image alone has, or changes.
pub struct Alone {
    /// The first of them.
    pub first: String,
    /// The others.
    pub others: Vec<String>,
    /// The image.
    pub name: &'static str,
    /// Why that is a difference.
    pub why: Why,
    /// Whether programs use one of them: what is only started by name may be for people alone.
    pub is_sure: bool,
    /// What makes the first, or where the image is.
    pub place: Place,
    /// The image without it.
    pub other: Place,
}

/// Why a file that one image alone has is a difference.
pub enum Why {
    /// This step changes it.
    Step(String),
    /// This package brings it, and both images have the package.
    Package(String),
    /// No package lists it.
    Nobody,
}

/// A file that both images change, by different steps.
pub struct Differing {
    /// The file.
    pub path: String,
    /// The last step of each.
    pub by: [String; 2],
    /// Where these are.
    pub places: [Place; 2],
}

impl Twins<'_> {
    /// What differs. `None` where nothing tells.
    pub fn system_files(&self) -> Option<Differences> {
        let (dev, prod) = self.both()?;
        match (dev.of, prod.of) {
            (Producer::File(ours), Producer::File(theirs)) => Some(self.by_steps([ours, theirs])),
            (Producer::Built(ours), Producer::Built(theirs)) => Some(by_contents([(dev, ours), (prod, theirs)])),
            (Producer::File(_), Producer::Built(_)) | (Producer::Built(_), Producer::File(_)) => None,
        }
    }

    /// Packages that bring settings are compared by another rule.
    fn by_steps(&self, [dev, prod]: [&Image; 2]) -> Differences {
        let Some(subject) = self.subject else {
            return Differences::default();
        };
        let (in_dev, in_prod) = (settings::of(dev, subject.repo), settings::of(prod, subject.repo));
        let in_both = in_dev.iter().filter_map(|(path, ours)| {
            let theirs = in_prod.get(path).filter(|theirs| theirs.by != ours.by)?;
            // Of two files of the repository another rule says more, and of one list of certificates, those that are copied.
            let is_of = |start: &str| [ours, theirs].iter().all(|setting| by(setting).starts_with(start));
            (!is_of("COPY ") && !is_of("update-ca-")).then(|| Differing {
                path: path.clone(),
                by: [ours, theirs].map(|setting| by(setting).to_owned()),
                places: [ours, theirs].map(|setting| setting.place.clone()),
            })
        });
        Differences {
            alone: changed_alone(&in_dev, &in_prod, ("development", prod))
                .into_iter()
                .chain(changed_alone(&in_prod, &in_dev, ("production", dev)))
                .collect(),
            made: in_both.collect(),
            contents: Vec::new(),
        }
    }
}

fn changed_alone(
    settings: &BTreeMap<String, Setting>,
    other: &BTreeMap<String, Setting>,
    (name, without): (&'static str, &Image),
) -> Option<Alone> {
    let mut alone = settings.iter().filter(|(path, _)| !other.contains_key(*path));
    let (path, setting) = alone.next()?;
    Some(Alone {
        first: path.clone(),
        others: alone.map(|(path, _)| path.clone()).collect(),
        name,
        why: Why::Step(by(setting).to_owned()),
        is_sure: true,
        place: setting.place.clone(),
        other: without.place.clone().label("not here"),
    })
}

fn by(setting: &Setting) -> &str {
    setting.by.last().map_or("", String::as_str)
}

fn by_contents([(dev, in_dev), (prod, in_prod)]: [(&Twin<'_>, &Built); 2]) -> Differences {
    let (ours, theirs) = (System::of(in_dev), System::of(in_prod));
    let mut found = Differences::default();
    let (mut only_dev, mut only_prod) = (Vec::new(), Vec::new());
    let paths: BTreeSet<&str> = ours.paths().chain(theirs.paths()).collect();
    for path in paths {
        if ours.is_of_other_version(&theirs, path) {
            continue;
        }
        match (ours.content(path), theirs.content(path)) {
            // Of one name in two environments, each has its own.
            (Some(dev), Some(prod)) if dev != prod && !ours.is_found_first(path) => {
                found.contents.push(path.to_owned());
            }
            // A package of one image alone is another rule, and so are the tools of development.
            (Some(_), None) if theirs.lacks(path, &ours) && !is_program(path) => only_dev.push(path.to_owned()),
            (None, Some(_)) if ours.lacks(path, &theirs) && !is_known_tool(path) => only_prod.push(path.to_owned()),
            (Some(_) | None, Some(_) | None) => {}
        }
    }
    for (twin, other, system, paths) in [(dev, prod, &ours, only_dev), (prod, dev, &theirs, only_prod)] {
        let is_sure = paths.iter().any(|path| !is_program(path));
        let mut paths = paths.into_iter();
        let Some(first) = paths.next() else { continue };
        let package = system.built.system.owner(&first);
        found.alone.push(Alone {
            why: package.map_or(Why::Nobody, |package| Why::Package(package.to_owned())),
            first,
            others: paths.collect(),
            name: twin.name,
            is_sure,
            place: twin.place.clone(),
            other: other.place.clone(),
        });
    }
    found
}

const PROGRAMS: [&str; 4] = ["/usr/bin/", "/usr/local/bin/", "/usr/local/sbin/", "/usr/sbin/"];
const LIBRARIES: [&str; 2] = ["/usr/lib/", "/usr/local/lib/"];

fn is_program(path: &str) -> bool {
    PROGRAMS.iter().any(|folder| path.starts_with(folder))
}

/// Reported by the rule about such tools.
fn is_known_tool(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    is_program(path) && (is_tool(name) || is_system_tool(name))
}

/// What of an image its programs stand on.
struct System<'a> {
    built: &'a Built,
    owned: Owned<'a>,
    standard: &'a [String],
    /// Those of PATH, links followed.
    folders: Vec<String>,
}

#[derive(PartialEq)]
enum Content<'a> {
    File(&'a [u8; 32]),
    Link(&'a str),
}

impl<'a> System<'a> {
    fn of(built: &'a Built) -> Self {
        Self {
            built,
            owned: Owned::of(built),
            standard: built.interpreter.as_ref().map_or(&[], |python| &python.standard),
            folders: built
                .config
                .path()
                .filter_map(|folder| built.files.resolve(folder))
                .collect(),
        }
    }

    fn paths(&self) -> impl Iterator<Item = &'a str> + '_ {
        let files = self.built.files.entries();
        let files = files.filter(|(_, at, _)| matches!(at, At::File | At::Link(_)));
        files.map(|(path, _, _)| path).filter(|path| self.counts(path))
    }

    fn counts(&self, path: &str) -> bool {
        let is_standard = || {
            self.standard
                .iter()
                .any(|folder| path.starts_with(&format!("{folder}/")))
        };
        let is_python = [".py", ".so"].iter().any(|end| path.ends_with(end));
        let is_packages = path.contains("/site-packages/") || path.contains("/dist-packages/");
        if is_packages || path.contains("/__pycache__/") {
            return false;
        }
        (is_python && is_standard())
            || settings::is_read(path)
            || is_program(path)
            || is_library(path)
            || self.is_found_first(path)
            || is_archive(path)
    }

    /// A program that PATH leads to, in a folder of no distribution: of an environment, what no package and no maker of
    /// environments brings.
    fn is_found_first(&self, path: &str) -> bool {
        let Some((folder, name)) = path.rsplit_once('/') else {
            return false;
        };
        let is_made = ["python", "pypy", "pip", "activate", "deactivate", "pydoc"]
            .iter()
            .any(|start| name.to_ascii_lowercase().starts_with(start));
        self.folders.iter().any(|known| known.as_str() == folder)
            && !is_made
            && self.built.files.meta(path).is_some_and(|meta| meta.mode & 0o111 != 0)
            && !self.owned.has(path)
    }

    fn content(&self, path: &str) -> Option<Content<'_>> {
        match self.built.files.at(path)? {
            At::File => self.built.files.digest(path).map(Content::File),
            At::Link(target) => Some(Content::Link(target)),
            At::Folder | At::Other => None,
        }
    }

    /// Another version of a package is another rule.
    fn is_of_other_version(&self, other: &Self, path: &str) -> bool {
        let versions = [self, other].map(|system| {
            let package = self
                .built
                .system
                .owner(path)
                .or_else(|| other.built.system.owner(path))?;
            system
                .built
                .system
                .packages
                .get(package)
                .map(|package| &package.version)
        });
        let certificates = [self, other].map(|system| {
            let packages = &system.built.system.packages;
            packages.get("ca-certificates").map(|package| &package.version)
        });
        versions[0] != versions[1] || (path.starts_with("/etc/ssl/") && certificates[0] != certificates[1])
    }

    /// Whether a file of the other image should be here too, or is nobody's there.
    fn lacks(&self, path: &str, other: &Self) -> bool {
        match other.built.system.owner(path) {
            Some(package) => {
                self.built.system.packages.contains_key(package) && self.built.system.owner(path).is_some()
            }
            // Without a list of files, what a package brings cannot be told from what nobody brings.
            None => {
                let is_told = other.built.system.lists_files()
                    || is_archive(path)
                    || self.standard.iter().any(|folder| path.starts_with(folder.as_str()));
                // Packages write settings when they are set up, which their lists do not have.
                let ours = &self.built.system.packages;
                let brings_more = || other.built.system.packages.keys().any(|name| !ours.contains_key(name));
                is_told && !other.owned.has(path) && !(settings::is_read(path) && brings_more())
            }
        }
    }
}

/// The standard library as an archive, which comes before its folder: `/usr/lib/python313.zip`.
fn is_archive(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    let number = name.strip_prefix("python").and_then(|rest| rest.strip_suffix(".zip"));
    path.contains("/lib/") && number.is_some_and(|number| number.parse::<u32>().is_ok())
}

/// Shared libraries, with the number that many end in.
fn is_library(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    let is_shared = name.ends_with(".so") || name.contains(".so.");
    is_shared && LIBRARIES.iter().any(|folder| path.starts_with(folder))
}
