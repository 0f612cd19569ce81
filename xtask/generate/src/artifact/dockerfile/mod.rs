//! Draws the Dockerfiles of a service. The dialect is what Docker 20.10 and buildah take without a `# syntax=` line:
//! cache and bind mounts, no heredocs, no `COPY --link`.

mod development;
mod git;
mod instruction;
mod metadata;
mod production;
mod shared;
mod wheels;

use crate::image::{Flavour, ImageSpec};
use instruction::Draft;
use repo::generated::Header;

/// Where the virtual environment lies, in the stages and in the images.
const VENV: &str = "/opt/venv";
/// Where the sources lie in the development image; the working directory of both.
const WORKDIR: &str = "/app";
/// Every file that a step installs gets this time, so that the same input makes the same layer on every machine. It is the
/// time of all files in wheels too.
const EPOCH: u64 = python::invocation::EPOCH;

pub fn draw(spec: &ImageSpec, flavour: Flavour, header: &Header) -> String {
    let mut draft = Draft::new(header.as_str());
    shared::stages(&mut draft, spec);
    match flavour {
        Flavour::Prod => production::stages(&mut draft, spec),
        Flavour::Dev => development::stages(&mut draft, spec),
    }
    draft.finish()
}
