use repo::Service;

use super::{Outcome, ensure};
use crate::{
    container::Container,
    docker,
    lab::{Build, Flavour, Lab},
};

/// The test stage stands on the production image, and its tests pass with nothing writable but `/tmp`.
pub fn passes_read_only(lab: &Lab, service: &Service) -> Outcome {
    let production = docker::layers(&lab.image(service, Build::Clean(Flavour::Production))?)?;
    let tests = lab.image(service, Build::Tests)?;
    let layers = docker::layers(&tests)?;
    ensure(
        layers.starts_with(&production) && layers.len() > production.len(),
        || "the test stage does not stand on the production image".into(),
    )?;
    let output = Container::run(&tests, &["--read-only", "--tmpfs", "/tmp"])?;
    ensure(output.contains(" passed"), || format!("no test passed:\n{output}"))
}
