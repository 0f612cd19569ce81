use std::collections::{BTreeMap, BTreeSet};

use super::{Aspect, Check, Rule};
use diagnostics::{Level, Problem, count};
use evidence::{
    built::{At, Built},
    image::Image,
};
use facts::{
    Pair, Side, Subject,
    build_tools::{is_system_tool, is_tool},
    owned::Owned,
    settings::{self, Setting},
};

pub const RULE: Rule = Rule {
    id: "system-files-differ",
    aspect: Aspect::Base,
    level: Level::Error,
    what: "Python itself, a library, a program or a setting of the system differs between the images, and no package explains it",
    why: "the same code then runs on a different system",
    example: "RUN sed -i … /usr/local/lib/python3.13/ssl.py in Dockerfile",
    fix: "start both images from one base image, and change files of the system in a stage that both use",
    check: Check::Halves(check, of_images),
};

/// As many as a person reads.
const SHOWN: usize = 5;

const PROGRAMS: [&str; 4] = ["/usr/bin/", "/usr/local/bin/", "/usr/local/sbin/", "/usr/sbin/"];
const LIBRARIES: [&str; 2] = ["/usr/lib/", "/usr/local/lib/"];

/// By the commands and copies that change settings. Packages that bring them are compared by another rule.
fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let Some((dev, prod)) = subject.both() else {
        return Vec::new();
    };
    let (in_dev, in_prod) = (settings::of(dev, subject.repo), settings::of(prod, subject.repo));
    let alone = |image: &Image, settings: &BTreeMap<String, Setting>, other: &BTreeMap<String, Setting>, name| {
        let mut alone = settings.iter().filter(|(path, _)| !other.contains_key(*path));
        let (path, setting) = alone.next()?;
        let message = format!("`{path}` is changed in {name} alone, by `{}`", by(setting));
        let problem = Problem::error(message).at(setting.place.clone());
        let problem = problem.at(image.place.clone().label("not here"));
        let rest = alone.take(SHOWN).map(|(path, _)| format!("also `{path}`"));
        Some(rest.fold(problem, Problem::note))
    };
    let mut found: Vec<Problem> = alone(prod, &in_dev, &in_prod, "development")
        .into_iter()
        .chain(alone(dev, &in_prod, &in_dev, "production"))
        .collect();
    for (path, ours) in &in_dev {
        let Some(theirs) = in_prod.get(path).filter(|theirs| theirs.by != ours.by) else {
            continue;
        };
        // Of two files of the repository another rule says more, and of one list of certificates, those that are copied.
        let is_of = |start: &str| [ours, theirs].iter().all(|setting| by(setting).starts_with(start));
        if is_of("COPY ") || is_of("update-ca-") {
            continue;
        }
        let message = format!(
            "`{path}` is made by `{}` in development, and by `{}` in production",
            by(ours),
            by(theirs)
        );
        let problem = Problem::error(message).at(ours.place.clone().label("development"));
        found.push(problem.at(theirs.place.clone().label("production")));
    }
    found
}

fn by(setting: &Setting) -> &str {
    setting.by.last().map_or("", String::as_str)
}

fn of_images(pair: &Pair<'_>) -> Vec<Problem> {
    let [dev, prod] = pair.sides();
    let ours = System::of(&dev);
    let theirs = System::of(&prod);
    let mut changed = Vec::new();
    let mut in_dev = Vec::new();
    let mut in_prod = Vec::new();
    let paths: BTreeSet<&str> = ours.paths().chain(theirs.paths()).collect();
    for path in paths {
        if ours.is_of_other_version(&theirs, path) {
            continue;
        }
        match (ours.content(path), theirs.content(path)) {
            // Of one name in two environments, each has its own.
            (Some(dev), Some(prod)) if dev != prod && !ours.is_found_first(path) => {
                changed.push(format!("`{path}` differs"))
            }
            // A package of one image alone is another rule, and so are the tools of development.
            (Some(_), None) if theirs.lacks(path, &ours) && !is_program(path) => in_dev.push(path.to_owned()),
            (None, Some(_)) if ours.lacks(path, &theirs) && !is_known_tool(path) => in_prod.push(path.to_owned()),
            _ => {}
        }
    }
    let mut found = Vec::new();
    if !changed.is_empty() {
        let message = format!(
            "{} of the system {} different in the two images: {}",
            count(changed.len(), "file"),
            if changed.len() == 1 { "is" } else { "are" },
            changed[0]
        );
        let problem = Problem::error(message).at(pair.in_dev()).at(pair.in_prod());
        found.push(changed.into_iter().skip(1).take(SHOWN).fold(problem, Problem::note));
    }
    found.extend(alone([&dev, &prod], &ours, in_dev));
    found.extend(alone([&prod, &dev], &theirs, in_prod));
    found
}

/// What one image alone has, beside the image that has it and the other.
fn alone([side, other]: [&Side<'_>; 2], system: &System<'_>, paths: Vec<String>) -> Option<Problem> {
    let first = paths.first()?;
    let why = match system.built.system.owner(first) {
        Some(package) => format!("though both images have the package `{package}`"),
        None => format!("and no package of {} lists it", side.name),
    };
    let message = match paths.len() {
        1 => format!("`{first}` is only in {}, {why}", side.name),
        several => format!(
            "{} of the system are only in {}: `{first}`, {why}",
            count(several, "file"),
            side.name
        ),
    };
    // What is only started by name may be for people alone.
    let is_sure = paths.iter().any(|path| !is_program(path));
    let problem = if is_sure {
        Problem::error(message)
    } else {
        Problem::warning(message)
    };
    let rest = paths.iter().skip(1).take(SHOWN).map(|path| format!("also `{path}`"));
    let problem = problem.at(side.place()).at(other.place());
    Some(rest.fold(problem, Problem::note))
}

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
    fn of(side: &Side<'a>) -> Self {
        let built = side.built;
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
