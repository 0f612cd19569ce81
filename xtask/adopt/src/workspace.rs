//! What all images share, as it follows from those that are there.

use std::collections::{BTreeMap, BTreeSet};

use facts::Subject;
use repo::{Home, RepoPath};

use crate::{ByHand, table::Table};

/// The image that a repository without Dockerfiles starts from.
const BASE_IMAGE: &str = "python:3.13-slim-trixie";

/// The table of the repository, read off the images of all services. `libs` are the folders of the libs. What it cannot say stands in it
/// as comments.
pub fn shared(home: Home, subjects: &[Subject<'_>], services: &[RepoPath], libs: &[RepoPath]) -> String {
    let mut by_hand = Vec::new();
    let mut table = Table::new(&home.header());
    table.list("services", &folders(services, libs));
    table.list("libs", &folders(libs, services));
    table.text("base-image", &base_image(subjects, &mut by_hand));
    if let Some(registry) = registry(subjects, &mut by_hand) {
        table.text("image-registry", &registry);
    }
    if let Some((name, uid)) = user(subjects, &mut by_hand) {
        table.value("user", &format!("{{ name = \"{name}\", uid = {uid} }}"));
    }
    table.finish(&by_hand)
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

/// What most have, with the number of those that have something else.
fn most<T: Ord + Clone>(values: impl Iterator<Item = T>) -> Option<(T, usize)> {
    let mut counts: BTreeMap<T, usize> = BTreeMap::new();
    for value in values {
        *counts.entry(value).or_default() += 1;
    }
    let all: usize = counts.values().sum();
    let (value, count) = counts.into_iter().max_by_key(|(_, count)| *count)?;
    Some((value, all - count))
}

fn base_image(subjects: &[Subject<'_>], by_hand: &mut Vec<ByHand>) -> String {
    let bases = || {
        subjects
            .iter()
            .filter_map(|subject| subject.prod.as_ref().or(subject.dev.as_ref()))
            .map(|image| &image.base)
            .filter(|base| base.value.contains(':') && !base.value.contains('$'))
    };
    let Some((base, others)) = most(bases().map(|base| base.value.clone())) else {
        by_hand.push(ByHand::new(
            "no Dockerfile tells which image the services start from",
            format!("check `base-image`: `{BASE_IMAGE}` is an assumption"),
            None,
        ));
        return BASE_IMAGE.to_owned();
    };
    if others > 0 {
        for other in bases().filter(|other| other.value != base) {
            by_hand.push(ByHand::new(
                format!("this image starts from `{}`, the others from `{base}`", other.value),
                "check `base-image`: all images of the repository start from it",
                Some(&other.place),
            ));
        }
    }
    if !base.rsplit('/').next().is_some_and(|name| name.starts_with("python:")) {
        let place = bases().find(|other| other.value == base).map(|base| base.place.clone());
        by_hand.push(ByHand::new(
            format!("the tag of `{base}` may not tell which Python it has"),
            "add `python = \"3.13\"` with its version beside `base-image`, if generation asks for it",
            place.as_ref(),
        ));
    }
    base
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
    let registry = most(registries.into_iter()).map(|(registry, _)| registry);
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

/// Whom the images run as, where they agree on a user with a number.
fn user(subjects: &[Subject<'_>], by_hand: &mut Vec<ByHand>) -> Option<(String, u32)> {
    let mut users = BTreeSet::new();
    for image in subjects.iter().filter_map(|subject| subject.prod.as_ref()) {
        let Some(said) = &image.user else { continue };
        let name = said.value.split(':').next().unwrap_or_default();
        let number = image.user_number().and_then(|number| number.parse::<u32>().ok());
        let name = if name.parse::<u32>().is_ok() { "nonroot" } else { name };
        match number {
            Some(number) if number > 0 => drop(users.insert((name.to_owned(), number))),
            Some(_) => {}
            None => by_hand.push(ByHand::new(
                format!("the number of the user `{name}` is not known"),
                "if volumes belong to it, set `user = { name = \"…\", uid = … }`: without it, images run as 10001",
                Some(&said.place),
            )),
        }
    }
    if users.len() > 1 {
        let users: Vec<String> = users
            .iter()
            .map(|(name, number)| format!("`{name}` ({number})"))
            .collect();
        by_hand.push(ByHand::new(
            format!("the images run as different users: {}", users.join(", ")),
            "set `user = { name = \"…\", uid = … }`: all images run as one user, 10001 without it",
            None,
        ));
        return None;
    }
    users.pop_first()
}
