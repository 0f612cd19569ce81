//! The bytes that the xtask owns: pure functions of the repository and of its image descriptions.

pub mod bake;
mod compose;
mod devcontainer;
mod dockerfile;
pub mod docs;
mod ignore;
mod of_repository;
pub mod tiltfile;

pub use of_repository::draw;

use crate::image::{Flavour, ImageSpec, Pins, Tools};
use repo::{Home, RepoPath, generated::Header};
use requirements::Export;

/// A file as it has to be.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Artifact {
    /// The path, relative to the root.
    pub path: RepoPath,
    /// The whole content.
    pub text: String,
}

/// The names of the files that are beside a service's manifest. A file of another name is never ours.
pub const FILE_NAMES: [&str; 8] = [
    "Dockerfile",
    "Dockerfile.dev",
    "Dockerfile.dev.dockerignore",
    "Dockerfile.dockerignore",
    "requirements-dev.txt",
    "requirements-libs.txt",
    "requirements-test.txt",
    "requirements.txt",
];

/// The folder of the files that editors read.
pub const DEVCONTAINERS: &str = devcontainer::FOLDER;

/// The names of files that all services share, and of those that editors read.
pub const SHARED: [&str; 4] = [bake::FILE, compose::FILE, compose::DEV_FILE, devcontainer::FILE];

impl Artifact {
    /// Every file beside the manifest of a service.
    pub fn of_service(spec: &ImageSpec, pins: &Pins) -> Vec<Self> {
        let lock = [spec.dir.child("pyproject.toml"), spec.lock.clone()];
        let mut artifacts = vec![Self::requirements(spec.home, &spec.requirements, &lock, &pins.main)];
        artifacts.extend(
            spec.dev_requirements
                .as_ref()
                .map(|path| Self::requirements(spec.home, path, &lock, &pins.dev)),
        );
        artifacts.extend(
            spec.test_requirements
                .as_ref()
                .map(|path| Self::requirements(spec.home, path, &lock, &pins.test)),
        );
        artifacts.extend(
            spec.lib_requirements
                .as_ref()
                .map(|path| Self::requirements(spec.home, path, &published(spec), &pins.libs)),
        );
        for flavour in [Flavour::Dev, Flavour::Prod] {
            artifacts.push(Self::dockerfile(spec, flavour));
            artifacts.push(Self::ignore_file(spec, flavour));
        }
        artifacts
    }

    /// The requirement file of the build tools, which all images share.
    pub fn of_tools(tools: &Tools) -> Self {
        Self::requirements(tools.home, &tools.requirements, &tools.sources, &tools.pins)
    }

    fn requirements(home: Home, path: &RepoPath, sources: &[RepoPath], export: &Export) -> Self {
        let header = Header::new(home, path, sources);
        Self {
            path: path.clone(),
            text: format!("{}{}", header.as_str(), export.render()),
        }
    }

    /// The Dockerfile of a flavour.
    fn dockerfile(spec: &ImageSpec, flavour: Flavour) -> Self {
        let name = dockerfile_name(flavour);
        let path = spec.dir.child(name);
        let text = dockerfile::draw(spec, flavour, &Header::new(spec.home, &path, &sources(spec)));
        Self { path, text }
    }

    /// What that Dockerfile may see of the repository.
    fn ignore_file(spec: &ImageSpec, flavour: Flavour) -> Self {
        let path = spec.dir.child(&format!("{}.dockerignore", dockerfile_name(flavour)));
        let text = ignore::draw(spec, flavour, &Header::new(spec.home, &path, &sources(spec)));
        Self { path, text }
    }
}

/// What the Dockerfile of a flavour is called.
pub fn dockerfile_name(flavour: Flavour) -> &'static str {
    match flavour {
        Flavour::Dev => "Dockerfile.dev",
        Flavour::Prod => "Dockerfile",
    }
}

/// What says which libs are on the index: the settings, then the manifest and the record of each.
fn published(spec: &ImageSpec) -> Vec<RepoPath> {
    let settings = spec.home.file();
    let libs = spec.packages.iter().skip(1).flat_map(|lib| {
        let file = |name: &str| lib.dir.child(name);
        [file("pyproject.toml"), file(repo::published::FILE)]
    });
    std::iter::once(settings).chain(libs).collect()
}

/// What an image description is read from.
fn sources(spec: &ImageSpec) -> Vec<RepoPath> {
    let manifests = spec.packages.iter().map(|package| package.dir.child("pyproject.toml"));
    let settings = spec.home.file();
    std::iter::once(settings).chain(manifests).collect()
}
