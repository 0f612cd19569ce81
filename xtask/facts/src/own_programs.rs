//! Programs of the repository's packages that one of two images has and the other lacks, though it has the package.

use ::image::{Module, Python};
use diagnostics::Located;
use formats::PackageName;

use crate::{
    Twin, Twins,
    own_code::OwnCode,
    programs_in_use::{by_code, is_any_started},
    twins::Producer,
};
use repo::Package;

/// A program that one of two images has.
pub struct InOne<'a> {
    /// Its name.
    pub name: String,
    /// What it starts, where its manifest says so.
    pub target: Located<String>,
    /// The package that it comes with.
    pub package: &'a PackageName,
    /// Whether development has it.
    pub is_in_dev: bool,
    /// Whether code, a health check, a compose file or a chart runs it.
    pub is_run: bool,
}

impl Twins<'_> {
    /// Programs of the service and of its libs that only one image has.
    pub fn programs_in_one(&self) -> Vec<InOne<'_>> {
        let (Some(subject), Some((dev, prod))) = (self.subject, self.both()) else {
            return Vec::new();
        };
        let (Some(in_dev), Some(in_prod)) = (self.python(dev), self.python(prod)) else {
            return Vec::new();
        };
        let own = OwnCode::of(subject);
        let mut found = Vec::new();
        for (package, _) in &own.packages {
            for (name, target) in package.manifest.programs() {
                let is_in_dev = match (has(in_dev, &name), has(in_prod, &name)) {
                    (Some(true), Some(false)) => true,
                    (Some(false), Some(true)) => false,
                    (_, _) => continue,
                };
                let (having, lacking, python) = if is_in_dev {
                    (dev, prod, in_prod)
                } else {
                    (prod, dev, in_dev)
                };
                if lacks(&own, package, lacking, python, &target.value) && !names(having, &[&name]) {
                    found.push(InOne {
                        // In code, a text with the name of the package is rarely its program.
                        is_run: is_any_started(subject, &[&name])
                            || (name != package.name.as_str() && by_code(subject, &[&name])),
                        package: &package.name,
                        is_in_dev,
                        name,
                        target,
                    });
                }
            }
        }
        found
    }
}

/// Whether a Python has a program beside it. `None` where that cannot be told.
fn has(python: &Python, name: &str) -> Option<bool> {
    match python.program(name) {
        Module::File { .. } => Some(true),
        Module::Missing => Some(false),
        Module::Namespace(_) | Module::Unknown(_) => None,
    }
}

/// Whether an image has what a program starts, surely without the program, and does not start the same in other words.
fn lacks(own: &OwnCode<'_>, package: &Package, twin: &Twin<'_>, python: &Python, target: &str) -> bool {
    let is_told = match twin.of {
        Producer::File(image) => own.is_told(&own.side(image), package),
        Producer::Built(_) => true,
    };
    let module = target.split([':', '[', ' ']).next().unwrap_or_default();
    let is_there = matches!(python.module(module), Module::File { .. });
    let package = module.strip_suffix(".__main__").unwrap_or(module);
    is_told && is_there && !names(twin, &[module, package])
}

/// Whether what a container of the image starts has one of these among its words: by itself, or in front of a `:`.
fn names(twin: &Twin<'_>, wanted: &[&str]) -> bool {
    let words = twin.config.program();
    let mut words = words.iter().flat_map(|word| word.split_whitespace());
    words.any(|word| {
        let word = word.rsplit('/').next().unwrap_or_default();
        wanted.contains(&word.split(':').next().unwrap_or_default())
    })
}
