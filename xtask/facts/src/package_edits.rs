//! What steps change of installed packages after they are installed.

use std::collections::{BTreeMap, BTreeSet};

use evidence::{
    built::Distribution,
    image::{Edit, Image, Reach},
};
use formats::{PackageName, shell::is_like};
use image::below;

use crate::{
    Pair, Subject, Twins,
    own_code::{OwnCode, Side},
};

/// Of a package, what nothing loads while the program runs on Linux, and what installers and tests leave.
const UNUSED: &[&str] = &[
    "*.a",
    "*.bat",
    "*.c",
    "*.cmd",
    "*.cpp",
    "*.dll",
    "*.dylib",
    "*.exe",
    "*.h",
    "*.js.map",
    "*.lib",
    "*.md",
    "*.pdb",
    "*.ps1",
    "*.pxd",
    "*.pyc",
    "*.pyi",
    "*.pyo",
    "*.pyx",
    "*.rst",
    "*.so.debug",
    "*.txt",
    "AUTHORS*",
    "INSTALLER",
    "LICENSE*",
    "RECORD",
    "REQUESTED",
    "__pycache__",
    "benchmarks",
    "direct_url.json",
    "docs",
    "examples",
    "test",
    "testing",
    "tests",
    "uv_cache.json",
];

/// What comes with an environment: removed from an image, it is not missed.
const OF_ENVIRONMENTS: [&str; 6] = [
    "_distutils_hack",
    "pip",
    "pkg_resources",
    "setuptools",
    "wheel",
    "distutils-precedence.pth",
];

/// A change of what a package installed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackageEdit {
    /// The command, or the copy.
    pub edit: Edit,
    /// What it changes, as seen from the folder of packages: `httpx/_client.py`, or a pattern.
    pub file: String,
}

/// What of the installed packages the two images have in different ways.
pub enum Unlike {
    /// A step changes a file, and the other image has no such step.
    Step {
        /// The step and the file.
        edit: PackageEdit,
        /// The image.
        name: &'static str,
    },
    /// The same version, out of different archives.
    Archive {
        /// The package.
        name: PackageName,
        /// Its version.
        version: String,
        /// The files that differ, as RECORD names them.
        files: Vec<String>,
    },
}

impl Twins<'_> {
    /// By the steps that change packages, or by what the packages list.
    pub fn unlike_packages(&self) -> Vec<Unlike> {
        match (self.pair(), self.files()) {
            (Some(pair), _) => by_record(&pair),
            (None, Some(subject)) => by_steps(subject),
            (None, None) => Vec::new(),
        }
    }
}

/// Steps that change packages in one image alone.
fn by_steps(subject: &Subject<'_>) -> Vec<Unlike> {
    let own = OwnCode::of(subject);
    let sides = own.sides();
    let [dev, prod] = sides.as_slice() else {
        return Vec::new();
    };
    let modules = own.packages.iter().flat_map(|(_, code)| &code.modules);
    let modules: BTreeSet<&str> = modules.filter_map(|module| module.split('.').next()).collect();
    let [in_dev, in_prod] = [dev, prod].map(|side| of(subject, side, &modules));
    let mut found = alone(&in_dev, &in_prod, "development");
    found.extend(alone(&in_prod, &in_dev, "production"));
    found
}

fn alone(here: &[PackageEdit], there: &[PackageEdit], name: &'static str) -> Vec<Unlike> {
    let is_there = |one: &PackageEdit| {
        let mut others = there.iter();
        others.any(|other| one.edit.command == other.edit.command && one.file == other.file)
    };
    let alone = here.iter().filter(|edit| !is_there(edit)).cloned();
    alone.map(|edit| Unlike::Step { edit, name }).collect()
}

fn by_record(pair: &Pair<'_>) -> Vec<Unlike> {
    let mut found = Vec::new();
    for (name, dev) in &pair.dev.distributions {
        let Some(prod) = pair.prod.distributions.get(name) else {
            continue;
        };
        // Another version is other files, which is another rule; local packages may be built again.
        if dev.version != prod.version || pair.locals().contains(name) {
            continue;
        }
        let (in_dev, in_prod) = (archived(dev), archived(prod));
        let differing = in_dev
            .iter()
            .filter(|(path, digest)| in_prod.get(*path).is_none_or(|other| other != *digest));
        let missing = in_prod.keys().filter(|path| !in_dev.contains_key(*path));
        let files: Vec<String> = differing
            .map(|(path, _)| *path)
            .chain(missing.copied())
            .map(str::to_owned)
            .collect();
        if !files.is_empty() && !in_dev.is_empty() && !in_prod.is_empty() {
            found.push(Unlike::Archive {
                name: name.clone(),
                version: dev.version.clone(),
                files,
            });
        }
    }
    found
}

/// What came out of the archive: not scripts, which name their interpreter, and not the notes of the installer.
fn archived(package: &Distribution) -> BTreeMap<&str, &str> {
    let files = package
        .record
        .iter()
        .filter_map(|(path, digest)| Some((path.as_str(), digest.as_deref()?)));
    files
        .filter(|(path, _)| !path.starts_with("../") && (!path.contains(".dist-info/") || path.ends_with("/METADATA")))
        .collect()
}

/// The changes that stay in one image, and that its Python could notice. What replaces whole packages or their metadata is
/// left out: rules about these see more.
pub fn of(subject: &Subject<'_>, side: &Side<'_>, own: &BTreeSet<&str>) -> Vec<PackageEdit> {
    let mut found: Vec<PackageEdit> = Vec::new();
    for edit in side
        .image
        .edits
        .iter()
        .cloned()
        .chain(copies(side.image, Reach::Mounted))
    {
        for folder in &side.loaded.python.packages {
            let Some(file) = file(&edit, folder) else { continue };
            let is_known = found.iter().any(|known| known.edit.place == edit.place);
            if is_known
                || is_unused(&edit, &file)
                || !is_of_others(subject, &file, own)
                || is_whole(side, folder, &edit, &file)
            {
                continue;
            }
            found.push(PackageEdit {
                edit: edit.clone(),
                file,
            });
        }
    }
    found
}

/// What is copied out of the build context, by the stages that belong to the image at least so much.
pub(crate) fn copies(image: &Image, reach: Reach) -> impl Iterator<Item = Edit> {
    let inside = image.copied.iter().filter(move |copied| copied.reach <= reach);
    let inside = inside.map(|copied| &copied.what);
    inside.flat_map(|copied| {
        copied.places().into_iter().filter_map(|(source, path)| {
            let source = source?;
            Some(Edit {
                path: if path.ends_with('/') {
                    format!("{path}{}", source.file_name())
                } else {
                    path
                },
                names: Vec::new(),
                removes: false,
                command: format!("COPY {source}"),
                place: copied.place.clone(),
            })
        })
    })
}

/// What an edit changes below a folder of packages. Of a folder above it, what is meant by its names.
fn file(edit: &Edit, folder: &str) -> Option<String> {
    let inside = below(&edit.path, folder);
    let is_above = below(folder, &edit.path).is_some();
    match (inside, edit.names.as_slice()) {
        (Some(path), []) if !path.is_empty() => Some(path),
        (Some(path), names) if !names.is_empty() => {
            let names = names.join(", ");
            Some(if path.is_empty() {
                names
            } else {
                format!("{path}/{names}")
            })
        }
        (None, names) if is_above && !names.is_empty() => Some(names.join(", ")),
        _ => None,
    }
}

fn is_unused(edit: &Edit, file: &str) -> bool {
    let is_unused = |name: &str| UNUSED.iter().any(|unused| *unused == name || is_like(name, unused));
    if edit.names.is_empty() {
        file.split('/').skip(1).any(is_unused)
    } else {
        edit.names
            .iter()
            .all(|name| UNUSED.contains(&name.as_str()) || is_unused(name) || is_bytecode(name))
    }
}

/// `*.py[co]`, `*.py[cod]`.
fn is_bytecode(name: &str) -> bool {
    name.starts_with("*.py[c")
}

/// Neither of the repository nor of the environment; what runs at the start of Python is a rule of its own.
fn is_of_others(subject: &Subject<'_>, file: &str, own: &BTreeSet<&str>) -> bool {
    let top = file.split('/').next().unwrap_or_default();
    let name = top.split(['-', '.']).next().unwrap_or_default();
    let is_of_environment = OF_ENVIRONMENTS.contains(&name) || OF_ENVIRONMENTS.contains(&top);
    let is_locked = subject
        .main()
        .is_some_and(|main| main.iter().any(|locked| locked.module() == *name));
    let starts_python = top.ends_with(".pth") || matches!(name, "sitecustomize" | "usercustomize");
    !own.contains(name) && !starts_python && (is_locked || !is_of_environment)
}

/// Whether a package or its metadata is gone as a whole.
fn is_whole(side: &Side<'_>, folder: &str, edit: &Edit, file: &str) -> bool {
    if !edit.removes {
        return false;
    }
    let is_metadata = |name: &str| name.ends_with(".dist-info") || name == "METADATA";
    let is_source = |name: &str| matches!(name, "*.py" | "__init__.py" | "*");
    if !edit.names.is_empty() {
        return edit.names.iter().any(|name| is_metadata(name) || is_source(name));
    }
    let top = file.split('/').next().unwrap_or_default();
    let is_package = !file.contains('/') || file.ends_with("__init__.py");
    is_metadata(top)
        || (is_package
            && side
                .image
                .tree
                .removed(&format!("{folder}/{top}/__init__.py"))
                .is_some())
}
