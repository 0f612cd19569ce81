//! Whether the Python of the base image is one that every package in an image allows.

use super::{BaseImage, Package, Repo, Service, manifest::Constraint};
use diagnostics::Problem;
use python::constraint::VersionSet;

pub(super) fn check(repo: &Repo, problems: &mut Vec<Problem>) {
    let base = repo.settings.base_image().ok();
    let packages = repo.services.iter().map(|service| &service.package).chain(&repo.libs);
    for package in packages {
        problems.extend(unreadable(package));
        problems.extend(base.and_then(|base| outside(package, base)));
    }
    for service in &repo.services {
        problems.extend(repo.libs_of(service).filter_map(|lib| disjoint(service, lib)));
    }
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
