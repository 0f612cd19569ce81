use repo::Service;

use super::Outcome;
use crate::{
    container::Container,
    lab::{Build, Flavour, Lab, port_of},
    probe,
};

/// A running development container takes up edits of the service and of each of its libs by itself: each gets another
/// version in turn, which `/version` then tells.
pub fn edited_sources(lab: &Lab, service: &Service) -> Outcome {
    let image = lab.image(service, Build::Clean(Flavour::Development))?;
    // The version that the image was built as goes before that of the source.
    let container = Container::start_with(&image, &["--env", "IMAGE_VERSION="])?;
    let port = port_of(service)?;
    probe::answer(&container, port, "/version", "")?;
    for package in lab.packages(service) {
        let version = format!("0+edited.{}", package.name.module());
        probe::append(
            &container,
            &package.name.module(),
            &format!("__version__ = \"{version}\""),
        )?;
        probe::answer(&container, port, "/version", &version)
            .map_err(|error| format!("an edit of `{}` is not taken up: {error}", package.name))?;
    }
    Ok(())
}
