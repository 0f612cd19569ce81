//! Which services and libs a change can affect: each service by what its two images and its generated files are made of,
//! the pages by what their image is made of, each lib by its own folder and those of the libs it needs.
//!
//! A file counts where it could change a byte of an image, the test stage included, or of a generated file. So the tests of
//! a service affect it (its test stage copies them), and the tests of a lib affect only the lib: no image holds them.

mod by_hand;
mod changes;
mod inputs;
mod pages;

use std::collections::{BTreeMap, BTreeSet};

pub use changes::{Base, Changes};
pub use inputs::{Inputs, Shared};

use diagnostics::Problem;
use repo::{
    Build, Package, PagesImage, Repo, RepoPath, Service,
    dockerfiles::{self, Pair},
};

/// What some changed files come to.
#[derive(Clone, Debug)]
pub struct Affected<'a> {
    /// Services whose images the changes can reach.
    pub services: Vec<Touched<&'a Service>>,
    /// The image of the frontend, if the changes can reach it.
    pub pages: Option<Touched<&'a PagesImage>>,
    /// Libs whose wheels or tests the changes can reach.
    pub libs: Vec<Touched<&'a Package>>,
    /// The Dockerfiles of each service, by its folder: by their names, or as its settings say.
    pub dockerfiles: BTreeMap<RepoPath, Pair>,
}

/// Something that is affected, and the first file by which it is.
#[derive(Clone, Debug)]
pub struct Touched<T> {
    /// The service, lib or image that is affected.
    pub what: T,
    /// The first changed file that reaches it.
    pub by: RepoPath,
    /// How many files more.
    pub others: usize,
}

impl<'a> Affected<'a> {
    /// Looks at every service and lib of the repository as it is now. What is gone affects those that needed it through
    /// their own manifests, which cannot name it any more.
    pub fn by(repo: &'a Repo, changed: &BTreeSet<RepoPath>, problems: &mut Vec<Problem>) -> Self {
        let mut affected = Self {
            services: Vec::new(),
            pages: None,
            libs: Vec::new(),
            dockerfiles: dockerfiles::of_services(repo),
        };
        for service in &repo.services {
            let known = affected.dockerfiles.entry(service.package.dir.clone()).or_default();
            name(service, known);
            let inputs = Inputs::of_service(repo, service, known, problems);
            affected
                .services
                .extend(touched(service, changed, |path| inputs.hold(path)));
        }
        if let Some(pages) = &repo.pages {
            let inputs = pages::Inputs::of(repo, pages, problems);
            affected.pages = touched(pages, changed, |path| inputs.hold(path));
        }
        for lib in &repo.libs {
            let homes: Vec<&RepoPath> = std::iter::once(lib)
                .chain(needed(repo, lib))
                .map(|lib| &lib.dir)
                .collect();
            affected.libs.extend(touched(lib, changed, |path| {
                homes.iter().any(|home| path.is_under(home))
            }));
        }
        affected
    }
}

/// Puts the Dockerfiles that the settings of a service name in the place of those that are found by their names.
fn name(service: &Service, known: &mut Pair) {
    let said = &service.settings.dockerfiles;
    let path = |build: &Option<Build>| {
        let file = build.as_ref()?.file.as_ref()?;
        service.package.dir.join(&file.value)
    };
    known.dev = path(&said.dev).or_else(|| known.dev.take());
    known.prod = path(&said.prod).or_else(|| known.prod.take());
}

fn touched<T>(what: T, changed: &BTreeSet<RepoPath>, holds: impl Fn(&RepoPath) -> bool) -> Option<Touched<T>> {
    let mut paths = changed.iter().filter(|path| holds(path));
    let by = paths.next()?.clone();
    Some(Touched {
        what,
        by,
        others: paths.count(),
    })
}

/// The libs that a lib needs, directly or through others, with those that its tests need.
fn needed<'a>(repo: &'a Repo, lib: &'a Package) -> Vec<&'a Package> {
    let of_groups = lib.manifest.groups.values().flat_map(|group| &group.dependencies);
    let mut found = vec![lib];
    for other in of_groups.filter_map(|dependency| repo.lib_behind(lib, dependency)) {
        if found.iter().all(|known| known.dir != other.dir) {
            found.push(other);
        }
    }
    let mut next = 0;
    while let Some(package) = found.get(next).copied() {
        for lib in repo.direct_libs(package) {
            if found.iter().all(|known| known.dir != lib.dir) {
                found.push(lib);
            }
        }
        next += 1;
    }
    found.split_off(1)
}
