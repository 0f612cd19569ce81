//! Services and libs of a repository that has no settings: a package with a Dockerfile is a service, any other is a lib.

use std::{collections::BTreeSet, path::Path};

use walkdir::{DirEntry, WalkDir};

use super::{Package, RepoPath, dockerfiles, manifest::PIPFILE};
use crate::report::Problem;

/// How deep packages are looked for.
const DEPTH: usize = 6;
/// Folders that hold what others made.
const ELSEWHERE: [&str; 9] = [
    "node_modules",
    "target",
    "venv",
    "site-packages",
    "__pycache__",
    "dist",
    "vendor",
    "third_party",
    "htmlcov",
];

/// The packages of a repository, sorted by name.
pub struct Found {
    pub packages: Vec<Package>,
    /// The services among them.
    pub services: Vec<Package>,
}

/// What a walk through the repository comes across.
#[derive(Default)]
pub struct Tree {
    /// Folders with a manifest, a Pipfile or a requirement file.
    folders: BTreeSet<RepoPath>,
    /// Folders whose packages conda or pixi installs: they are services as far as all else can be judged.
    of_conda: BTreeSet<RepoPath>,
    pub dockerfiles: BTreeSet<RepoPath>,
}

impl Found {
    pub fn walk(root: &Path, problems: &mut Vec<Problem>) -> Self {
        let tree = Tree::walk(root);
        let mut packages = tree.packages(root, problems);
        packages.sort_by(|a, b| (&a.name, &a.dir).cmp(&(&b.name, &b.dir)));
        let of_packages = dockerfiles::assign(root, &packages.iter().collect::<Vec<_>>(), &tree.dockerfiles);
        // One whose Dockerfiles no name tells says itself where they are.
        let is_service =
            |package: &&Package| of_packages.contains_key(&package.dir) || package.manifest.tool("xtask").is_some();
        let services = packages.iter().filter(is_service);
        Self {
            services: services.cloned().collect(),
            packages,
        }
    }
}

impl Tree {
    pub fn walk(root: &Path) -> Self {
        let mut tree = Self::default();
        let entries = WalkDir::new(root).max_depth(DEPTH).into_iter().filter_entry(is_ours);
        // What cannot be read holds no file that anybody could build from.
        for entry in entries.flatten().filter(|entry| entry.file_type().is_file()) {
            let relative = entry.path().strip_prefix(root).ok().and_then(Path::to_str);
            let Some(path) = relative.and_then(RepoPath::parse) else {
                continue;
            };
            match path.file_name() {
                "pyproject.toml" | "requirements.txt" | PIPFILE => drop(tree.folders.insert(path.parent())),
                name if name.ends_with(".txt") && path.parent().file_name() == "requirements" => {
                    tree.folders.insert(path.parent().parent());
                }
                "pixi.toml" => drop(tree.of_conda.insert(path.parent())),
                "environment.yml" | "environment.yaml" if is_of_conda(entry.path()) => {
                    tree.of_conda.insert(path.parent());
                }
                name if dockerfiles::is_dockerfile(name) => drop(tree.dockerfiles.insert(path)),
                _ => {}
            }
        }
        tree
    }

    /// The packages in the folders. A manifest that describes none, as one that only configures tools, is left out.
    fn packages(&self, root: &Path, problems: &mut Vec<Problem>) -> Vec<Package> {
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

/// Other tools have files of that name, too.
fn is_of_conda(path: &Path) -> bool {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    text.lines().any(|line| line.trim_end() == "dependencies:")
}

fn is_ours(entry: &DirEntry) -> bool {
    let name = entry.file_name().to_string_lossy();
    let is_hidden = name.starts_with('.') && name != ".docker" && entry.depth() > 0;
    let is_theirs = entry.file_type().is_dir() && ELSEWHERE.contains(&&*name);
    !is_hidden && !is_theirs
}
