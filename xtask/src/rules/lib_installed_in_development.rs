use super::{Aspect, Check, Level, Rule, Subject};
use crate::{
    evidence::image::{By, Install, Local, Reach},
    repo::{Package, PackageName, manifest::DependencySource},
    report::Problem,
};

pub const RULE: Rule = Rule {
    id: "lib-installed-in-development",
    aspect: Aspect::Libs,
    level: Level::Error,
    what: "the development image installs a lib as a package, instead of running its sources",
    why: "an edited file of the lib is synced into the container and has no effect, until the image is built again",
    example: "RUN pip install ./libs/core in Dockerfile.dev",
    fix: "put the `src` folder of the lib on PYTHONPATH, or install it with `-e`",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let Some(dev) = &subject.dev else { return Vec::new() };
    let mut found = Vec::new();
    for install in dev
        .installs
        .iter()
        .filter(|install| install.reach <= Reach::Copied)
        .map(|install| &install.what)
    {
        for lib in subject.repo.libs_of(subject.service) {
            let is_installed = match install.by {
                By::Pip => names_lib(install, lib),
                By::Poetry => !install.is_without_directories && is_copied_by_poetry(subject, lib, install),
                By::Uv | By::Resolver => false,
            };
            if is_installed {
                let message = format!("the development image installs the lib `{}` as a package", lib.name);
                found.push(Problem::error(message).at(install.place.clone()));
            }
        }
    }
    found
}

/// By its folder, and not editable; or by a wheel or its name.
fn names_lib(install: &Install, lib: &Package) -> bool {
    let is_folder = |local: &Local| !local.is_editable && local.dir.as_ref() == Some(&lib.dir);
    install.local.iter().any(is_folder) || install.packages.iter().any(|package| is_lib(package, lib))
}

/// Named by a wheel, or by its name.
fn is_lib(package: &str, lib: &Package) -> bool {
    let package = package
        .split(['[', ';'])
        .next()
        .unwrap_or_default()
        .trim_end_matches('/');
    let last = package.rsplit('/').next().unwrap_or_default();
    if package.ends_with(".whl") {
        return last.split('-').next().and_then(PackageName::parse).as_ref() == Some(&lib.name);
    }
    let end = package.find(['=', '<', '>', '~', '!', ' ']).unwrap_or(package.len());
    PackageName::parse(&package[..end]).as_ref() == Some(&lib.name)
}

/// Without `develop = true` Poetry installs a path dependency as it is at that moment.
fn is_copied_by_poetry(subject: &Subject<'_>, lib: &Package, install: &Install) -> bool {
    let takes_main = install.groups.takes("main");
    let mut declared = subject
        .service
        .package
        .manifest
        .main
        .iter()
        .filter(|dependency| dependency.name.value == lib.name);
    takes_main && declared.any(|dependency| matches!(dependency.source, DependencySource::Path { develop: false, .. }))
}
