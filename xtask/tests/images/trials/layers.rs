//! Both flavours share the layer with the third-party packages, and edits of sources leave it alone.

use xtask::repo::Service;

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
pub fn third_party_is_shared(lab: &Lab, service: &Service) -> Outcome {
    let (height, production) = third_party(lab, service)?;
    let development = docker::layers(&lab.image(service, Build::Clean(Flavour::Development))?)?;
    for (index, digest) in production.iter().take(height + 1).enumerate() {
        let other = development.get(index).map_or("absent", String::as_str);
        ensure(other == digest, || {
            format!(
                "layer {index} is {digest} in production and {other} in development; third-party packages are in layer {height}"
            )
        })?;
    }
    println!(
        "{}: both flavours take their third-party packages from layer {height}, {}",
        service.package.name, production[height]
    );
    Ok(())
}

/// An edited line in every lib changes layers above it only, and does change some.
pub fn edit_leaves_third_party(lab: &Lab, service: &Service) -> Outcome {
    let (height, production) = third_party(lab, service)?;
    let development = docker::layers(&lab.image(service, Build::Clean(Flavour::Development))?)?;
    for (flavour, before) in [(Flavour::Production, production), (Flavour::Development, development)] {
        let after = docker::layers(&lab.image(service, Build::Edited(flavour))?)?;
        let below = before.iter().zip(&after).take_while(|(a, b)| a == b).count();
        ensure(below > height, || {
            format!("{flavour:?}: layer {below} changed, third-party packages are in layer {height}")
        })?;
        ensure(before != after, || {
            format!("{flavour:?}: the edited line is not in the image")
        })?;
    }
    Ok(())
}

/// The height of production's layer with the third-party packages, and all its layers.
fn third_party(lab: &Lab, service: &Service) -> Result<(usize, Vec<String>), String> {
    let image = lab.image(service, Build::Clean(Flavour::Production))?;
    let look = Look::into(&Container::start(&image)?, &[], &[])?;
    let locked = lock::software(&lab.repo.root, service, &["main"], &look.marks())?;
    let is_metadata = |path: &str| path.ends_with(".dist-info/METADATA");
    let saved = saved::layers(&image, &is_metadata)?;
    // `opt/venv/lib/python3.13/site-packages/some_name-1.0.dist-info/METADATA`
    let name_of = |path: &str| {
        let folder = path.rsplit('/').nth(1)?;
        let name = folder.split('-').next()?;
        xtask::repo::PackageName::parse(name).map(|name| name.to_string())
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
        [height] => Ok((height, docker::layers(&image)?)),
        _ => Err(format!(
            "third-party packages are in the layers {heights:?}, not in one"
        )),
    }
}
