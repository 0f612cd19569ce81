//! Which Python, libc and processor packages are made for, where that is not what runs them: by the bases of stages, or by what installers
//! and compilers wrote down.

use std::collections::BTreeMap;

use diagnostics::Place;
use evidence::{
    built::{Built, Distribution},
    image::Image,
};
use formats::PackageName;

use crate::{
    Twin,
    base_image::{python_of as python, python_of_distribution},
    together::inside,
    twins::Producer,
};

/// Packages that are not made for what runs them.
pub enum Misfit {
    /// A stage fills an environment with something else.
    Stage {
        /// The environment.
        prefix: String,
        /// What fills it.
        there: String,
        /// What runs it.
        here: String,
        /// The base image that runs it.
        base: String,
        /// That base, the other base, and the step that fills it.
        places: [Place; 3],
        /// Whether it fails in any case. Archives of an index are compiled for old systems, so most environments work on another
        /// release.
        is_sure: bool,
    },
    /// The settings of an environment are of another version.
    Settings {
        /// The environment.
        prefix: String,
        /// The version that they name.
        there: String,
        /// The version that runs.
        here: String,
    },
    /// The files of a package are for something else.
    Package {
        /// The package.
        name: PackageName,
        /// Its version.
        version: String,
        /// What shows it.
        why: String,
    },
}

impl Twin<'_> {
    /// The packages of an image that are not made for it.
    pub fn misfits(&self) -> Vec<Misfit> {
        match self.of {
            Producer::File(image) => of_stages(image),
            Producer::Built(built) => of_files(built),
        }
    }
}

fn of_stages(image: &Image) -> Vec<Misfit> {
    let mut found = Vec::new();
    let mut said = Vec::new();
    for elsewhere in &image.built_elsewhere {
        // One environment, however many commands fill it.
        if said.contains(&&elsewhere.prefix) {
            continue;
        }
        let (there, here) = (&elsewhere.base.value, &image.base.value);
        let sure = difference(there, here, image);
        let is_sure = sure.is_some();
        if let Some((there, here)) = sure.or_else(|| releases(there, here)) {
            said.push(&elsewhere.prefix);
            found.push(Misfit::Stage {
                prefix: elsewhere.prefix.clone(),
                there,
                here,
                base: image.base.value.clone(),
                places: [&image.base.place, &elsewhere.base.place, &elsewhere.place].map(Place::clone),
                is_sure,
            });
        }
    }
    found
}

/// By the settings of the environment, and by the names of compiled modules.
fn of_files(built: &Built) -> Vec<Misfit> {
    let Some(python) = &built.interpreter else {
        return Vec::new();
    };
    let Some(here) = python.minor() else { return Vec::new() };
    let there = python.settings_minor(&built.files).filter(|there| *there != here);
    let settings = there.map(|there| Misfit::Settings {
        prefix: python.prefix.clone(),
        there,
        here,
    });
    let packages = built.distributions.values();
    let packages = packages.filter_map(|package| of_package(built, package));
    settings.into_iter().chain(packages).collect()
}

/// A package without a compiled module that this Python loads, where it has one for others.
fn of_package(built: &Built, package: &Distribution) -> Option<Misfit> {
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
        .find(|(_, suffixes)| !suffixes.iter().any(|suffix| fits(built, suffix)));
    let of_module = unfit.map(|(stem, suffixes)| format!("`{stem}` is compiled for `{}` alone", suffixes.join("`, `")));
    let why = of_module.or_else(|| {
        let wheel = built.files.text(&format!("{}/WHEEL", package.info))?;
        let tags = wheel.lines().filter_map(|line| line.strip_prefix("Tag: "));
        let tags: Vec<&str> = tags.map(str::trim).collect();
        let is_unfit = !tags.is_empty() && tags.iter().all(|tag| is_of_other_python(built, tag));
        is_unfit.then(|| format!("its wheel is for `{}`", tags.join("`, `")))
    })?;
    Some(Misfit::Package {
        name: package.name.clone(),
        version: package.version.clone(),
        why,
    })
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

/// The releases of Debian, where two images are of different ones and have the same libc.
fn releases(there: &str, here: &str) -> Option<(String, String)> {
    if libc(there)? != libc(here)? {
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

/// `pkg/_core` and `cpython-313-x86_64-linux-gnu`.
fn split(path: &str) -> Option<(&str, &str)> {
    let from = path.rfind('/').map_or(0, |at| at + 1);
    let dot = path[from..].find('.')? + from;
    Some((&path[..dot], &path[dot + 1..]))
}

/// Whether Python loads a module with this suffix. What has no tag of a version fits each.
fn fits(built: &Built, suffix: &str) -> bool {
    let Some(rest) = suffix.strip_prefix("cpython-") else {
        return true;
    };
    let (version, platform) = rest.split_once('-').unwrap_or((rest, ""));
    let tag = built.interpreter.as_ref().and_then(|python| python.tag());
    let is_of_version = tag.is_none_or(|tag| tag == format!("cpython-{version}"));
    let machine = machine(&built.identity.architecture);
    is_of_version && machine.is_none_or(|machine| platform.is_empty() || platform.starts_with(machine))
}

/// Whether a tag of a wheel names one version of CPython, and not this one: `cp312-cp312-…`.
fn is_of_other_python(built: &Built, tag: &str) -> bool {
    let mut parts = tag.split('-');
    let (Some(python), Some(abi)) = (parts.next(), parts.next()) else {
        return false;
    };
    let here = built.interpreter.as_ref().and_then(|python| python.tag());
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
