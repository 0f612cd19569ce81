//! What the images of a service find of its own code: what several rules ask, each of its own part of it.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use ::image::{Checkout, Contents, Module, Origin};

use crate::{Subject, lib_install::brought};
use evidence::{
    code::{Code, Inside, Question, Read},
    image::{Copied, Image},
    loaded::{Listed, Loaded},
};
use repo::{Package, RepoPath};
use surfaces::compose::Purpose;

/// The service and the libs that it needs.
pub struct OwnCode<'a> {
    subject: &'a Subject<'a>,
    /// The packages with their code, the service first.
    pub packages: Vec<(&'a Package, &'a Code)>,
    /// The files of the repository.
    pub listed: Listed,
    /// By the first part of a dotted name, what [`OwnCode::roots_with`] says.
    roots: RefCell<BTreeMap<String, Rc<[RepoPath]>>>,
}

/// An image with what its Python finds.
pub struct Side<'a> {
    /// The image.
    pub image: &'a Image,
    /// What its Python loads.
    pub loaded: &'a Loaded,
    /// Whether it is the development image.
    pub is_dev: bool,
}

impl<'a> OwnCode<'a> {
    /// The code of a service and its libs.
    pub fn of(subject: &'a Subject<'a>) -> Self {
        let own = (&subject.service.package, &subject.code);
        let libs = subject.libs().map(|(lib, facts)| (lib, &facts.code));
        let packages: Vec<(&Package, &Code)> = std::iter::once(own).chain(libs).collect();
        Self {
            subject,
            packages,
            listed: Listed::of(subject.repo),
            roots: RefCell::default(),
        }
    }

    /// The images, development first, as far as they can be followed.
    pub fn sides(&self) -> Vec<Side<'a>> {
        let images = self.subject.images().filter(|image| !image.is_unclear);
        images.map(|image| self.side(image)).collect()
    }

    /// The view of one of its images.
    pub fn side(&self, image: &'a Image) -> Side<'a> {
        let is_dev = self.subject.is_dev(image);
        Side {
            image,
            loaded: self.subject.loaded.of(is_dev).get_or_init(|| self.load(image)),
            is_dev,
        }
    }

    /// What the Python of an image finds, be it one with another command than its own.
    pub fn load(&self, image: &Image) -> Loaded {
        let packages: Vec<&Package> = self.packages.iter().map(|(package, _)| *package).collect();
        Loaded::of(image, &packages, &self.listed)
    }

    /// What a package can be imported as.
    fn modules(&self, package: &Package) -> Vec<&'a str> {
        let code = self.packages.iter().find(|(other, _)| other.dir == package.dir);
        code.map_or_else(Vec::new, |(_, code)| code.modules.iter().map(String::as_str).collect())
    }

    /// Whether the path is a file of the repository.
    pub fn is_file(&self, path: &RepoPath) -> bool {
        self.listed.is_file(path)
    }

    /// The files of the repository in a folder.
    pub fn below(&self, folder: &RepoPath) -> &'a [RepoPath] {
        self.subject.repo.tree().under(folder)
    }

    /// The content of a file of the repository.
    pub fn text(&self, path: &str) -> Option<String> {
        self.listed.text(path)
    }

    /// The wheel that a package makes of all that lies in its folder.
    pub fn contents(&self, package: &Package, code: &'a Code) -> &'a Contents {
        code.wheel(package, &self.listed)
    }

    /// The paths in the wheel of a package.
    pub fn wheel_members(&self, package: &Package, code: &'a Code) -> impl Iterator<Item = &'a String> {
        self.contents(package, code).members.keys()
    }

    /// Where a package asks for metadata.
    pub fn questions(&self, package: &Package, code: &'a Code) -> &'a [Question] {
        code.questions(package, &self.listed)
    }

    /// See [`Code::reads`].
    pub fn reads(&self, package: &Package, code: &'a Code) -> &'a [Read] {
        code.reads(package, &self.listed)
    }

    /// See [`Code::uses`].
    pub fn uses(&self, code: &'a Code) -> &'a [Inside] {
        let known: BTreeSet<&str> = self.packages.iter().flat_map(|(_, code)| tops(code)).collect();
        code.uses(&self.listed, &|top| known.contains(top))
    }

    /// See [`Code::may_define`].
    pub fn may_define(&self, code: &Code, module: &str, name: &str) -> Option<bool> {
        code.may_define(module, name, &self.listed)
    }

    /// See [`Code::defines_something`].
    pub fn defines_something(&self, code: &Code, module: &str) -> bool {
        code.defines_something(module, &self.listed)
    }

    /// Modules that lie beside those of a package, and that its manifest does not name: `src/other` beside `src/core`.
    pub fn beside(&self, package: &Package) -> BTreeSet<&'a str> {
        // Beside a manifest lies much that is not a module of the package.
        let roots = package.import_roots.iter().filter(|root| **root != package.dir);
        roots.flat_map(|root| self.names_in(root)).collect()
    }

    /// What might be imported from a folder: its folders, and its files of Python.
    pub fn names_in(&self, folder: &RepoPath) -> BTreeSet<&'a str> {
        let files = self.below(folder).iter().filter_map(|path| path.relative_to(folder));
        let names = files.filter_map(|path| match path.split_once('/') {
            Some((folder, _)) => Some(folder),
            None => path.strip_suffix(".py"),
        });
        names.collect()
    }

    /// Whether a module, by its dotted name, lies beside the manifest of a package whose sources are elsewhere: `tests.stubs`, or a
    /// script.
    pub fn lies_beside(&self, package: &Package, module: &str) -> bool {
        if package.import_roots.contains(&package.dir) {
            return false;
        }
        let name = module.replace('.', "/");
        let path = package.dir.child(&name);
        let is_source = |path: &RepoPath| path.file_name().ends_with(".py");
        self.is_file(&package.dir.child(&format!("{name}.py"))) || self.below(&path).iter().any(is_source)
    }

    /// The folders on the import path that have a module of that name: mostly one of many.
    pub fn roots_with(&self, top: &str) -> Rc<[RepoPath]> {
        if let Some(known) = self.roots.borrow().get(top) {
            return known.clone();
        }
        let roots = self.packages.iter().flat_map(|(package, _)| &package.run_roots);
        let has = |root: &&RepoPath| {
            self.is_file(&root.child(&format!("{top}.py"))) || !self.below(&root.child(top)).is_empty()
        };
        let found: Rc<[RepoPath]> = roots.filter(has).cloned().collect();
        self.roots.borrow_mut().insert(top.to_owned(), found.clone());
        found
    }

    /// The package that a module is of, by its dotted name.
    pub fn owner(&self, module: &str) -> Option<(&'a Package, &'a Code)> {
        self.packages.iter().copied().find(|(_, code)| code.provides(module))
    }

    /// Whether an image is known to hold no more of a package than its tree shows: nothing else brings it, there or later.
    pub fn is_told(&self, side: &Side<'_>, package: &Package) -> bool {
        !(side.is_dev && self.is_mounted()) && self.is_installed_told(side, package)
    }

    /// The same of what installs bring: sources that are mounted over an image are not distribution.
    pub fn is_installed_told(&self, side: &Side<'_>, package: &Package) -> bool {
        let subject = self.subject;
        if subject.is_started_with_pythonpath(side.image) {
            return false;
        }
        let names_it = |file: &str| {
            let path = RepoPath::parse(file);
            let known = path.and_then(|path| subject.requirements.get(&path));
            // A file that is not known may name anything.
            known.is_none_or(|known| {
                let mut folders = known.local.iter().map(|local| &local.path.value);
                known.entries.iter().any(|entry| entry.name.value == package.name)
                    || !known.checkouts.is_empty()
                    || folders.any(|folder| folder.ends_with(package.dir.file_name()))
            })
        };
        let by_lock = Subject::installs_in(side.image)
            .filter(|install| install.by.manager().is_some() && install.folders.is_none())
            .any(|install| brought(subject, install, package).is_some());
        !by_lock && !side.loaded.doubts(&package.name, &names_it)
    }

    /// Whether a container for development gets its sources when it starts.
    fn is_mounted(&self) -> bool {
        let mut runs = self
            .subject
            .compose
            .iter()
            .filter(|run| run.purpose != Purpose::Production);
        runs.any(|run| !run.code.is_empty())
    }

    /// Whether anything of the repository's packages is in an image: where nothing is, sources are meant to come otherwise.
    pub fn holds_sources(&self, side: &Side<'_>) -> bool {
        let tops = self.packages.iter().flat_map(|(_, code)| tops(code));
        let is_found =
            |top: &str| side.loaded.source(top).is_some() || side.loaded.source(&format!("{top}.__main__")).is_some();
        let is_copied = |copied: &Copied| {
            let path = copied.source.path.as_ref();
            path.is_some_and(|path| {
                let mut dirs = self.packages.iter().flat_map(|(package, _)| &package.build_inputs[1..]);
                dirs.any(|input| input == path || input.is_under(path) || path.is_under(input))
            })
        };
        let mut copies = side.image.copied.iter().map(|copied| &copied.what);
        tops.collect::<BTreeSet<_>>().into_iter().any(is_found) || copies.any(is_copied)
    }
}

/// The first parts of the names that a package is imported by.
pub fn tops(code: &Code) -> BTreeSet<&str> {
    code.modules
        .iter()
        .filter_map(|module| module.split('.').next())
        .collect()
}

/// What is found of one name in the images that lack it.
pub type Lacking<'a, T> = BTreeMap<String, Vec<(&'a Image, T)>>;

/// "neither image", "the production image": which of them lack something.
pub fn in_words(subject: &Subject<'_>, images: &[&Image]) -> String {
    match images {
        [one] => format!(
            "not in the {} image",
            if subject.is_dev(one) {
                "development"
            } else {
                "production"
            }
        ),
        _ => "in neither image".to_owned(),
    }
}

/// Whether production is known to find nothing of a package, whatever else is built or copied on the way.
pub fn is_left_out(subject: &Subject<'_>, image: &Image, package: &Package) -> bool {
    if subject.is_dev(image) || image.is_unclear {
        return false;
    }
    let own = OwnCode::of(subject);
    let side = own.side(image);
    let modules = own.modules(package);
    // Where the interpreter finds no package at all, or is led to sources that are not there, other rules say so.
    let brought = side.loaded.python.local();
    let is_empty = brought.is_empty() && side.loaded.python.requested().is_empty();
    let is_editable = brought.iter().any(|entry| match &entry.origin {
        Origin::Editable(wheel) => wheel.project == package.dir.as_str(),
        _ => false,
    });
    !is_empty
        && !is_editable
        && !modules.is_empty()
        && modules.iter().all(|module| is_missing(&side, module))
        && own.is_told(&side, package)
        // That its wheel is empty is another rule.
        && !own.packages.iter().any(|(other, code)| other.dir == package.dir && own.contents(other, code).is_bare())
}

/// Whether a development image that holds sources of the repository lost those of a package: nothing of it is found, and nothing brings
/// it when the container starts.
pub fn is_lost(subject: &Subject<'_>, image: &Image, package: &Package) -> bool {
    if !subject.is_dev(image) || image.is_unclear {
        return false;
    }
    let own = OwnCode::of(subject);
    let side = own.side(image);
    let modules = own.modules(package);
    let is_found = |(other, _): &(&Package, &Code)| {
        let mut modules = own.modules(other).into_iter();
        other.dir != package.dir && modules.any(|module| !is_missing(&side, module))
    };
    !modules.is_empty()
        && modules.iter().all(|module| is_missing(&side, module))
        && own.packages.iter().any(is_found)
        && own.is_told(&side, package)
}

/// Whether the Python of an image finds a package.
pub fn finds(subject: &Subject<'_>, image: &Image, package: &Package) -> bool {
    let own = OwnCode::of(subject);
    let side = own.side(image);
    own.modules(package).iter().any(|module| !is_missing(&side, module))
}

fn is_missing(side: &Side<'_>, module: &str) -> bool {
    matches!(side.loaded.python.module(module), Module::Missing)
}
