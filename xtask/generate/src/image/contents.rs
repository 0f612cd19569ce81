//! What a local package brings into an image: the files its wheel is built from, and its sources.

use repo::Root;
use walkdir::WalkDir;

use diagnostics::{Place, Problem};
use formats::PackageName;
use repo::{Package, Repo, RepoPath, backend_object};

use super::Outline;

/// A package of the repository, as the images see it.
#[derive(Clone, Debug)]
pub struct LocalPackage {
    /// The normalised name.
    pub name: PackageName,
    /// The folder with its manifest.
    pub dir: RepoPath,
    /// What its wheel is built from.
    pub inputs: Vec<Input>,
    /// What runs from source: the inputs that lie under an import root.
    pub sources: Vec<Input>,
    /// What its metadata follows from.
    pub outline: Outline,
    /// The folders that its modules are imported from.
    pub import_roots: Vec<RepoPath>,
    /// What builds its wheel (PEP 517), as `module` or `module:object`.
    pub backend: String,
    /// A part of it is compiled when its wheel is built.
    pub is_compiled: bool,
    /// No wheel is made of it: both images run its sources.
    pub is_program: bool,
}

/// A file, or a folder with all that it holds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Input {
    /// The path, relative to the root.
    pub path: RepoPath,
    /// Whether it is a folder.
    pub is_folder: bool,
}

impl LocalPackage {
    /// Reads what the build of a package needs; paths that do not exist are problems.
    pub fn read(repo: &Repo, package: &Package, problems: &mut Vec<Problem>) -> Self {
        let mut read = |paths: &[RepoPath]| -> Vec<Input> {
            let inputs = paths.iter();
            inputs
                .filter_map(|path| Input::read(&repo.root, path, problems))
                .collect()
        };
        let import_roots = package.run_roots.clone();
        let (inputs, sources) = if package.is_program {
            (Vec::new(), read(&package.program_files(repo)))
        } else {
            let inputs = read(&package.build_inputs);
            let is_source = |input: &&Input| {
                let lies_under = |home: &RepoPath| input.path == *home || input.path.is_under(home);
                import_roots.iter().any(lies_under)
            };
            let sources = inputs.iter().filter(is_source).cloned().collect();
            (inputs, sources)
        };
        let backend = match backend_object(package) {
            Ok(backend) => backend,
            Err(problem) => {
                problems.push(*problem);
                ""
            }
        };
        Self {
            name: package.name.clone(),
            dir: package.dir.clone(),
            outline: Outline::of(&repo.root, package, &inputs),
            sources,
            inputs,
            import_roots,
            backend: backend.to_owned(),
            is_compiled: package.is_compiled,
            is_program: package.is_program,
        }
    }
}

impl Input {
    /// `None` when it cannot be copied into an image, which is reported.
    pub fn read(root: &Root, path: &RepoPath, problems: &mut Vec<Problem>) -> Option<Self> {
        let before = problems.len();
        check_spelling(path, problems);
        check_links(root, path, problems);
        (before == problems.len()).then(|| Self {
            path: path.clone(),
            is_folder: root.has_folder(path),
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
fn check_links(root: &Root, path: &RepoPath, problems: &mut Vec<Problem>) {
    for entry in WalkDir::new(path.under(root)).sort_by_file_name() {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                problems
                    .push(Problem::error(format!("cannot read `{path}`: {error}")).at(Place::File(path.to_string())));
                continue;
            }
        };
        if !entry.path_is_symlink() {
            continue;
        }
        let relative = entry.path().strip_prefix(root).unwrap_or(entry.path());
        let link = relative.to_str().and_then(RepoPath::parse);
        if link.is_some_and(|link| stays_inside(root, &link, path)) {
            continue;
        }
        let link = relative.display();
        problems.push(
            Problem::error(format!("`{link}` is a link that leads out of `{path}`, or nowhere"))
                .at(Place::File(link.to_string()))
                .note("an image gets the link, and not what it leads to")
                .remedy("put the file itself there"),
        );
    }
}

/// A relative link to something that exists below the folder.
fn stays_inside(root: &Root, link: &RepoPath, top: &RepoPath) -> bool {
    let is_relative = root.link(link).is_some_and(|target| target.is_relative());
    let (Some(target), Some(home)) = (root.resolved(link), root.resolved(top)) else {
        return false;
    };
    is_relative && link != top && target.is_under(&home)
}
