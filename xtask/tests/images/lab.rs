//! What the trials share: the repository, checkouts of it, and images, each built once, when first asked for.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use repo::{Package, Repo, Service};
use tempfile::TempDir;

use crate::{checkout, docker, published::Published, steps};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Flavour {
    Production,
    Development,
}

/// An image that can be built from a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Build {
    /// From a clean checkout.
    Clean(Flavour),
    /// From one in which a line of every lib is edited.
    Edited(Flavour),
    /// The test stage of production, from a clean checkout.
    Tests,
    /// Production, with the libs of an index.
    Published,
}

/// A built image, and what the build said.
#[derive(Clone, Debug)]
struct Image {
    tag: String,
    log: String,
}

type Built = Arc<OnceLock<Result<Image, String>>>;

pub struct Lab {
    pub repo: Repo,
    /// What sets the tags of its images apart from those of another lab.
    pub name: &'static str,
    clean: OnceLock<Result<TempDir, String>>,
    edited: OnceLock<Result<TempDir, String>>,
    published: OnceLock<Result<Published, String>>,
    built: Mutex<BTreeMap<(String, Build), Built>>,
}

impl Lab {
    pub fn new(repo: Repo, name: &'static str) -> Self {
        Self {
            repo,
            name,
            clean: OnceLock::new(),
            edited: OnceLock::new(),
            published: OnceLock::new(),
            built: Mutex::new(BTreeMap::new()),
        }
    }

    /// The tag of an image of a service.
    pub fn image(&self, service: &Service, build: Build) -> Result<String, String> {
        Ok(self.built(service, build)?.tag)
    }

    /// The steps of the build of an image of a service.
    pub fn steps(&self, service: &Service, build: Build) -> Result<Vec<steps::Step>, String> {
        Ok(steps::read(&self.built(service, build)?.log))
    }

    fn built(&self, service: &Service, build: Build) -> Result<Image, String> {
        let name = service.package.name.to_string();
        let mut images = self.built.lock().unwrap_or_else(PoisonError::into_inner);
        let built = Arc::clone(images.entry((name, build)).or_default());
        // Whoever builds must not keep the others from images that are there.
        drop(images);
        built.get_or_init(|| self.build(service, build)).clone()
    }

    /// A service and its libs.
    pub fn packages<'a>(&'a self, service: &'a Service) -> impl Iterator<Item = &'a Package> {
        std::iter::once(&service.package).chain(self.repo.libs_of(service))
    }

    pub fn remove_images(&self) {
        let images = self.built.lock().unwrap_or_else(PoisonError::into_inner);
        for image in images.values().filter_map(|built| built.get()).flatten() {
            let _ = docker::docker(&["rmi", "--force", &image.tag]);
        }
    }

    fn build(&self, service: &Service, build: Build) -> Result<Image, String> {
        let (context, flavour, target) = match build {
            Build::Clean(flavour) => (self.clean()?, flavour, None),
            Build::Edited(flavour) => (self.edited()?, flavour, None),
            Build::Tests => (self.clean()?, Flavour::Production, Some("test")),
            Build::Published => (self.published()?, Flavour::Production, None),
        };
        let file = match flavour {
            Flavour::Production => "Dockerfile",
            Flavour::Development => "Dockerfile.dev",
        };
        let dockerfile = service.package.dir.child(file);
        let variant = format!("{build:?}").to_ascii_lowercase().replace(['(', ')'], "-");
        let tag = format!(
            "xtask-images/{}:{}-{}-{}",
            service.package.name,
            variant.trim_matches('-'),
            self.name,
            std::process::id()
        );
        let log = docker::build(&context, dockerfile.as_str(), target, &tag)?;
        Ok(Image { tag, log })
    }

    /// A clean checkout.
    pub fn clean(&self) -> Result<PathBuf, String> {
        path(self.clean.get_or_init(|| checkout::copy(&self.repo.root)))
    }

    /// A checkout whose images take the libs from an index.
    pub fn published(&self) -> Result<PathBuf, String> {
        let published = self.published.get_or_init(|| Published::new(&self.repo.root));
        let published = published.as_ref().map_err(Clone::clone)?;
        Ok(published.checkout.path().to_owned())
    }

    fn edited(&self) -> Result<PathBuf, String> {
        path(self.edited.get_or_init(|| checkout::copy_edited(&self.repo)))
    }
}

/// The port on which a service listens. All of this repository do.
pub fn port_of(service: &Service) -> Result<u16, String> {
    let start = service.start().map_err(|problem| problem.message)?;
    start
        .port
        .ok_or_else(|| format!("`{}` listens on no port", service.package.name))
}

fn path(folder: &Result<TempDir, String>) -> Result<PathBuf, String> {
    folder
        .as_ref()
        .map(|folder| Path::to_owned(folder.path()))
        .map_err(Clone::clone)
}
