//! Both flavours share the layer with the third-party packages, and edits of sources leave it alone.

use repo::Service;

use super::{Outcome, ensure};
use crate::{
    container::Container,
    docker,
    lab::{Build, Flavour, Lab},
    lock,
    probe::Look,
    saved,
};

/// The layer that holds every third-party package of production is at the same height in development, and the same.
///
/// The layers below are not compared: BuildKit may hold several results of one step, and takes any of them for each image.
pub fn third_party_is_shared(lab: &Lab, service: &Service) -> Outcome {
    let (height, digest) = third_party(lab, service)?;
    let development = docker::layers(&lab.image(service, Build::Clean(Flavour::Development))?)?;
    let other = development.get(height).map_or("absent", String::as_str);
    ensure(other == digest, || {
        format!("third-party packages are in layer {height}: it is {digest} in production and {other} in development")
    })?;
    let name = &service.package.name;
    println!("{name}: both flavours take their third-party packages from layer {height}, {digest}");
    Ok(())
}

/// After an edited line in every lib that layer is the same in both flavours, and no step ran that has to do with
/// requirement files; another layer has changed.
pub fn edit_leaves_third_party(lab: &Lab, service: &Service) -> Outcome {
    let (height, digest) = third_party(lab, service)?;
    for flavour in [Flavour::Production, Flavour::Development] {
        let before = docker::layers(&lab.image(service, Build::Clean(flavour))?)?;
        let after = docker::layers(&lab.image(service, Build::Edited(flavour))?)?;
        let other = after.get(height).map_or("absent", String::as_str);
        ensure(other == digest, || {
            format!(
                "{flavour:?}: the layer of third-party packages, {height}, was {digest} and is {other} after the edit"
            )
        })?;
        not_installed_again(lab, service, flavour)?;
        ensure(before.get(height + 1..) != after.get(height + 1..), || {
            format!("{flavour:?}: the edited line is in no layer above the third-party packages")
        })?;
    }
    Ok(())
}

/// The digest alone does not prove it: a layer that is made anew from the same pins may well be the same.
fn not_installed_again(lab: &Lab, service: &Service, flavour: Flavour) -> Outcome {
    // Both builds have to be done, in this order, whichever trial comes first.
    lab.image(service, Build::Clean(flavour))?;
    let mut steps = lab.steps(service, Build::Edited(flavour))?;
    steps.retain(|step| step.name.contains("requirements"));
    ensure(!steps.is_empty(), || {
        format!("{flavour:?}: no step names a requirement file, so this proves nothing")
    })?;
    match steps.iter().find(|step| !step.cached) {
        Some(step) => Err(format!("{flavour:?}: the edit ran this step again: {}", step.name)),
        None => Ok(()),
    }
}

/// The height of production's layer with the third-party packages, and its digest.
fn third_party(lab: &Lab, service: &Service) -> Result<(usize, String), String> {
    let image = lab.image(service, Build::Clean(Flavour::Production))?;
    let look = Look::into(&Container::start(&image)?, &[], &[])?;
    let locked = lock::software(&lab.repo.root, service, &["main"], &look.marks())?;
    let is_metadata = |path: &str| path.ends_with(".dist-info/METADATA");
    let saved = saved::layers(&image, &is_metadata)?;
    // `opt/venv/lib/python3.13/site-packages/some_name-1.0.dist-info/METADATA`
    let name_of = |path: &str| {
        let folder = path.rsplit('/').nth(1)?;
        let name = folder.split('-').next()?;
        formats::PackageName::parse(name).map(|name| name.to_string())
    };
    let mut heights: Vec<usize> = Vec::new();
    let mut found = 0;
    for (height, paths) in saved.iter().enumerate() {
        let here = paths
            .iter()
            .filter_map(|path| name_of(path))
            .filter(|name| locked.contains_key(name))
            .count();
        if here > 0 {
            heights.push(height);
            found += here;
        }
    }
    ensure(found == locked.len(), || {
        format!("found {found} of {} third-party packages in the layers", locked.len())
    })?;
    match heights[..] {
        [height] => {
            let digest = docker::layers(&image)?.get(height).cloned();
            Ok((
                height,
                digest.ok_or("the saved image has more layers than the inspected")?,
            ))
        }
        _ => Err(format!(
            "third-party packages are in the layers {heights:?}, not in one"
        )),
    }
}
