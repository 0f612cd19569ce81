//! The images hold what the lock says, and nothing else.

use std::process::Command;

use repo::Service;
use serde_json::Value;

use super::{Outcome, ensure};
use crate::{
    container::Container,
    lab::{Build, Flavour, Lab},
    lock::{self, Software},
    probe::Look,
};

/// Programs that build, install, check or debug. What the base image brings by itself is its own matter.
const TOOLS: [&str; 22] = [
    "uv",
    "uvx",
    "poetry",
    "pip-compile",
    "pipx",
    "cc",
    "c++",
    "gcc",
    "g++",
    "clang",
    "make",
    "cmake",
    "ld",
    "rustc",
    "cargo",
    "gdb",
    "debugpy",
    "pytest",
    "ruff",
    "mypy",
    "pyright",
    "watchfiles",
];

/// Modules of the same kinds, that need no program to be of use.
const MODULES: [&str; 7] = ["uv", "poetry", "debugpy", "pytest", "setuptools", "wheel", "pip"];

/// Exactly the main group of the lock and the wheels of the local packages.
pub fn of_production(lab: &Lab, service: &Service) -> Outcome {
    let look = look(lab, service, Flavour::Production, &[])?;
    let mut expected = lock::software(&lab.repo.root, service, &["main"], &look.marks())?;
    ensure(!expected.is_empty(), || {
        "the lock has no main group, so this proves nothing".into()
    })?;
    expected.extend(own(lab, service));
    compare(&expected, &look.software)
}

/// The packages of the repository, with the versions of their manifests.
fn own(lab: &Lab, service: &Service) -> Software {
    let packages = lab.packages(service).map(|package| {
        let version = package.manifest.version.as_ref();
        let version = version.map_or("unknown", |version| version.value.as_str());
        (package.name.to_string(), version.into())
    });
    packages.collect()
}

/// What production holds of third parties, in the same versions, and what the dev groups add.
pub fn of_development(lab: &Lab, service: &Service) -> Outcome {
    let look = look(lab, service, Flavour::Development, &[])?;
    let marks = look.marks();
    let mut groups = vec!["main"];
    groups.extend(service.settings.dev_groups.iter().map(|group| group.value.as_str()));
    let mut expected = lock::software(&lab.repo.root, service, &groups, &marks)?;
    expected.extend(own(lab, service));
    compare(&expected, &look.software)?;
    let production = self::look(lab, service, Flavour::Production, &[])?.software;
    let locals: Vec<String> = lab.packages(service).map(|package| package.name.to_string()).collect();
    let third_party = production.iter().filter(|(name, _)| !locals.contains(name));
    for (name, version) in third_party {
        let other = look.software.get(name).map_or("absent", String::as_str);
        ensure(other == version, || {
            format!("`{name}` is {version} in production and {other} in development")
        })?;
    }
    Ok(())
}

/// Code that asks for the version or the entry points of a package gets the same answer in both images.
pub fn same_metadata(lab: &Lab, service: &Service) -> Outcome {
    let names: Vec<String> = lab.packages(service).map(|package| package.name.to_string()).collect();
    let ask = |flavour: Flavour| {
        let container = Container::start(&lab.image(service, Build::Clean(flavour))?)?;
        container.python(include_str!("../probes/metadata.py"), &[&names.join(",")])
    };
    let (development, production) = (ask(Flavour::Development)?, ask(Flavour::Production)?);
    ensure(production.contains("METADATA"), || {
        format!("production has none: {production}")
    })?;
    ensure(development == production, || {
        format!("development has {development}\nproduction has {production}")
    })
}

/// What `sbom` lists is what production holds, by its own Python.
pub fn as_its_sbom_says(lab: &Lab, service: &Service) -> Outcome {
    let look = look(lab, service, Flavour::Production, &[])?;
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.arg("--root").arg(&lab.repo.root);
    command.args(["sbom", service.package.name.as_str(), "--without-licenses"]);
    let output = command
        .output()
        .map_err(|error| format!("cannot run the xtask: {error}"))?;
    let said: Value = serde_json::from_slice(&output.stdout).map_err(|error| format!("no JSON: {error}"))?;
    let own = &said["metadata"]["component"];
    let components = said["components"].as_array().ok_or("no components")?;
    let text = |component: &Value, key: &str| component[key].as_str().unwrap_or_default().to_owned();
    let listed: Software = std::iter::once(own)
        .chain(components)
        .map(|component| (text(component, "name"), text(component, "version")))
        .collect();
    compare(&listed, &look.software)
}

/// No PYTHONPATH, and no program or package that production does not need.
pub fn no_tools(lab: &Lab, service: &Service) -> Outcome {
    let look = look(lab, service, Flavour::Production, &TOOLS)?;
    ensure(look.pythonpath.is_none(), || {
        format!("PYTHONPATH is {:?}", look.pythonpath)
    })?;
    let base = Container::start_with(
        &lab.repo
            .settings
            .base_image()
            .map_err(|problem| problem.message)?
            .reference
            .value,
        &["--interactive", "--entrypoint", "cat"],
    )?;
    let of_base = Look::into(&base, &[], &TOOLS)?.programs;
    let added: Vec<&String> = look
        .programs
        .iter()
        .filter(|program| !of_base.contains(program))
        .collect();
    ensure(added.is_empty(), || format!("production holds {added:?}"))?;
    let locked = lock::software(&lab.repo.root, service, &["main"], &look.marks())?;
    let is_there = |name: &&&str| look.software.contains_key(**name) && !locked.contains_key(**name);
    let modules: Vec<&&str> = MODULES.iter().filter(is_there).collect();
    ensure(modules.is_empty(), || {
        format!("production holds the packages {modules:?}")
    })
}

fn look(lab: &Lab, service: &Service, flavour: Flavour, programs: &[&str]) -> Result<Look, String> {
    let container = Container::start(&lab.image(service, Build::Clean(flavour))?)?;
    Look::into(&container, &[], programs)
}

fn compare(expected: &Software, found: &Software) -> Outcome {
    let differs = |a: &Software, b: &Software| {
        let lines = a.iter().filter(|(name, version)| b.get(*name) != Some(version));
        lines
            .map(|(name, version)| format!("{name} {version}"))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let (missing, unexpected) = (differs(expected, found), differs(found, expected));
    ensure(missing.is_empty() && unexpected.is_empty(), || {
        format!("missing: {missing}\nunexpected: {unexpected}")
    })
}
