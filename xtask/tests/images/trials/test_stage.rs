use repo::Service;

use super::{Outcome, ensure};
use crate::{
    container::Container,
    docker,
    lab::{Build, Flavour, Lab},
};

/// The test stage is based on the production image, and its tests pass with nothing writable but `/tmp`.
pub fn passes_read_only(lab: &Lab, service: &Service) -> Outcome {
    let production = lab.image(service, Build::Clean(Flavour::Production))?;
    let tests = lab.image(service, Build::Tests)?;
    let height = docker::layers(&production)?.len();
    ensure(
        docker::same_layers(&production, &tests, 0..height)? && docker::layers(&tests)?.len() > height,
        || "the test stage does not stand on the production image".into(),
    )?;
    let output = Container::run(&tests, &["--read-only", "--tmpfs", "/tmp"])?;
    ensure(output.contains(" passed"), || format!("no test passed:\n{output}"))
}
