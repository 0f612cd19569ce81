//! Why an image lacks a package of the repository: what two rules ask, of the service and of its libs.

use diagnostics::{Located, Place};
use evidence::{
    built::Built,
    image::{Copied, Image},
};
use formats::PackageName;
use repo::{Package, RepoPath, settings::LibSource};

use ::image::{Brought, Module, Start};

use crate::{
    Subject, Twin, Twins,
    copied_lib::is_of,
    importable::{folders, holds, is_importable, stands_as},
    lib_install::brought,
    own_code::{OwnCode, finds, is_left_out, is_lost},
    twins::Producer,
};

/// How it shows that a package is not there.
pub enum Absence {
    /// Nothing of it is in the image. An ignore file may keep it out: the folder, its copy and the pattern.
    Nothing(Option<(RepoPath, Place, Place)>),
    /// Its sources are copied into a stage that builds, and nothing installs them.
    NotInstalled(Place),
    /// PYTHONPATH lacks the folder that its sources are in.
    OffPath(String, Place),
    /// It is copied, and its modules are not found.
    Lost(Place),
    /// It is copied, and nothing leads Python to it: the folder that would have to be on PYTHONPATH.
    Unimported(Option<String>, Place),
    /// Python looks for it and does not find it: a built image does not tell why.
    NotFound,
}

impl Twins<'_> {
    /// Whether the Python of one of them does not find a lib that the service needs.
    pub fn lacks_lib(&self, twin: &Twin<'_>, lib: &Package) -> Option<Absence> {
        match twin.of {
            Producer::File(image) => of_lib(self.subject?, image, lib),
            Producer::Built(_) => twin.lacks(lib).then_some(Absence::NotFound),
        }
    }

    /// Whether the Python of one of them does not find the service itself.
    pub fn lacks_service(&self, twin: &Twin<'_>) -> Option<Absence> {
        let subject = self.subject?;
        let package = &subject.service.package;
        // What is not a package is run where it lies.
        if package.import_roots.is_empty() || subject.code.is_empty {
            return None;
        }
        match twin.of {
            Producer::File(image) => of_service(subject, image),
            Producer::Built(_) => {
                // Into a container for development, sources are often mounted when it starts: then those of its libs are not there
                // either.
                let mut libs = subject.repo.libs_of(subject.service).peekable();
                let is_told = !twin.is_dev() || (libs.peek().is_some() && libs.all(|lib| !twin.lacks(lib)));
                (!package.is_program && is_told && twin.lacks(package)).then_some(Absence::NotFound)
            }
        }
    }
}

impl Twin<'_> {
    /// Whether the Python of a built image does not find a package of the repository. That there is no Python is said of the image.
    fn lacks(&self, package: &Package) -> bool {
        let Some(python) = self.built().and_then(Built::python) else {
            return false;
        };
        let installed = python.distributions().found.get(&package.name);
        let is_editable = installed.is_some_and(|installed| installed.brought == Brought::Editable);
        let is_absent = || {
            matches!(
                python.module(&package.name.module()),
                Module::Missing | Module::Unknown(_)
            )
        };
        !is_editable && is_absent()
    }
}

fn of_lib(subject: &Subject<'_>, image: &Image, lib: &Package) -> Option<Absence> {
    if is_published(subject, image, &lib.name) {
        return None;
    }
    let holds = |copied: &&Copied| lib.import_roots.iter().any(|root| holds(copied, root));
    let copied: Vec<&Copied> = image.copied.iter().map(|copied| &copied.what).filter(holds).collect();
    let Some(first) = copied.first().map(|copied| copied.place.clone()) else {
        // That a COPY of it brings nothing is another rule.
        let is_mounted = image.mounted.iter().any(|mounted| holds(&&mounted.what));
        let is_elsewhere = is_mounted || image.unmet().any(|copied| is_of(lib, copied));
        return (!is_elsewhere).then(|| Absence::Nothing(kept_out(image, lib)));
    };
    if is_left_out(subject, image, lib) {
        return Some(Absence::NotInstalled(first));
    }
    // In production a PYTHONPATH is wrong whatever it holds, which is another rule. An environment knows where it is, editable or not.
    if Subject::installs_in(image).any(|install| brought(subject, install, lib).is_some()) {
        return None;
    }
    match image.config.env.get("PYTHONPATH") {
        Some(path) if subject.is_dev(image) => {
            off_path(subject, image, lib, (path, &copied)).or_else(|| {
                // It leads to where its sources were copied, or to where they should have been, and they are not there.
                is_lost(subject, image, lib).then_some(Absence::Lost(first))
            })
        }
        Some(_) => None,
        None => {
            let is_unimported = is_importable(subject, image, lib) == Some(false);
            is_unimported.then(|| Absence::Unimported(folder(subject, image, lib), first))
        }
    }
}

fn off_path(
    subject: &Subject<'_>,
    image: &Image,
    lib: &Package,
    (path, copied): (&Located<String>, &[&Copied]),
) -> Option<Absence> {
    let roots = lib.import_roots.iter();
    let folders: Vec<String> = roots
        .flat_map(|root| copied.iter().flat_map(|copied| stands_as(root, copied)))
        .collect();
    let listed = |folder: &String| path.value.split(':').any(|entry| entry.trim_end_matches('/') == folder);
    let first = folders.first()?;
    let is_off = !folders.iter().any(listed) && !finds(subject, image, lib);
    is_off.then(|| Absence::OffPath(first.clone(), path.place.clone()))
}

/// Where it would be imported from in development.
fn folder(subject: &Subject<'_>, image: &Image, package: &Package) -> Option<String> {
    folders(package, image).next().filter(|_| subject.is_dev(image))
}

/// With `lib-source = "index"` no source is copied: the lib is installed by its name, from what was fetched by hash.
fn is_published(subject: &Subject<'_>, image: &Image, lib: &PackageName) -> bool {
    let names = |package: &String| PackageName::parse(package).as_ref() == Some(lib);
    match subject.repo.settings.lib_source {
        LibSource::Index => image
            .installs
            .iter()
            .any(|install| install.what.packages.iter().any(names)),
        LibSource::Wheelhouse => false,
    }
}

/// The ignore file may keep out the sources, where the folder of the lib is copied.
fn kept_out(image: &Image, lib: &Package) -> Option<(RepoPath, Place, Place)> {
    let mut roots = lib.import_roots.iter();
    roots.find_map(|root| {
        let mut copied = image.copied.iter().map(|copied| &copied.what);
        copied.find_map(|copied| Some((root.clone(), copied.place.clone(), copied.ignored(root)?.clone())))
    })
}

fn of_service(subject: &Subject<'_>, image: &Image) -> Option<Absence> {
    // Without the environment that stages fill, nothing is there at all, which is another rule.
    if !image.installs.is_empty() && Subject::installs_in(image).next().is_none() {
        return None;
    }
    let package = &subject.service.package;
    let holds = |copied: &&Copied| package.import_roots.iter().any(|root| holds(copied, root));
    let all = || image.copied.iter().chain(&image.mounted).map(|copied| &copied.what);
    let Some(first) = all().find(holds).map(|copied| copied.place.clone()) else {
        return has_nothing(subject, image).then_some(Absence::Nothing(None));
    };
    if is_importable(subject, image, package) == Some(false) {
        return Some(Absence::Unimported(folder(subject, image, package), first));
    }
    if is_lost(subject, image, package) {
        return Some(Absence::Lost(first));
    }
    is_left_out(subject, image, package).then_some(Absence::NotInstalled(first))
}

/// Into a container for development, sources are often mounted when it starts: then those of its libs are not there either.
fn has_nothing(subject: &Subject<'_>, image: &Image) -> bool {
    let package = &subject.service.package;
    // Where nothing of the repository is put together, it may all come from elsewhere.
    let mut local = Subject::installs_in(image)
        .flat_map(|install| &install.local)
        .peekable();
    let installs_local = local.peek().is_some();
    // A checkout that a step makes is of some commit of some repository, and perhaps of this one.
    let is_from_elsewhere = installs_local && local.all(|local| local.dir.is_none());
    let copies_libs = subject.repo.libs_of(subject.service).any(|lib| {
        let mut copied = image.copied.iter().map(|copied| &copied.what);
        copied.any(|copied| lib.import_roots.iter().any(|root| holds(copied, root)))
    });
    let is_told = installs_local || copies_libs || (starts(subject, image) && is_left_out(subject, image, package));
    let is_kept_out = subject.is_dev(image) && !is_lost(subject, image, package);
    !is_kept_out
        && !image.is_unclear
        && !is_from_elsewhere
        && is_told
        && !image.unmet().any(|copied| is_of(package, copied))
}

/// Whether an image starts a module of the service by its name.
fn starts(subject: &Subject<'_>, image: &Image) -> bool {
    let own = OwnCode::of(subject);
    let Start::Module(module) = &own.side(image).loaded.started.start else {
        return false;
    };
    let owner = own.owner(module);
    owner.is_some_and(|(owner, _)| owner.dir == subject.service.package.dir)
}
