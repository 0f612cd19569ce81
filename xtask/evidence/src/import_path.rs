//! The folders of PYTHONPATH, as an image has them.

use super::image::Image;
use diagnostics::Located;
use formats::absolute;
use repo::{RepoPath, Root};

/// Entries of PYTHONPATH at which the Dockerfile puts nothing of the repository. Those outside of what it copies into, as of
/// the base image, cannot be told about; they are absent if a folder above them is what it copies into.
pub fn absent(root: &Root, image: &Image) -> Vec<Located<String>> {
    let Some(path) = image.config.env.get("PYTHONPATH") else {
        return Vec::new();
    };
    let workdir = image
        .config
        .workdir
        .as_ref()
        .map_or("/", |folder| folder.value.as_str());
    let entries = path.value.split(':').filter(|entry| !entry.is_empty());
    let absent = entries.filter(|entry| !is_there(root, image, &absolute(workdir, entry)));
    absent
        .map(|entry| Located {
            value: entry.to_owned(),
            place: path.place.clone(),
        })
        .collect()
}

fn is_there(root: &Root, image: &Image, entry: &str) -> bool {
    let inside = |path: &str, folder: &str| {
        let rest = path.strip_prefix(folder.trim_end_matches('/'));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let copied = image.copied.iter().flat_map(|copied| copied.what.places());
    let copied: Vec<(Option<RepoPath>, String)> = copied.collect();
    let knows = copied.iter().any(|(_, destination)| {
        let top = destination.split('/').nth(1).unwrap_or_default();
        inside(entry, &format!("/{top}"))
    });
    let there = copied.iter().any(|(source, destination)| {
        let destination = destination.trim_end_matches('/');
        if inside(destination, entry) {
            return true;
        }
        let (true, Some(source)) = (inside(entry, destination), source) else {
            // What is not of the repository may bring the folder.
            return inside(entry, destination);
        };
        let below = entry[destination.len()..].trim_start_matches('/');
        source.join(below).is_some_and(|folder| root.has_folder(&folder))
    });
    // What a command makes is there, whatever is mounted or written there later.
    let is_made = image.folders.iter().any(|folder| inside(folder, entry));
    there || is_made || !knows
}
