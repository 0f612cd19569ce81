//! Production images that take their libs from an index are those that build the wheels themselves.

use std::fs;

use repo::Service;

use super::{Outcome, ensure};
use crate::{
    docker,
    lab::{Build, Flavour, Lab},
};

/// Layers and configuration are the same, so the distributions, their versions and their files are; and no source of a lib was there.
pub fn make_the_same_image(lab: &Lab, service: &Service) -> Outcome {
    let here = lab.published()?;
    let file = |name: &str| fs::read_to_string(service.package.dir.child(name).under(&here)).unwrap_or_default();
    let context = file("Dockerfile.dockerignore");
    for lib in lab.repo.libs_of(service) {
        ensure(!context.contains(&format!("!{}/", lib.dir)), || {
            format!("the build sees `{}`, so this proves nothing", lib.dir)
        })?;
        ensure(
            file("requirements-libs.txt").contains(&format!("{}==", lib.name)),
            || format!("`{}` is not pinned", lib.name),
        )?;
    }
    let (built, fetched) = (
        lab.image(service, Build::Clean(Flavour::Production))?,
        lab.image(service, Build::Published)?,
    );
    let (a, b) = (docker::layers(&built)?, docker::layers(&fetched)?);
    ensure(
        a.len() == b.len() && docker::same_layers(&built, &fetched, 0..a.len())?,
        || format!("the layers are\n{a:#?}\nand with libs of an index\n{b:#?}"),
    )?;
    let (a, b) = (docker::inspect(&built)?, docker::inspect(&fetched)?);
    ensure(a["Config"] == b["Config"], || {
        format!("{}\nis with libs of an index\n{}", a["Config"], b["Config"])
    })
}
