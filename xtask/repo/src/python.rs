//! Whether the Python of the base image is one that every package in an image allows.

use std::collections::BTreeSet;

use super::{BaseImage, Package, Repo, RepoPath, Service, manifest::Constraint};
use diagnostics::Problem;
use python::constraint::VersionSet;

pub(super) fn check(repo: &Repo, problems: &mut Vec<Problem>) {
    let packages = repo.services.iter().map(|service| &service.package).chain(&repo.libs);
    for package in packages {
        problems.extend(unreadable(package));
    }
    for (package, base) in installed(repo) {
        problems.extend(outside(package, base));
    }
    for service in &repo.services {
        problems.extend(repo.libs_of(service).filter_map(|lib| disjoint(service, lib)));
    }
}

/// Each package with the base images of the services that install it, or with that of the repository where none does.
fn installed(repo: &Repo) -> Vec<(&Package, &BaseImage)> {
    let mut found: Vec<(&Package, &BaseImage)> = Vec::new();
    let mut seen: BTreeSet<(&RepoPath, &str)> = BTreeSet::new();
    for service in &repo.services {
        let Ok(base) = repo.base_of(service) else { continue };
        for package in std::iter::once(&service.package).chain(repo.libs_of(service)) {
            if seen.insert((&package.dir, &base.reference.value)) {
                found.push((package, base));
            }
        }
    }
    let used: BTreeSet<&RepoPath> = found.iter().map(|(package, _)| &package.dir).collect();
    if let Ok(base) = repo.settings.base_image() {
        let of_none = repo.libs.iter().filter(|lib| !used.contains(&lib.dir));
        found.extend(of_none.map(|lib| (lib, base)));
    }
    found.sort_by_key(|(package, _)| &package.dir);
    found
}

/// The Pythons that a package allows. `None` where it does not say, or says it in a way that cannot be read.
fn allowed(package: &Package) -> Option<(&Constraint, VersionSet)> {
    let constraint = package.manifest.requires_python.as_ref()?;
    VersionSet::parse(&constraint.text.value, constraint.dialect)
        .ok()
        .map(|set| (constraint, set))
}

fn unreadable(package: &Package) -> Option<Problem> {
    let constraint = package.manifest.requires_python.as_ref()?;
    let error = VersionSet::parse(&constraint.text.value, constraint.dialect).err()?;
    Some(
        Problem::error(format!(
            "cannot read the Python range of `{}`: {}",
            package.name, error.message
        ))
        .at(constraint.text.place.clone()),
    )
}

fn outside(package: &Package, base: &BaseImage) -> Option<Problem> {
    let (constraint, allowed) = allowed(package)?;
    let (major, minor) = base.python;
    // Not `3.13.*`: that also holds the pre-releases of 3.13, which `<3.13` reaches up to.
    let minor = VersionSet::parse(&format!(">={major}.{minor},<{major}.{}", minor + 1), constraint.dialect).ok()?;
    if !allowed.intersection(&minor).is_empty() {
        return None;
    }
    Some(
        Problem::error(format!(
            "`{}` does not allow the Python of the base image",
            package.name
        ))
        .at(constraint.text.place.clone().label("allowed"))
        .at(base.reference.place.clone().label("the base image"))
        .remedy(format!(
            "widen `requires-python` of `{}`, or choose another `base-image`",
            package.name
        )),
    )
}

/// A service and a lib that no Python satisfies together can never run in one process.
fn disjoint(service: &Service, lib: &Package) -> Option<Problem> {
    let (service_says, service_allows) = allowed(&service.package)?;
    let (lib_says, lib_allows) = allowed(lib)?;
    if !service_allows.intersection(&lib_allows).is_empty() {
        return None;
    }
    Some(
        Problem::error(format!(
            "no Python is allowed by both `{}` and its lib `{}`",
            service.package.name, lib.name
        ))
        .at(service_says.text.place.clone().label("the service"))
        .at(lib_says.text.place.clone().label("the lib")),
    )
}
