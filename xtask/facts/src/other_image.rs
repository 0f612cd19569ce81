//! An image that belongs to no service, such as a web server with pages.

use crate::proxied::is_nginx;
use evidence::{image::Image, loaded::Listed};
use repo::{Repo, RepoPath};
use surfaces::compose::Service;

/// An image that is built from this repository and belongs to no service.
pub struct OtherImage<'a> {
    /// The repository.
    pub repo: &'a Repo,
    /// What its Dockerfile comes to.
    pub image: Image,
    /// The files of the repository.
    pub listed: Listed,
    /// Services of compose files that are built from the same Dockerfile.
    pub runs: Vec<&'a Service>,
}

/// Images of Docker whose programs everybody knows: none of them has a program that a repository would name after its own script.
const KNOWN_BASES: [&str; 11] = [
    "nginx",
    "nginxinc/nginx-unprivileged",
    "node",
    "caddy",
    "httpd",
    "alpine",
    "debian",
    "ubuntu",
    "busybox",
    "golang",
    "python",
];

impl OtherImage<'_> {
    /// The name of the base image, without registry, tag and digest.
    pub fn base(&self) -> &str {
        base_name(&self.image.base.value)
    }

    /// Whether it is known which programs its base image has.
    pub fn has_known_base(&self) -> bool {
        KNOWN_BASES.contains(&self.base())
    }

    /// Whether its base image is a web server that reads settings of nginx.
    pub fn is_nginx(&self) -> bool {
        is_nginx(&self.image.base.value)
    }
}

/// The name in the reference of an image, without registry, tag and digest.
pub fn base_name(reference: &str) -> &str {
    let reference = reference.split('@').next().unwrap_or_default();
    let name = match reference.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => name,
        Some(_) | None => reference,
    };
    // A registry in front has a dot in its name.
    let name = match name.split_once('/') {
        Some((registry, name)) if registry.contains('.') => name.trim_start_matches("docker/"),
        Some(_) | None => name,
    };
    name.trim_start_matches("library/")
}

/// Folders that other programs fill before an image is built, or while it is: nobody writes what is in them.
const MADE: [&str; 10] = [
    "bin",
    "build",
    "dist",
    "generated",
    "node_modules",
    "out",
    "public",
    "static",
    "target",
    ".next",
];

/// Whether a path lies in a folder that a program may fill.
pub fn is_made(path: &RepoPath) -> bool {
    path.as_str().split('/').any(|part| MADE.contains(&part))
}
