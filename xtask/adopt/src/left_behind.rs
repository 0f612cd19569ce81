//! What images by hand hold, and generated ones do not.

use evidence::image::{Image, Reach};
use facts::Subject;
use repo::RepoPath;

use crate::ByHand;

/// What an image holds besides packages: generated images do not. The script that `command` replaces is named there.
pub(crate) fn of(subject: &Subject<'_>, image: &Image, command: &[String], by_hand: &mut Vec<ByHand>) {
    let said = image.program();
    let replaced = said
        .iter()
        .filter(|word| (word.ends_with(".sh") || word.contains('/')) && !command.contains(word));
    let replaced: Vec<&str> = replaced.filter_map(|word| word.rsplit('/').next()).collect();
    // All libs: which of them the service needs, its manifest may not say yet.
    let folders = || {
        let libs = subject.repo.libs.iter().map(|lib| &lib.dir);
        std::iter::once(&subject.service.package.dir).chain(libs)
    };
    let is_of_a_package = |path: &RepoPath| {
        let is_root = *path == RepoPath::root();
        // What is not a package runs where it lies: generated images hold it as those by hand do.
        is_root
            || of_program(subject, path)
            || folders().any(|dir| path == dir || dir.is_under(path) || is_package_file(path, dir))
    };
    for copied in image.copied.iter().filter(|copied| copied.reach == Reach::Chain) {
        let copied = &copied.what;
        let Some(path) = &copied.source.path else { continue };
        if !is_of_a_package(path) && !replaced.contains(&path.file_name()) {
            by_hand.push(ByHand::new(
                format!("the image contains `{path}`, which is not part of any package"),
                "move what the program reads into the package, beside the module that reads it, or mount it",
                Some(&copied.place),
            ));
        }
    }
    for download in image.downloads.iter().filter(|download| !download.what.is_run) {
        by_hand.push(ByHand::new(
            "the image downloads a file",
            "generated images do not download files: put it into a package, or mount it",
            Some(&download.what.place),
        ));
    }
    for volume in &image.config.volumes {
        by_hand.push(ByHand::new(
            format!("`{}` is a volume of the image", volume.value),
            "declare it where containers are started: generated images only have one for `{state}`",
            Some(&volume.place),
        ));
    }
}

/// Whether the images of a service that is not a package hold this file or folder, because it lies beside its manifest.
fn of_program(subject: &Subject<'_>, path: &RepoPath) -> bool {
    let package = &subject.service.package;
    package.is_program
        && package
            .program_files(subject.repo)
            .iter()
            .any(|file| path == file || path.is_under(file))
}

/// Manifests, locks and sources: what generated images take from the folder of a package.
fn is_package_file(path: &RepoPath, dir: &RepoPath) -> bool {
    let Some(inside) = path.relative_to(dir) else {
        return false;
    };
    let name = path.file_name();
    inside.starts_with("src")
        || name.ends_with(".lock")
        || name.ends_with(".py")
        || name.starts_with("README")
        || name.starts_with("requirements")
        || ["pyproject.toml", "Pipfile", "LICENSE"].contains(&name)
        || inside.replace('-', "_") == dir.file_name().replace('-', "_")
}
