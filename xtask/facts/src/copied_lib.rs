//! Which lib a copied folder is of, and whether the service needs it.

use crate::Subject;
use diagnostics::Problem;
use evidence::image::Copied;
use repo::{Package, RepoPath};

/// What was meant to bring the lib: by where it comes from, or by where it goes.
pub fn is_of(lib: &Package, copied: &Copied) -> bool {
    if format!("{}/", copied.destination).contains(&format!("/{}/", lib.dir.file_name())) {
        return true;
    }
    copied.meant().is_some_and(|path| {
        let mut roots = lib.import_roots.iter();
        roots.any(|root| path == *root || path.is_under(root) || root.is_under(&path))
    })
}

/// The lib itself, or a part of it. An ignore file that keeps it out only ends the build.
pub fn needless_lib(subject: &Subject<'_>, copied: &Copied) -> Option<Problem> {
    let path = copied.meant().filter(|_| copied.source.ignored.is_some());
    let path = path.as_ref().or(copied.source.path.as_ref())?;
    let mut libs = needless(subject);
    let lib = libs.find(|lib| *path == lib.dir || path.is_under(&lib.dir))?;
    let message = format!(
        "`{}` is copied, and `{}` does not depend on it",
        lib.name, subject.service.package.name
    );
    Some(Problem::error(message).at(copied.place.clone()))
}

/// The libs that a service does not need.
pub fn needless<'a>(subject: &'a Subject<'_>) -> impl Iterator<Item = &'a Package> {
    // The project of the root is the repository itself, and so is one that the service lies in: a file of it is not part of a lib.
    let own = &subject.service.package.dir;
    let libs = subject.repo.libs.iter();
    let libs = libs.filter(|lib| lib.dir != RepoPath::root() && !own.is_under(&lib.dir));
    // One that the manifest names is needed, even where its path leads nowhere.
    libs.filter(|lib| !subject.service.libs.contains(&lib.name) && !is_meant(subject, lib))
}

/// Whether the service names it without its path or in a group, or an image installs it by its folder.
fn is_meant(subject: &Subject<'_>, lib: &Package) -> bool {
    let manifest = &subject.service.package.manifest;
    let of_groups = manifest.groups.values().flat_map(|group| &group.dependencies);
    let mut declared = manifest.main.iter().chain(of_groups);
    let installs = subject.images().flat_map(|image| &image.installs);
    let mut local = installs.flat_map(|install| &install.what.local);
    declared.any(|dependency| dependency.name.value == lib.name)
        || local.any(|local| local.dir.as_ref() == Some(&lib.dir))
}
