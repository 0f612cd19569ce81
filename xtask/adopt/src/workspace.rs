//! What all images share, as it follows from those that are there.

use std::collections::BTreeMap;

use diagnostics::Located;
use evidence::image::Image;
use facts::Subject;
use repo::{Home, RepoPath, Settings};

use crate::{ByHand, table::Table};

/// The image that a repository without Dockerfiles starts from.
const BASE_IMAGE: &str = "python:3.13-slim-trixie";

/// What most images have in common. A service that has something else says so itself.
#[derive(Clone, Debug, Default)]
pub struct Common {
    /// What they start from.
    pub base: Option<String>,
    /// Whom they run as: a name with its number.
    pub user: Option<(String, u32)>,
}

impl Common {
    /// As the images of all services have it.
    pub fn among(subjects: &[Subject<'_>]) -> Self {
        let images = || {
            subjects
                .iter()
                .filter_map(|subject| subject.prod.as_ref().or(subject.dev.as_ref()))
        };
        Self {
            base: most(images().filter_map(base_of).map(|base| base.value.clone())),
            user: most(images().filter_map(user_of)),
        }
    }

    /// As the settings have it.
    pub fn said(settings: &Settings) -> Self {
        let base = settings.base_image().ok();
        Self {
            base: base.map(|base| base.reference.value.clone()),
            user: Some((settings.user.name.clone(), settings.user.uid)),
        }
    }
}

/// The table of the repository, read off the images of all services. `libs` are the folders of the libs. What it cannot say stands in it
/// as comments.
pub fn shared(home: Home, subjects: &[Subject<'_>], services: &[RepoPath], libs: &[RepoPath]) -> String {
    let common = Common::among(subjects);
    let mut by_hand = Vec::new();
    let mut table = Table::new(&home.header());
    table.list("services", &folders(services, libs));
    table.list("libs", &folders(libs, services));
    if let Some(base) = &common.base {
        table.text("base-image", base);
        by_hand.extend(without_version(base));
    } else {
        table.text("base-image", BASE_IMAGE);
        by_hand.push(ByHand::new(
            "no Dockerfile that could be followed shows the base image of the services",
            format!("check `base-image`: `{BASE_IMAGE}` is an assumption"),
            None,
        ));
    }
    if let Some(registry) = registry(subjects, &mut by_hand) {
        table.text("image-registry", &registry);
    }
    if let Some((name, uid)) = &common.user {
        table.value("user", &user(name, *uid));
    }
    table.finish(&by_hand)
}

/// A user as settings have it.
pub(crate) fn user(name: &str, uid: u32) -> String {
    format!("{{ name = \"{name}\", uid = {uid} }}")
}

/// What a tag has to say besides.
pub(crate) fn without_version(base: &str) -> Option<ByHand> {
    let is_of_python = base.rsplit('/').next().is_some_and(|name| name.starts_with("python:"));
    (!is_of_python).then(|| {
        ByHand::new(
            format!("the tag of `{base}` may not show which Python it has"),
            "add `python = \"3.13\"` with its version beside `base-image`, if generation requires it",
            None,
        )
    })
}

/// What an image starts from, where it is known and has a tag.
pub(crate) fn base_of(image: &Image) -> Option<&Located<String>> {
    Some(&image.base).filter(|base| base.value.contains(':') && !base.value.contains('$'))
}

/// Whom an image runs as, if that has a number and is not root.
pub(crate) fn user_of(image: &Image) -> Option<(String, u32)> {
    let said = image.config.user.as_ref()?;
    let name = said.value.split(':').next().unwrap_or_default();
    let number = image.user_number()?.parse::<u32>().ok().filter(|number| *number > 0)?;
    let name = if name.parse::<u32>().is_ok() { "nonroot" } else { name };
    Some((name.to_owned(), number))
}

/// As a glob where that says the same, else each folder.
pub fn folders(these: &[RepoPath], others: &[RepoPath]) -> Vec<String> {
    let mut by_parent: BTreeMap<RepoPath, Vec<&RepoPath>> = BTreeMap::new();
    for folder in these {
        by_parent.entry(folder.parent()).or_default().push(folder);
    }
    let mut globs = Vec::new();
    for (parent, folders) in by_parent {
        let is_mixed = others.iter().any(|other| other.parent() == parent);
        if is_mixed || parent == RepoPath::root() {
            globs.extend(folders.iter().map(|folder| folder.shown().to_owned()));
        } else {
            globs.push(format!("{parent}/*"));
        }
    }
    globs
}

/// What most have; of several, the greatest.
fn most<T: Ord + Clone>(values: impl Iterator<Item = T>) -> Option<T> {
    let mut counts: BTreeMap<T, usize> = BTreeMap::new();
    for value in values {
        *counts.entry(value).or_default() += 1;
    }
    counts
        .into_iter()
        .max_by_key(|(_, count)| *count)
        .map(|(value, _)| value)
}

/// What names of images begin with, in compose files and charts: what most say of images that are named as their service, else of all.
fn registry(subjects: &[Subject<'_>], by_hand: &mut Vec<ByHand>) -> Option<String> {
    let (mut registries, mut others) = (Vec::new(), Vec::new());
    for subject in subjects {
        let name = subject.service.package.name.as_str();
        let of_compose = subject.compose.iter().filter_map(|run| run.service.image.as_ref());
        let of_charts = subject.containers().filter_map(|container| container.image.as_ref());
        for image in of_compose.chain(of_charts) {
            let reference = image.value.split('@').next().unwrap_or_default();
            let (registry, last) = reference.rsplit_once('/').unwrap_or(("", reference));
            let repository = last.split(':').next().unwrap_or_default();
            if reference.contains(['$', '{', '*']) || repository.is_empty() {
                continue;
            }
            if repository == name {
                registries.extend((!registry.is_empty()).then(|| registry.to_owned()));
            } else {
                others.push((name, registry.to_owned(), repository.to_owned(), &image.place));
            }
        }
    }
    if registries.is_empty() {
        let named = others.iter().map(|(_, registry, ..)| registry.clone());
        registries = named.filter(|registry| !registry.is_empty()).collect();
    }
    let registry = most(registries.into_iter());
    let prefix = registry
        .as_ref()
        .map_or(String::new(), |registry| format!("{registry}/"));
    for (name, _, repository, place) in others {
        by_hand.push(ByHand::new(
            format!("the image of `{name}` is named `{repository}` here"),
            format!("name it `{prefix}{name}`, as the generated `docker-bake.json` does"),
            Some(place),
        ));
    }
    registry
}
