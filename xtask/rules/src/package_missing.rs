use facts::base_image::{is_plain, python_of};
use std::collections::{BTreeMap, BTreeSet};

use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::{Place, Problem};
use evidence::image::{By, Copied, Destination, Image, Placed, Reach, is_path};
use facts::{Pair, Subject, lib_install::for_others};
use formats::{PackageName, requirements::Entry};
use python::marker::{Environment, Marker};
use repo::{RepoPath, lock::Lock, manifest::MAIN};

pub const RULE: Rule = Rule {
    id: "package-missing",
    aspect: Aspect::Packages,
    level: Level::Error,
    what: "an image does not install a package of the main group of the lock",
    why: "the install does not resolve dependencies, so the container fails on the first import of the package",
    example: "a requirement file from which a line was removed",
    fix: "export the main group of the lock again, and install that file in both images",
    check: Check::Halves(check, of_images),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let (Some(lock), Some(main)) = (subject.lock(), subject.main()) else {
        return Vec::new();
    };
    let mut found: Vec<Missing<'_>> = Vec::new();
    for image in subject.images() {
        let Some((installed, place)) = installed(subject, lock, image) else {
            continue;
        };
        let names: Vec<&PackageName> = main.iter().filter(|name| !installed.contains(name)).collect();
        let file = file(subject, image);
        let shared = found
            .iter_mut()
            .find(|known| known.names == names && known.file == file && file.is_some());
        match shared {
            _ if names.is_empty() => {}
            // The file that both install lacks it once.
            Some(known) => {
                known.images.push(image.name());
                known.places.push(place);
            }
            None => found.push(Missing {
                kept_out: kept_out(subject, file, &names),
                dir: subject.service.package.dir.shown(),
                names,
                file,
                images: vec![image.name()],
                places: vec![place],
                is_bare: Subject::installs_in(image).next().is_none(),
                notes: notes(subject, image),
            }),
        }
    }
    found.into_iter().map(Missing::problem).collect()
}

/// What images do not install, and the requirement file that should have it.
struct Missing<'a> {
    dir: &'a str,
    names: Vec<&'a PackageName>,
    file: Option<&'a RepoPath>,
    images: Vec<String>,
    places: Vec<Place>,
    /// Lines of that file whose markers keep them out.
    kept_out: Vec<Place>,
    /// Nothing that is installed reaches the image.
    is_bare: bool,
    /// What explains it.
    notes: Vec<String>,
}

impl Missing<'_> {
    fn problem(self) -> Problem {
        let names: Vec<String> = self.names.iter().take(MOST).map(|name| format!("`{name}`")).collect();
        let more = match self.names.len() - names.len() {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let (images, verb) = match self.images.as_slice() {
            [one] => (format!("`{one}`"), "installs"),
            [..] => (format!("`{}`", self.images.join("` and `")), "install"),
        };
        let problem = Problem::error(format!("{images} {verb} no {}{more}", names.join(", ")));
        let problem = self.notes.into_iter().fold(problem, Problem::note);
        let Some(file) = self.file else {
            let problem = self.places.into_iter().fold(problem, Problem::at);
            return if self.is_bare {
                problem.remedy(
                    "copy the environment that another stage fills, as `COPY --from=build /venv /venv` does, or install the requirement file here",
                )
            } else {
                problem
            };
        };
        let problem = self.kept_out.into_iter().fold(problem, Problem::at);
        let problem = problem.at(Place::File(file.to_string()));
        let places = self.places.into_iter().map(|place| place.label("installed here"));
        places.fold(problem, Problem::at).remedy(format!(
            "export the main group of the lock again: `cargo xtask export-requirements {} > {file}`",
            self.dir
        ))
    }
}

/// What its installs do instead.
fn notes(subject: &Subject<'_>, image: &Image) -> Vec<String> {
    let aside = image.installs.iter().filter(|install| install.reach > Reach::Copied);
    let aside = aside.filter(|install| install.what.into == Destination::Environment);
    let aside = aside.map(|install| {
        format!(
            "a stage installs into `{}`, which does not get into the last stage",
            install.what.prefix
        )
    });
    let is_bare = Subject::installs_in(image).next().is_none();
    let others = Subject::installs_in(image).filter_map(|install| for_others(subject, install));
    let mut notes: Vec<String> = aside.filter(|_| is_bare).chain(others).collect();
    notes.dedup();
    notes
}

/// Where a requirement file names what is not installed all the same.
fn kept_out(subject: &Subject<'_>, file: Option<&RepoPath>, names: &[&PackageName]) -> Vec<Place> {
    let known = file.and_then(|file| subject.requirements.get(file));
    let entries = known.into_iter().flat_map(|known| &known.entries);
    let lines = entries.filter(|entry| names.contains(&&entry.name.value));
    lines
        .take(MOST)
        .map(|entry| entry.name.place.clone().label("its marker is not true in the image"))
        .collect()
}

/// As many names as a person reads.
const MOST: usize = 8;

/// The one requirement file of packages of the lock that an image installs.
fn file<'a>(subject: &'a Subject<'_>, image: &Image) -> Option<&'a RepoPath> {
    let main = subject.main()?;
    let mut files = Subject::installs_in(image).flat_map(|install| &install.files);
    files.find_map(|file| {
        let (path, known) = subject.requirements.get_key_value(file.path.as_ref()?)?;
        let is_of_main = known.entries.is_empty() || known.entries.iter().any(|entry| main.contains(&entry.name.value));
        is_of_main.then_some(path)
    })
}

fn of_images(pair: &Pair<'_>) -> Vec<Problem> {
    let mut found = Vec::new();
    for (side, is_dev) in pair.sides().iter().zip([true, false]) {
        if side.built.interpreter.is_none() {
            continue;
        }
        let there = &side.built.distributions;
        let missing = |names: Vec<&PackageName>| -> Vec<String> {
            let names = names.into_iter().filter(|name| !there.contains_key(name));
            names.map(ToString::to_string).collect()
        };
        if let Some(pins) = pair.pins(side.built, is_dev) {
            let missing = missing(pins.keys().collect());
            if !missing.is_empty() {
                let message = format!("`{}` installs no `{}`", side.title(), missing.join("`, `"));
                found.push(Problem::error(message).at(side.place()));
            }
        } else if is_dev {
            // Without a lock, development has at least what production has. Sources are in for local packages.
            let locals = pair.locals();
            let others = pair.prod.distributions.keys().filter(|name| !locals.contains(name));
            let others = others.filter(|name| pair.subject.is_some() || side.built.module(&name.module()).is_none());
            for name in missing(others.collect()) {
                found.push(Problem::error(format!("`{name}` is only in production")).at(pair.in_prod()));
            }
        }
    }
    found
}

/// What the requirement files hold, and where the first is installed. `None` where not all is known, or where all is there: the
/// main group of a lock, whoever installs it.
fn installed(subject: &Subject<'_>, lock: &Lock, image: &Image) -> Option<(BTreeSet<PackageName>, Place)> {
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
        // What a package asks for comes with it, unless pip is told otherwise.
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
