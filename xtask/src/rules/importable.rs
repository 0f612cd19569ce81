//! Whether the Python of an image finds a package of the repository: what two rules ask, each of its own packages.

use super::{Subject, lib_install::brought};
use crate::{
    evidence::image::{By, Copied, Image, Reach},
    repo::{Package, RepoPath},
};

/// `None` where the files do not tell.
pub fn is_importable(subject: &Subject<'_>, image: &Image, package: &Package) -> Option<bool> {
    let mut installs = Subject::installs_in(image);
    if installs.any(|install| brought(subject, install, package).is_some()) {
        return Some(true);
    }
    let is_open = Subject::installs_in(image).any(|install| match install.by {
        By::Pip => !install.wheels.is_empty() || !install.is_alone && !install.local.is_empty(),
        By::Poetry | By::Uv | By::Resolver => true,
    });
    if is_open || image.is_unclear || !image.path_files.is_empty() {
        return None;
    }
    let folders: Vec<String> = folders(package, image).collect();
    if folders.iter().any(|folder| is_on_the_path(image, folder)) {
        return Some(true);
    }
    let is_run_by_path = image.program().iter().any(|word| word.ends_with(".py"));
    // A stage that only builds says nothing, unless what else it builds is installed.
    let is_copied = image
        .copied
        .iter()
        .any(|copied| copied.reach == Reach::Chain && seen(package, &copied.what).is_some());
    let is_told = is_copied || !folders.is_empty() && installs_another(subject, image, package);
    (is_told && !is_run_by_path).then_some(false)
}

/// The folders of all stages that the package would be imported from.
pub fn folders<'a>(package: &'a Package, image: &'a Image) -> impl Iterator<Item = String> + 'a {
    image.copied.iter().filter_map(|copied| seen(package, &copied.what))
}

fn seen(package: &Package, copied: &Copied) -> Option<String> {
    let mut roots = package.import_roots.iter();
    roots.find_map(|root| seen_as(root, copied).filter(|_| holds(copied, root)))
}

/// Whether what is imported from a folder of the repository comes with it.
pub fn holds(copied: &Copied, root: &RepoPath) -> bool {
    let path = copied.source.path.as_ref();
    path.is_some_and(|path| path == root || path.is_under(root) || (root.is_under(path) && copied.holds_any(root)))
}

/// By PYTHONPATH, by the working directory, or because what starts the program names it.
fn is_on_the_path(image: &Image, folder: &str) -> bool {
    let workdir = image.workdir.as_ref().map_or("/", |workdir| workdir.value.as_str());
    let workdir = workdir.trim_end_matches('/');
    let below = folder.strip_prefix(workdir).and_then(|below| below.strip_prefix('/'));
    let program = image.program();
    let mut values = image.env.iter().filter(|(name, _)| *name != "PATH");
    folder == workdir
        || folder.contains("-packages")
        || values.any(|(_, value)| value.value.contains(folder) || value.value.contains('$'))
        || program
            .iter()
            .any(|word| word.contains(folder) || below == Some(word.trim_end_matches('/')))
}

/// Whether local packages are installed one by one, and this is none of them.
fn installs_another(subject: &Subject<'_>, image: &Image, package: &Package) -> bool {
    let packages = std::iter::once(&subject.service.package).chain(subject.repo.libs_of(subject.service));
    let mut others = packages.filter(|other| other.dir != package.dir);
    others.any(|other| Subject::installs_in(image).any(|install| brought(subject, install, other).is_some()))
}

/// Where a folder of the repository stands in the image.
pub fn seen_as(root: &RepoPath, copied: &Copied) -> Option<String> {
    let source = copied.source.path.as_ref()?;
    let destination = copied.destination.trim_end_matches('/');
    if let Some(below) = root.relative_to(source) {
        return Some(format!("{destination}/{below}"));
    }
    match source.relative_to(root) {
        Some(below) => destination.strip_suffix(below)?.strip_suffix('/').map(String::from),
        None => Some(destination.to_owned()),
    }
}
