use repo::Service;

use super::{Outcome, ensure};
use crate::{
    docker,
    lab::{Build, Flavour, Lab},
};

/// `docker buildx bake` builds by `docker-bake.json` what a plain `docker build` builds, layer for layer.
pub fn builds_the_same(lab: &Lab, service: &Service) -> Outcome {
    let checkout = lab.clean()?;
    if !checkout.join("docker-bake.json").is_file() {
        return Ok(()); // A repository whose Dockerfiles were written by hand.
    }
    let name = service.package.name.as_str();
    let builds = [
        (name.to_owned(), Build::Clean(Flavour::Production)),
        (format!("{name}-development"), Build::Clean(Flavour::Development)),
        (format!("{name}-test"), Build::Tests),
    ];
    for (target, build) in builds {
        if build == Build::Tests && service.settings.test_groups.is_empty() {
            continue;
        }
        let plain = lab.image(service, build)?;
        let height = docker::layers(&plain)?.len();
        let tag = format!("xtask-images/bake-{target}:{}", std::process::id());
        docker::bake(&checkout, &target, &tag)?;
        let same = docker::same_layers(&plain, &tag, 0..height).and_then(|same| Ok((same, docker::layers(&tag)?)));
        docker::docker(&["rmi", "--force", &tag])?;
        let (same, layers) = same?;
        ensure(same && layers.len() == height, || {
            format!("`{target}` has other layers: {layers:#?}")
        })?;
    }
    Ok(())
}
