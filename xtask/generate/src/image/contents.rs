//! What a local package brings into an image: the files its wheel is built from, and its sources.

use std::path::Path;

use walkdir::WalkDir;

use diagnostics::{Place, Problem};
use formats::PackageName;
use repo::{Package, RepoPath, backend_object};

/// A package of the repository, as the images see it.
#[derive(Clone, Debug)]
pub struct LocalPackage {
    pub name: PackageName,
    pub dir: RepoPath,
    /// What its wheel is built from.
    pub inputs: Vec<Input>,
    /// What runs from source: the inputs that lie under an import root.
    pub sources: Vec<Input>,
    pub import_roots: Vec<RepoPath>,
    /// What builds its wheel (PEP 517), as `module` or `module:object`.
    pub backend: String,
}

/// A file, or a folder with all that it holds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Input {
    pub path: RepoPath,
    pub is_folder: bool,
}

impl LocalPackage {
    pub fn read(root: &Path, package: &Package, problems: &mut Vec<Problem>) -> Self {
        let inputs: Vec<Input> = package
            .build_inputs
            .iter()
            .filter_map(|path| Input::read(root, path, problems))
            .collect();
        let backend = backend_object(package)
            .map_err(|problem| problems.push(*problem))
            .unwrap_or_default();
        let is_source = |input: &&Input| {
            let lies_under = |home: &RepoPath| input.path == *home || input.path.is_under(home);
            package.import_roots.iter().any(lies_under)
        };
        Self {
            name: package.name.clone(),
            dir: package.dir.clone(),
            sources: inputs.iter().filter(is_source).cloned().collect(),
            inputs,
            import_roots: package.import_roots.clone(),
            backend: backend.to_owned(),
        }
    }
}

impl Input {
    /// `None` when it cannot be copied into an image, which is reported.
    pub fn read(root: &Path, path: &RepoPath, problems: &mut Vec<Problem>) -> Option<Self> {
        let before = problems.len();
        check_spelling(path, problems);
        check_links(root, path, problems);
        (before == problems.len()).then(|| Self {
            path: path.clone(),
            is_folder: path.under(root).is_dir(),
        })
    }
}

/// Blanks, `$` and wildcards mean something else in `COPY` and in ignore files, each in its own way.
fn check_spelling(path: &RepoPath, problems: &mut Vec<Problem>) {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-+@,=".contains(&byte);
    if path.as_str().bytes().all(plain) {
        return;
    }
    problems.push(
        Problem::error(format!("`{path}` has a name that a Dockerfile cannot hold"))
            .at(Place::File(path.to_string()))
            .note("paths of build inputs hold ASCII letters, digits and `._-+@,=`")
            .remedy("rename it"),
    );
}

/// BuildKit copies a link as a link: it has to lead to something that is copied with it.
fn check_links(root: &Path, path: &RepoPath, problems: &mut Vec<Problem>) {
    let top = path.under(root);
    for entry in WalkDir::new(&top).sort_by_file_name() {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                problems
                    .push(Problem::error(format!("cannot read `{path}`: {error}")).at(Place::File(path.to_string())));
                continue;
            }
        };
        if !entry.path_is_symlink() || stays_inside(entry.path(), &top) {
            continue;
        }
        let link = entry.path().strip_prefix(root).unwrap_or(entry.path()).display();
        problems.push(
            Problem::error(format!("`{link}` is a link that leads out of `{path}`, or nowhere"))
                .at(Place::File(link.to_string()))
                .note("an image gets the link, and not what it leads to")
                .remedy("put the file itself there"),
        );
    }
}

/// A relative link to something that exists below the folder.
fn stays_inside(link: &Path, top: &Path) -> bool {
    let is_relative = link.read_link().is_ok_and(|target| target.is_relative());
    let (Ok(target), Ok(top)) = (link.canonicalize(), top.canonicalize()) else {
        return false;
    };
    is_relative && link != top && target.starts_with(top)
}
