//! Both flavours share the layer with the third-party packages, and edits of sources leave it alone.

use std::process::Command;

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
    let height = third_party(lab, service)?;
    let production = lab.image(service, Build::Clean(Flavour::Production))?;
    let development = lab.image(service, Build::Clean(Flavour::Development))?;
    ensure(
        docker::same_layers(&production, &development, height..height + 1)?,
        || format!("third-party packages are in layer {height} of production, and development has another one there"),
    )?;
    let name = &service.package.name;
    println!("{name}: both flavours take their third-party packages from layer {height}");
    Ok(())
}

/// After an edited line in every lib that layer is the same in both images, and no step ran that has to do with
/// requirement files; another layer has changed.
pub fn edit_leaves_third_party(lab: &Lab, service: &Service) -> Outcome {
    let height = third_party(lab, service)?;
    for flavour in [Flavour::Production, Flavour::Development] {
        let clean = lab.image(service, Build::Clean(flavour))?;
        let edited = lab.image(service, Build::Edited(flavour))?;
        ensure(docker::same_layers(&clean, &edited, height..height + 1)?, || {
            format!("{flavour:?}: the layer of third-party packages, {height}, is another one after the edit")
        })?;
        not_installed_again(lab, service, flavour)?;
        let (before, after) = (docker::layers(&clean)?, docker::layers(&edited)?);
        ensure(before.get(height + 1..) != after.get(height + 1..), || {
            format!("{flavour:?}: the edited line is in no layer above the third-party packages")
        })?;
    }
    Ok(())
}

/// Built from the same checkout with every step run again, each image that the files describe has the same layers.
pub fn are_the_same_again(lab: &Lab, service: &Service) -> Outcome {
    for (file, target) in [
        ("Dockerfile", None),
        ("Dockerfile.dev", None),
        ("Dockerfile", Some("test")),
    ] {
        let dockerfile = service.package.dir.child(file);
        let tag = |time: &str| {
            let variant = format!("{file}-{}-{time}", target.unwrap_or("last")).to_ascii_lowercase();
            format!("xtask-images/{}:{variant}-{}", service.package.name, std::process::id())
        };
        let (once, again) = (tag("once"), tag("again"));
        for tag in [&once, &again] {
            docker::build_again(&lab.clean()?, dockerfile.as_str(), target, tag)?;
        }
        let compared = differing(&once, &again);
        docker::docker(&["rmi", "--force", &once, &again])?;
        let differing = compared?;
        ensure(differing.is_empty(), || {
            format!("{dockerfile}, stage {target:?}: the layers {differing:?} differ when they are built again")
        })?;
    }
    Ok(())
}

/// The heights of the layers in which two images differ.
fn differing(one: &str, other: &str) -> Result<Vec<usize>, String> {
    let height = docker::layers(one)?.len().max(docker::layers(other)?.len());
    let mut found = Vec::new();
    for layer in 0..height {
        if !docker::same_layers(one, other, layer..layer + 1)? {
            found.push(layer);
        }
    }
    Ok(found)
}

/// What compares layers leaves aside the order of their entries, and nothing else.
pub fn only_order_is_left_aside(_: &Lab) -> Outcome {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let tar = |arguments: &str| {
        let script =
            format!("umask 022; mkdir -p b && echo 1 >a && echo 2 >b/c && touch -d @9 a b b/c && tar c {arguments}");
        let made = Command::new("sh")
            .args(["-c", &script])
            .current_dir(folder.path())
            .output();
        let made = made.map_err(|error| error.to_string())?;
        ensure(made.status.success(), || {
            String::from_utf8_lossy(&made.stderr).into_owned()
        })?;
        saved::entries(&mut made.stdout.as_slice()).map_err(|error| error.to_string())
    };
    let one = tar("a b")?;
    ensure(one == tar("b a")?, || "another order is another layer".into())?;
    for other in [
        "a",
        "b",
        "--mode=700 a b",
        "--owner=7 a b",
        "--mtime=@8 a b",
        "--transform=s/c/d/ a b",
        "a b b",
    ] {
        ensure(one != tar(other)?, || {
            format!("`tar c {other}` is the same as `tar c a b`")
        })?;
    }
    Ok(())
}

/// The digest alone does not prove it: a layer that is made again from the same pins may well be the same.
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

/// The height of production's layer with the third-party packages.
fn third_party(lab: &Lab, service: &Service) -> Result<usize, String> {
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
        [height] => Ok(height),
        _ => Err(format!(
            "third-party packages are in the layers {heights:?}, not in one"
        )),
    }
}
