use repo::Service;

use super::{Outcome, ensure};
use crate::{
    container::Container,
    lab::{Build, Flavour, Lab, port_of},
    probe,
};

/// With `DEBUGPY_PORT` the development image listens there, and still answers; without it, it does not listen.
pub fn listens_when_asked(lab: &Lab, service: &Service) -> Outcome {
    let image = lab.image(service, Build::Clean(Flavour::Development))?;
    let (port, debug_port) = (port_of(service)?, service.debug_port().unwrap_or_default());

    let variable = format!("DEBUGPY_PORT={debug_port}");
    let asked = Container::start_with(&image, &["--read-only", "--env", &variable])?;
    probe::answer(&asked, port, "/healthz", "")?;
    probe::wait_for(&format!("a debugger can connect to port {debug_port}"), || {
        Ok(probe::listening(&asked)?.contains(&debug_port))
    })?;
    drop(asked);

    let not_asked = Container::start(&image)?;
    probe::answer(&not_asked, port, "/healthz", "")?;
    let ports = probe::listening(&not_asked)?;
    ensure(ports.contains(&port), || {
        format!("the probe sees no port {port}, so it proves nothing")
    })?;
    ensure(!ports.contains(&debug_port), || {
        format!("listens on {debug_port} without being asked to")
    })
}
