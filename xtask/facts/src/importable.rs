//! Whether the Python of an image finds a package of the repository: what two rules ask, each of its own packages.

use crate::{Subject, command::single, lib_install::brought};
use evidence::image::{By, Copied, Image, Reach};
use repo::{Package, RepoPath};

/// `None` where the files do not tell.
pub fn is_importable(subject: &Subject<'_>, image: &Image, package: &Package) -> Option<bool> {
    let mut installs = Subject::installs_in(image);
    if installs.any(|install| brought(subject, install, package).is_some()) {
        return Some(true);
    }
    let is_open = Subject::installs_in(image).any(|install| match install.by {
        By::Pip => !install.wheels.is_empty() || !install.is_alone && !install.local.is_empty(),
        By::Poetry | By::Uv | By::Pipenv | By::Pdm | By::Resolver => true,
    });
    let is_told_elsewhere = subject.is_started_with_pythonpath(image);
    if is_open || is_told_elsewhere || image.is_unclear || !image.path_files.is_empty() {
        return None;
    }
    let folders: Vec<String> = folders(package, image).collect();
    if folders.iter().any(|folder| is_on_the_path(image, folder)) {
        return Some(true);
    }
    // A stage that only builds says nothing, unless what else it builds is installed.
    let is_copied = image
        .copied
        .iter()
        .any(|copied| copied.reach != Reach::Mounted && !seen(package, &copied.what).is_empty());
    let is_told = is_copied || !folders.is_empty() && installs_another(subject, image, package);
    (is_told && is_followed(&image.program())).then_some(false)
}

/// Whether the words say all that starts the program: a script could set any path, and a file is run from where it lies.
fn is_followed(program: &[String]) -> bool {
    if let [shell, flag, text] = program
        && shell.ends_with("sh")
        && flag == "-c"
    {
        return single(text).is_some_and(|words| is_followed(&words));
    }
    let Some(first) = program.first() else { return false };
    let name = first.rsplit('/').next().unwrap_or_default();
    let is_script = first.starts_with("./") || name.contains('.') && !name.starts_with("python");
    let starts_others = [
        "bash",
        "env",
        "just",
        "make",
        "poetry",
        "sh",
        "supervisord",
        "tini",
        "uv",
    ]
    .contains(&name);
    !is_script && !starts_others && !program.iter().any(|word| word.ends_with(".py") || word.contains(' '))
}

/// The folders of all stages that the package would be imported from.
pub fn folders<'a>(package: &'a Package, image: &'a Image) -> impl Iterator<Item = String> + 'a {
    image.copied.iter().flat_map(|copied| seen(package, &copied.what))
}

fn seen(package: &Package, copied: &Copied) -> Vec<String> {
    let mut roots = package.import_roots.iter().filter(|root| holds(copied, root));
    let found = roots.find_map(|root| Some(stands_as(root, copied)).filter(|found| !found.is_empty()));
    found.unwrap_or_default()
}

/// Whether what is imported from a folder of the repository comes with it.
pub fn holds(copied: &Copied, root: &RepoPath) -> bool {
    let path = copied.source.path.as_ref();
    path.is_some_and(|path| path == root || path.is_under(root) || (root.is_under(path) && copied.holds_any(root)))
}

/// By a variable, by the working directory, or because what starts the program names it.
fn is_on_the_path(image: &Image, folder: &str) -> bool {
    let workdir = image
        .config
        .workdir
        .as_ref()
        .map_or("/", |workdir| workdir.value.as_str());
    let workdir = workdir.trim_end_matches('/');
    let below = folder.strip_prefix(workdir).and_then(|below| below.strip_prefix('/'));
    // `src`, `./src/`, `--chdir=src`, `.:src`.
    let names = |text: &str| {
        text.contains(folder)
            || text.split([':', '=', ' ']).any(|part| {
                let part = part.trim_start_matches("./").trim_end_matches('/');
                !part.is_empty() && below == Some(part)
            })
    };
    let mut values = image.config.env.iter().filter(|(name, _)| *name != "PATH");
    folder == workdir
        || folder.contains("-packages")
        || values.any(|(_, value)| value.value.contains('$') || names(&value.value))
        || image.program().iter().any(|word| names(word))
}

/// Whether local packages are installed one by one, and this is none of them.
fn installs_another(subject: &Subject<'_>, image: &Image, package: &Package) -> bool {
    let packages = std::iter::once(&subject.service.package).chain(subject.repo.libs_of(subject.service));
    let mut others = packages.filter(|other| other.dir != package.dir);
    others.any(|other| Subject::installs_in(image).any(|install| brought(subject, install, other).is_some()))
}

/// Where a folder of the repository is in the image.
pub fn stands_as(root: &RepoPath, copied: &Copied) -> Vec<String> {
    let places = copied.places().into_iter();
    places
        .filter_map(|(source, place)| seen_as(root, &source?, &place))
        .collect()
}

/// Where a folder of the repository stands, if `source` stands at `destination`.
fn seen_as(root: &RepoPath, source: &RepoPath, destination: &str) -> Option<String> {
    let destination = destination.trim_end_matches('/');
    if let Some(below) = root.relative_to(source) {
        return Some(format!("{destination}/{below}"));
    }
    match source.relative_to(root) {
        Some(below) => destination.strip_suffix(below)?.strip_suffix('/').map(String::from),
        None => Some(destination.to_owned()),
    }
}
