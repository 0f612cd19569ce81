//! How an install brings a lib into an environment: what two rules ask, each of its own image.

use crate::Subject;
use evidence::image::{By, Install, is_path};
use formats::PackageName;
use repo::{
    Package,
    lock::FolderKind,
    manifest::{DependencySource, MAIN},
};

/// How a lib gets into an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Brought {
    /// Imported from where its sources stand.
    Editable,
    /// As a package, as it was at that moment.
    Copied,
}

/// `None` where the install leaves the lib out.
pub fn brought(subject: &Subject<'_>, install: &Install, lib: &Package) -> Option<Brought> {
    match install.by {
        By::Pip => by_pip(install, lib),
        By::Poetry | By::Uv if install.folders.is_some() => match install.brings(&lib.name)? {
            FolderKind::Editable => Some(Brought::Editable),
            FolderKind::Copied => Some(Brought::Copied),
            FolderKind::Nothing => None,
        },
        By::Poetry | By::Uv | By::Pipenv | By::Pdm => {
            let is_left_out = !install.groups.takes(MAIN) || install.left_out.contains(&lib.name);
            if is_left_out || install.is_without_directories {
                return None;
            }
            let (develop, is_member) = folder(subject, lib)?;
            if is_member && install.is_without_members {
                return None;
            }
            Some(if develop && !install.is_without_editables {
                Brought::Editable
            } else {
                Brought::Copied
            })
        }
        By::Resolver => None,
    }
}

/// What to say of a `uv sync` that is not called for the service.
pub fn for_others(subject: &Subject<'_>, install: &Install) -> Option<String> {
    let name = &subject.service.package.name;
    let others = install.is_for_others_than(name)?;
    let others: Vec<String> = others.iter().map(|other| format!("`{other}`")).collect();
    Some(format!(
        "`uv sync` is called for {}: `--package {name}` names this service",
        others.join(", ")
    ))
}

/// By its folder, by a wheel, or by its name.
fn by_pip(install: &Install, lib: &Package) -> Option<Brought> {
    let mut folders = install.local.iter();
    match folders.rfind(|local| local.dir.as_ref() == Some(&lib.dir)) {
        Some(local) if local.is_editable => Some(Brought::Editable),
        Some(_) => Some(Brought::Copied),
        None => {
            let mut packages = install.packages.iter();
            packages.any(|package| is_lib(package, lib)).then_some(Brought::Copied)
        }
    }
}

fn is_lib(package: &str, lib: &Package) -> bool {
    let package = package.split(['[', ';']).next().unwrap_or_default();
    let last = package.rsplit('/').next().unwrap_or_default();
    let name = if package.ends_with(".whl") {
        last.split('-').next().unwrap_or_default()
    } else if is_path(package) {
        return false;
    } else {
        package.split(['=', '<', '>', '~', '!', ' ']).next().unwrap_or_default()
    };
    PackageName::parse(name).as_ref() == Some(&lib.name)
}

/// Whether the folder of the lib is taken as editable, and as a member of a workspace. What the service says decides, before what
/// other libs do.
fn folder(subject: &Subject<'_>, lib: &Package) -> Option<(bool, bool)> {
    let members = std::iter::once(&subject.service.package).chain(subject.repo.libs_of(subject.service));
    let dependencies = members.flat_map(|package| &package.manifest.main);
    let mut said = dependencies.filter(|dependency| dependency.name.value == lib.name);
    // A range is beside the folder, for what is published.
    said.find_map(|dependency| match dependency.source {
        DependencySource::Path { develop, .. } => Some((develop, false)),
        DependencySource::Workspace { develop } => Some((develop, true)),
        DependencySource::Index(_) | DependencySource::Git { .. } | DependencySource::Url(_) => None,
    })
}
