//! What a volume lies over.

use std::collections::BTreeSet;

use evidence::{
    built::Built,
    image::{Image, Reach},
};

use crate::{Twin, twins::Producer};

/// What a message says of a folder.
const PACKAGES: &str = "the packages are";
const SOURCES: &str = "modules are imported from";

/// What of an image's packages and sources lies under a volume.
pub fn under(twin: &Twin<'_>, volume: &str) -> Option<(String, &'static str)> {
    let code = match twin.of {
        Producer::File(image) => code(image),
        Producer::Built(built) => of_python(built),
    };
    code.into_iter().find(|(folder, _)| is_over(volume, folder))
}

/// The folders that packages and sources are imported from, as a Dockerfile fills and names them.
pub fn code(image: &Image) -> BTreeSet<(String, &'static str)> {
    let made = image.environments.iter().map(|made| made.value.clone());
    let filled = image
        .installs
        .iter()
        .filter(|install| install.reach <= Reach::Copied && install.what.wheels.is_empty())
        .map(|install| install.what.prefix.clone());
    let packages = made.chain(filled).map(|folder| (folder, PACKAGES));
    let path = image
        .config
        .env
        .get("PYTHONPATH")
        .map_or("", |said| said.value.as_str());
    let sources = path.split(':').map(|folder| (folder.to_owned(), SOURCES));
    let found = packages.chain(sources);
    found
        .filter(|(folder, _)| folder.starts_with('/') && folder.len() > 1)
        .collect()
}

/// The same of the Python that a built image has. The folder that the command starts in is not the place for packages.
fn of_python(built: &Built) -> BTreeSet<(String, &'static str)> {
    let Some(python) = &built.interpreter else {
        return BTreeSet::new();
    };
    let path = python.path.iter().filter(|folder| *folder != built.config.folder());
    let sources = path.map(|folder| (folder.clone(), SOURCES));
    sources.chain([(python.prefix.clone(), PACKAGES)]).collect()
}

/// Whether the volume is the folder, or above it.
pub fn is_over(volume: &str, folder: &str) -> bool {
    let below = folder.strip_prefix(volume.trim_end_matches('/'));
    below.is_some_and(|below| below.is_empty() || below.starts_with('/'))
}
