//! The bytes that the xtask owns: pure functions of the repository and of its image descriptions.

mod dockerfile;
mod header;
mod ignore;

pub use header::Header;

use crate::{
    image::{Flavour, ImageSpec},
    repo::RepoPath,
};

/// A file as it has to be.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Artifact {
    pub path: RepoPath,
    pub text: String,
}

/// The names of the files that stand beside a service's manifest. A file of another name is never ours.
pub const FILE_NAMES: [&str; 7] = [
    "Dockerfile",
    "Dockerfile.dev",
    "Dockerfile.dev.dockerignore",
    "Dockerfile.dockerignore",
    "requirements-dev.txt",
    "requirements-test.txt",
    "requirements.txt",
];

impl Artifact {
    /// The Dockerfile of a flavour.
    pub fn dockerfile(spec: &ImageSpec, flavour: Flavour) -> Self {
        let name = dockerfile_name(flavour);
        let path = spec.dir.child(name);
        let text = dockerfile::draw(spec, flavour, &Header::new(&path, &sources(spec)));
        Self { path, text }
    }

    /// What that Dockerfile may see of the repository.
    pub fn ignore_file(spec: &ImageSpec, flavour: Flavour) -> Self {
        let path = spec.dir.child(&format!("{}.dockerignore", dockerfile_name(flavour)));
        let text = ignore::draw(spec, flavour, &Header::new(&path, &sources(spec)));
        Self { path, text }
    }
}

fn dockerfile_name(flavour: Flavour) -> &'static str {
    match flavour {
        Flavour::Dev => "Dockerfile.dev",
        Flavour::Prod => "Dockerfile",
    }
}

/// What an image description is read from.
fn sources(spec: &ImageSpec) -> Vec<RepoPath> {
    let manifests = spec.packages.iter().map(|package| package.dir.child("pyproject.toml"));
    let settings = RepoPath::root().child(crate::repo::settings::FILE);
    std::iter::once(settings).chain(manifests).collect()
}
