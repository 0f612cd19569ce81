//! The images start, answer, and take local packages from where they should, with nothing writable and no network.

use std::collections::BTreeMap;

use repo::{Package, Service};
use serde_json::Value;

use super::{Outcome, ensure};
use crate::{
    container::Container,
    docker,
    lab::{Build, Flavour, Lab, port_of},
    probe::{self, Look},
};

/// As the configured user, which is a number and not root, with a read-only root file system and no network.
pub fn locked_down(lab: &Lab, service: &Service, flavour: Flavour) -> Outcome {
    let image = lab.image(service, Build::Clean(flavour))?;
    let config = &docker::inspect(&image)?["Config"];
    let uid = lab.repo.settings.user.uid;
    let user = config["User"].as_str().unwrap_or_default();
    ensure(user.split(':').all(|id| id == uid.to_string()), || {
        format!("the user is `{user}`, not {uid}")
    })?;
    let port = format!("{}/tcp", port_of(service)?);
    ensure(config["ExposedPorts"].get(&port).is_some(), || {
        format!("{port} is not exposed")
    })?;

    let container = Container::start(&image)?;
    let health = probe::answer(&container, port_of(service)?, "/healthz", "")?;
    ensure(health.is_object(), || format!("/healthz answers {health}"))?;
    let version = probe::answer(&container, port_of(service)?, "/version", "")?;
    let expected = expected_version(lab, service);
    ensure(version == expected, || {
        format!("/version answers {version}, the manifests say {expected}")
    })?;
    let look = Look::into(&container, &[], &[])?;
    ensure(look.uid == uid, || format!("runs as user {}, not {uid}", look.uid))
}

/// Local packages come from the virtual environment in production and from their sources in development.
pub fn imports(lab: &Lab, service: &Service, flavour: Flavour) -> Outcome {
    let container = Container::start(&lab.image(service, Build::Clean(flavour))?)?;
    let modules: Vec<String> = lab.packages(service).map(|package| package.name.module()).collect();
    let look = Look::into(&container, &modules, &[])?;
    for package in lab.packages(service) {
        let module = package.name.module();
        let file = look.modules.get(&module).map_or("nowhere", String::as_str);
        let homes: Vec<String> = match flavour {
            Flavour::Production => vec![format!("{}/", look.prefix)],
            Flavour::Development => package
                .import_roots
                .iter()
                .map(|root| format!("/app/{root}/"))
                .collect(),
        };
        ensure(homes.iter().any(|home| file.starts_with(home)), || {
            format!("`{module}` is imported from {file}, not from {}", homes.join(" or "))
        })?;
        ensure(
            flavour == Flavour::Development || file.contains("/site-packages/"),
            || format!("`{module}` is imported from {file}, not from site-packages"),
        )?;
    }
    Ok(())
}

/// Its own name and version, and those of its libs.
fn expected_version(lab: &Lab, service: &Service) -> Value {
    let version = |package: &Package| package.manifest.version.as_ref().map(|version| version.value.clone());
    let libs: BTreeMap<String, Option<String>> = lab
        .repo
        .libs_of(service)
        .map(|lib| (lib.name.to_string(), version(lib)))
        .collect();
    serde_json::json!({ "name": service.package.name.as_str(), "version": version(&service.package), "libs": libs })
}
