//! Services and libs of a repository that has no settings: a package with a Dockerfile is a service, any other is a lib.

use std::collections::BTreeSet;

use super::{
    Package, RepoPath, Tree, dockerfiles,
    manifest::{DependencySource, Manifest, PIPFILE},
    stages,
};
use crate::Root;
use diagnostics::Problem;

/// How deep packages are looked for.
const DEPTH: usize = 8;
/// Folders that hold what others made, though they are listed.
const ELSEWHERE: [&str; 5] = ["target", "dist", "vendor", "third_party", "htmlcov"];

/// Folders of a repository whose modules no image runs.
const AROUND: [&str; 7] = ["test", "tests", "script", "scripts", "tools", "docs", "ci"];

/// Folders of a package whose Dockerfiles build what others make with it.
const OF_OTHERS: [&str; 6] = ["example", "examples", "sample", "samples", "template", "templates"];

/// The packages of a repository, sorted by name.
pub struct Found {
    pub packages: Vec<Package>,
    /// The services among them.
    pub services: Vec<Package>,
}

/// What tells packages.
#[derive(Default)]
struct Signs {
    /// Folders with a manifest, a Pipfile or a requirement file.
    folders: BTreeSet<RepoPath>,
    /// Folders whose packages conda or pixi installs: they are services as far as all else can be checked.
    of_conda: BTreeSet<RepoPath>,
    dockerfiles: BTreeSet<RepoPath>,
}

impl Found {
    pub fn among(tree: &Tree, root: &Root, problems: &mut Vec<Problem>) -> Self {
        let signs = Signs::among(tree, root);
        let packages = signs.packages(root, problems);
        let (of_tests, mut packages): (Vec<Package>, Vec<Package>) =
            packages.into_iter().partition(|package| is_of_tests(&package.dir));
        let is_taken = |tested: &Package| packages.iter().any(|taker| takes(&taker.manifest, &taker.dir, tested));
        let taken: Vec<Package> = of_tests.into_iter().filter(is_taken).collect();
        packages.extend(taken);
        packages.sort_by(|a, b| (&a.name, &a.dir).cmp(&(&b.name, &b.dir)));
        let of_packages = dockerfiles::assign(root, &packages.iter().collect::<Vec<_>>(), &signs.dockerfiles);
        // One Dockerfile may have a stage for each.
        let stages = if of_packages.len() < packages.len() {
            stages::shared(root, tree, packages.iter().map(|package| &package.dir))
        } else {
            Vec::new()
        };
        let has_stage = |package: &Package| {
            package.dir != RepoPath::root() && stages::of(&stages, &package.dir, package.name.as_str()).is_some()
        };
        // One whose Dockerfiles no name tells says itself where they are.
        let is_service = |package: &&Package| {
            let only_holds_others = || packages.iter().any(has_stage) && !has_modules_at_root(tree, &packages);
            let is_frame = package.dir == RepoPath::root() && only_holds_others();
            let has_dockerfile = of_packages.contains_key(&package.dir) && !is_frame;
            has_dockerfile || package.manifest.settings().is_some() || has_stage(package)
        };
        let services: Vec<Package> = packages.iter().filter(is_service).cloned().collect();
        // What cannot be installed is no lib: a demo, or a folder of requirement files.
        packages.retain(|package| {
            let is_service = || services.iter().any(|service| service.dir == package.dir);
            !package.is_of_requirements() || is_service()
        });
        Self { services, packages }
    }
}

/// Whether a module lies outside of all packages below the root, where an image could run it. The root of a workspace often has
/// none: the stages of its Dockerfile run the members.
fn has_modules_at_root(tree: &Tree, packages: &[Package]) -> bool {
    let below = || packages.iter().filter(|package| package.dir != RepoPath::root());
    ours(tree).any(|path| {
        let folder = path.as_str().split_once('/').map(|(folder, _)| folder);
        let is_module = path.file_name().ends_with(".py") && folder.is_some_and(|folder| !AROUND.contains(&folder));
        let is_script =
            folder.is_none() && matches!(path.file_name(), "main.py" | "app.py" | "manage.py" | "__main__.py");
        (is_module || is_script) && !below().any(|package| path.is_under(&package.dir))
    })
}

/// Files by whose names packages and Dockerfiles are found.
pub fn ours(tree: &Tree) -> impl Iterator<Item = &RepoPath> {
    tree.files().iter().filter(|path| {
        let mut folders: Vec<&str> = path.as_str().split('/').collect();
        let name = folders.pop().unwrap_or_default();
        // `templates/{{name}}` is filled in before it is a package.
        let is_template = |folder: &&str| folder.contains("{{") || folder.contains("{%");
        folders.len() < DEPTH
            && !folders.iter().any(is_template)
            && !name.starts_with('.')
            && !folders.iter().any(|folder| ELSEWHERE.contains(folder))
    })
}

fn is_of_documents(dir: &RepoPath) -> bool {
    matches!(dir.file_name(), "doc" | "docs" | "documentation")
}

/// A project below a folder of tests, or among its data, is what the tests read or start. One that is itself the folder of tests
/// may run them in an image.
fn is_of_tests(dir: &RepoPath) -> bool {
    let folders: Vec<&str> = dir.as_str().split('/').collect();
    let is_data = |folder: &&str| matches!(*folder, "fixtures" | "testdata" | "test_data" | "__fixtures__");
    let above = folders.len().checked_sub(1).and_then(|last| folders.get(..last));
    let is_tests = |folder: &&str| matches!(*folder, "tests" | "test" | "__tests__");
    folders.iter().any(is_data) || above.unwrap_or_default().iter().any(is_tests)
}

/// Whether a manifest takes a package from its folder, for whatever group.
fn takes(manifest: &Manifest, from: &RepoPath, package: &Package) -> bool {
    let of_groups = manifest.groups.values().flat_map(|group| &group.dependencies);
    manifest
        .main
        .iter()
        .chain(of_groups)
        .any(|dependency| match dependency.path() {
            Some(path) => from.join(&path.value).as_ref() == Some(&package.dir),
            None => {
                let is_of_workspace = matches!(dependency.source, DependencySource::Workspace { .. });
                is_of_workspace && dependency.name.value == package.name
            }
        })
}

impl Signs {
    fn among(tree: &Tree, root: &Root) -> Self {
        let mut signs = Self::default();
        for path in ours(tree) {
            match path.file_name() {
                // What builds the documents is not a package.
                "requirements.txt" if is_of_documents(&path.parent()) => {}
                "pyproject.toml" | PIPFILE => drop(signs.folders.insert(path.parent())),
                "requirements.txt" if path.parent().file_name() != "requirements" => {
                    signs.folders.insert(path.parent());
                }
                name if name.ends_with(".txt")
                    && path.parent().file_name() == "requirements"
                    && !is_of_documents(&path.parent().parent()) =>
                {
                    signs.folders.insert(path.parent().parent());
                }
                "pixi.toml" => drop(signs.of_conda.insert(path.parent())),
                "environment.yml" | "environment.yaml" if is_of_conda(root, path) => {
                    signs.of_conda.insert(path.parent());
                }
                name if dockerfiles::is_dockerfile(name) => drop(signs.dockerfiles.insert(path.clone())),
                _ => {}
            }
        }
        let Self {
            folders, dockerfiles, ..
        } = &mut signs;
        dockerfiles.retain(|file| !is_of_others(file, folders));
        signs
    }

    /// The packages in the folders. A manifest that describes none, as one that only configures tools, is left out.
    fn packages(&self, root: &Root, problems: &mut Vec<Problem>) -> Vec<Package> {
        let mut found = Vec::new();
        for dir in self.folders.union(&self.of_conda) {
            let is_bare = self.of_conda.contains(dir) && self.is_service_of_conda(dir);
            found.extend(Package::found(root, dir, is_bare, problems));
        }
        found
    }

    /// Many keep an environment for themselves at the root, beside packages that images are built of.
    fn is_service_of_conda(&self, dir: &RepoPath) -> bool {
        let mut dockerfiles = self.dockerfiles.iter();
        let is_alone = *dir != RepoPath::root() || self.folders.iter().all(|folder| folder == dir);
        is_alone && dockerfiles.any(|file| file.parent() == *dir)
    }
}

/// Whether a Dockerfile lies in a folder of examples, and no package lies there that it could build.
fn is_of_others(dockerfile: &RepoPath, packages: &BTreeSet<RepoPath>) -> bool {
    let mut folder = dockerfile.parent();
    let mut is_of_others = false;
    while folder != RepoPath::root() && !packages.contains(&folder) {
        is_of_others |= OF_OTHERS.contains(&folder.file_name());
        folder = folder.parent();
    }
    is_of_others
}

/// Other tools have files of that name, too.
fn is_of_conda(root: &Root, path: &RepoPath) -> bool {
    let text = root.text(path).unwrap_or_default();
    text.lines().any(|line| line.trim_end() == "dependencies:")
}
