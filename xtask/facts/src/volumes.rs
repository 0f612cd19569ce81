//! What a volume lies over.

use std::collections::BTreeSet;

use evidence::image::{Image, Reach};

/// What of an image's packages and sources lies under a volume.
pub fn under(image: &Image, volume: &str) -> Option<(String, &'static str)> {
    code(image).into_iter().find(|(folder, _)| is_over(volume, folder))
}

/// The folders that packages and sources are imported from.
fn code(image: &Image) -> BTreeSet<(String, &'static str)> {
    let made = image.environments.iter().map(|made| made.value.clone());
    let filled = image
        .installs
        .iter()
        .filter(|install| install.reach <= Reach::Copied && install.what.wheels.is_empty())
        .map(|install| install.what.prefix.clone());
    let packages = made.chain(filled).map(|folder| (folder, "the packages are"));
    let path = image.env.get("PYTHONPATH").map_or("", |said| said.value.as_str());
    let sources = path.split(':').map(|folder| (folder.to_owned(), "PYTHONPATH leads"));
    let found = packages.chain(sources);
    found
        .filter(|(folder, _)| folder.starts_with('/') && folder.len() > 1)
        .collect()
}

/// Whether the volume is the folder, or above it.
pub fn is_over(volume: &str, folder: &str) -> bool {
    let below = folder.strip_prefix(volume.trim_end_matches('/'));
    below.is_some_and(|below| below.is_empty() || below.starts_with('/'))
}
