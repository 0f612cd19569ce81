use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use std::collections::BTreeMap;

use evidence::{
    built::Distribution,
    image::{BuiltElsewhere, Image},
};
use facts::{
    Pair, Side, Subject,
    base_image::{python_of as python, python_of_distribution},
    together::inside,
};

pub const RULE: Rule = Rule {
    id: "environment-of-another-python",
    aspect: Aspect::Packages,
    level: Level::Error,
    what: "packages are installed in one stage and copied into an image with a different Python or libc",
    why: "Python looks for packages in the folder of its own version, and loads only modules compiled for it: the image builds, but its first import fails",
    example: "FROM python:3.12 AS build, and its /venv copied into FROM python:3.13-slim; or from an Alpine image into a Debian one",
    fix: "install in a stage with the same base image: the same Python and distribution",
    check: Check::Halves(check, of_images),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let mut found = Vec::new();
    for image in subject.images() {
        let mut said = Vec::new();
        for elsewhere in &image.built_elsewhere {
            // One environment, however many commands fill it.
            if said.contains(&&elsewhere.prefix) {
                continue;
            }
            let (there, here) = (&elsewhere.base.value, &image.base.value);
            let problem = match difference(there, here, image) {
                Some((there, here)) => problem(image, elsewhere, there, here),
                None => {
                    let Some((there, here)) = releases(there, here, image) else {
                        continue;
                    };
                    // Archives of an index are compiled for old systems, so most environments work on both.
                    Problem {
                        level: Level::Warning,
                        ..problem(image, elsewhere, there, here)
                    }
                }
            };
            said.push(&elsewhere.prefix);
            found.push(problem);
        }
    }
    // One file may make both images.
    found
}

fn problem(image: &Image, elsewhere: &BuiltElsewhere, there: String, here: String) -> Problem {
    let prefix = &elsewhere.prefix;
    Problem::error(format!("`{prefix}` is filled with {there}, and runs with {here}"))
        .at(image.base.place.clone().label("runs here"))
        .at(elsewhere.base.place.clone().label("filled here"))
        .at(elsewhere.place.clone().label("by this"))
        .remedy(format!(
            "use the same base image in both stages: `FROM {}` also for the stage that installs, or its larger variant of the same version",
            image.base.value
        ))
}

/// What two images have that packages are not moved between, each by its name. `None` where they agree, or the names do not tell.
fn difference(there: &str, here: &str, image: &Image) -> Option<(String, String)> {
    let name = |(major, minor): (u64, u64)| format!("Python {major}.{minor}");
    // The Python of a distribution is one of its packages; another one may come from anywhere.
    let is_of_python = |package: &str| package.starts_with("python3");
    let is_there = image.system.iter().any(|package| is_of_python(&package.what.value));
    let is_here = here.contains("distroless/") || inside(&image.system).any(|package| is_of_python(&package.value));
    let there_python = python(there).or_else(|| python_of_distribution(there).filter(|_| is_there));
    let here_python = python(here).or_else(|| python_of_distribution(here).filter(|_| is_here));
    if let (Some(there), Some(here)) = (there_python, here_python)
        && there != here
    {
        return Some((name(there), name(here)));
    }
    let (there_libc, here_libc) = (libc(there)?, libc(here)?);
    (there_libc != here_libc).then(|| (there_libc.to_owned(), here_libc.to_owned()))
}

/// The releases of Debian, where two images that are otherwise alike are of different ones.
fn releases(there: &str, here: &str, image: &Image) -> Option<(String, String)> {
    if difference(there, here, image).is_some() || libc(there)? != libc(here)? {
        return None;
    }
    let (there, here) = (release(there)?, release(here)?);
    (there != here).then(|| (format!("Debian {there}"), format!("Debian {here}")))
}

/// The release of Debian that the tag of an image tells. Modules that are compiled on one load libraries of that release.
fn release(reference: &str) -> Option<&'static str> {
    const RELEASES: [(&str, &str); 5] = [
        ("buster", "debian10"),
        ("bullseye", "debian11"),
        ("bookworm", "debian12"),
        ("trixie", "debian13"),
        ("forky", "debian14"),
    ];
    let mut known = RELEASES.iter();
    known
        .find(|(name, number)| reference.contains(name) || reference.contains(number))
        .map(|(name, _)| *name)
}

/// By the distribution that the name of an image tells.
fn libc(reference: &str) -> Option<&'static str> {
    let holds = |names: &[&str]| names.iter().any(|name| reference.contains(name));
    if holds(&["alpine"]) {
        return Some("musl (Alpine)");
    }
    let debian = [
        "slim", "buster", "bullseye", "bookworm", "trixie", "debian", "ubuntu", "ubi",
    ];
    // The official image of Python is of Debian where its tag says nothing.
    (holds(&debian) || python(reference).is_some()).then_some("glibc (Debian and the like)")
}

/// By the settings of the environment, and by the names of compiled modules.
fn of_images(pair: &Pair<'_>) -> Vec<Problem> {
    let mut found = Vec::new();
    for side in pair.sides() {
        let Some(python) = &side.built.python else { continue };
        let Some(here) = python.minor() else { continue };
        if let Some(there) = python.settings_minor(&side.built.files).filter(|there| *there != here) {
            let message = format!(
                "`{}/pyvenv.cfg` in {} is of Python {there}, and Python {here} runs it",
                python.prefix, side.name
            );
            found.push(Problem::error(message).at(side.place()));
        }
        let packages = side.built.distributions.values();
        found.extend(packages.filter_map(|package| of_package(&side, package)));
    }
    found
}

/// A package without a compiled module that this Python loads, where it has one for others.
fn of_package(side: &Side<'_>, package: &Distribution) -> Option<Problem> {
    let mut modules: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for path in package.record.keys() {
        let (stem, suffix) = path
            .strip_suffix(".so")
            .and_then(|path| split(path))
            .unwrap_or((path, ""));
        if !suffix.is_empty() {
            modules.entry(stem).or_default().push(suffix);
        }
    }
    let unfit = modules
        .iter()
        .find(|(_, suffixes)| !suffixes.iter().any(|suffix| fits(side, suffix)));
    let of_module = unfit.map(|(stem, suffixes)| format!("`{stem}` is compiled for `{}` alone", suffixes.join("`, `")));
    let reason = of_module.or_else(|| {
        let wheel = side.built.files.text(&format!("{}/WHEEL", package.info))?;
        let tags = wheel.lines().filter_map(|line| line.strip_prefix("Tag: "));
        let tags: Vec<&str> = tags.map(str::trim).collect();
        let is_unfit = !tags.is_empty() && tags.iter().all(|tag| is_of_other_python(side, tag));
        is_unfit.then(|| format!("its wheel is for `{}`", tags.join("`, `")))
    })?;
    let message = format!(
        "`{}` {} in {} is for a different Python or processor: {reason}",
        package.name, package.version, side.name
    );
    let problem = Problem::error(message).at(side.place());
    Some(problem.remedy("install in a stage with the base image that runs it"))
}

/// `pkg/_core` and `cpython-313-x86_64-linux-gnu`.
fn split(path: &str) -> Option<(&str, &str)> {
    let from = path.rfind('/').map_or(0, |at| at + 1);
    let dot = path[from..].find('.')? + from;
    Some((&path[..dot], &path[dot + 1..]))
}

/// Whether Python loads a module with this suffix. What has no tag of a version fits each.
fn fits(side: &Side<'_>, suffix: &str) -> bool {
    let built = side.built;
    let Some(rest) = suffix.strip_prefix("cpython-") else {
        return true;
    };
    let (version, platform) = rest.split_once('-').unwrap_or((rest, ""));
    let tag = built.python.as_ref().and_then(|python| python.tag());
    let is_of_version = tag.is_none_or(|tag| tag == format!("cpython-{version}"));
    let machine = machine(&built.identity.architecture);
    is_of_version && machine.is_none_or(|machine| platform.is_empty() || platform.starts_with(machine))
}

/// Whether a tag of a wheel names one version of CPython, and not this one: `cp312-cp312-…`.
fn is_of_other_python(side: &Side<'_>, tag: &str) -> bool {
    let mut parts = tag.split('-');
    let (Some(python), Some(abi)) = (parts.next(), parts.next()) else {
        return false;
    };
    let here = side.built.python.as_ref().and_then(|python| python.tag());
    let is_of_one = python.starts_with("cp3") && abi.starts_with("cp3");
    is_of_one && here.is_some_and(|here| here.trim_start_matches("cpython-") != python.trim_start_matches("cp"))
}

fn machine(architecture: &str) -> Option<&'static str> {
    match architecture {
        "amd64" => Some("x86_64"),
        "arm64" => Some("aarch64"),
        _ => None,
    }
}
