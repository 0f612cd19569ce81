//! What the sources of a package say: the modules it has, and those it imports.

mod distribution;
mod nearby;
mod spoken;
mod standard;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use diagnostics::{Place, Source};
use repo::{Package, RepoPath, Tree};

pub use distribution::{distribution, may_bring, usual, well_known};
pub use nearby::nearby;
pub use python_imports::When;
pub use spoken::{names, speaks_of};
pub use standard::is_of_a_package;

/// Folders that hold no part of a program that is kept without a package of its own.
const ELSEWHERE: [&str; 7] = [
    "build",
    "dist",
    "docs",
    "node_modules",
    "scripts",
    "site-packages",
    "venv",
];

#[derive(Clone, Debug, Default)]
pub struct Code {
    /// What can be imported from the package: a name, or a dotted one where the folders above it have no
    /// `__init__.py` and may be shared with other packages.
    pub modules: BTreeSet<String>,
    /// What it imports from elsewhere, by dotted name: a module, or what is imported out of it.
    pub imports: BTreeMap<String, Imported>,
    /// There is no source at all.
    pub is_empty: bool,
    /// The `py.typed` files, by which type checkers know that it is typed.
    pub typed: Vec<RepoPath>,
}

/// An import: the first, and the one that is needed most.
#[derive(Clone, Debug)]
pub struct Imported {
    pub place: Place,
    pub when: When,
}

impl Code {
    /// Reads the modules of a package, without its tests. A file that cannot be read has no imports.
    pub fn read(root: &Path, tree: &Tree, package: &Package) -> Self {
        let mut code = Self {
            is_empty: true,
            ..Self::default()
        };
        let roots = &package.import_roots;
        let inputs = package.build_inputs.iter();
        let modules: Vec<&RepoPath> = inputs
            .filter(|input| roots.iter().any(|root| input.is_under(root)))
            .collect();
        // Of a program that is no package, all but what is known to be something else.
        let is_flat = roots.contains(&package.dir);
        let is_built = package.manifest.build.is_some() || package.manifest.tool("poetry").is_some();
        let is_program = modules.is_empty() || (is_flat && !is_built);
        let modules = if is_program { vec![&package.dir] } else { modules };
        match is_program {
            // It is run where it lies, and finds what lies beside it.
            true => code.name_all(root, &package.dir),
            false => modules.iter().for_each(|module| code.name(root, module, "")),
        }
        for module in modules {
            for path in files(tree, module, is_program) {
                match path.file_name() {
                    "py.typed" => code.typed.push(path.clone()),
                    _ => {
                        code.is_empty = false;
                        code.scan(root, path);
                    }
                }
            }
        }
        code.typed.sort();
        code
    }

    /// Whether a dotted name leads into the package.
    pub fn provides(&self, path: &str) -> bool {
        provides(&self.modules, path)
    }

    fn name_all(&mut self, root: &Path, dir: &RepoPath) {
        for entry in fs::read_dir(dir.under(root)).into_iter().flatten().flatten() {
            let name = entry.file_name().into_string().unwrap_or_default();
            if !name.starts_with('.') && (name.ends_with(".py") || entry.path().is_dir()) {
                self.modules.insert(name.trim_end_matches(".py").to_owned());
            }
        }
    }

    fn name(&mut self, root: &Path, module: &RepoPath, above: &str) {
        let name = format!("{above}{}", module.file_name().trim_end_matches(".py"));
        let folder = module.under(root);
        let entries: Vec<String> = fs::read_dir(&folder)
            .into_iter()
            .flatten()
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .collect();
        let is_namespace = folder.is_dir() && !entries.iter().any(|entry| entry.ends_with(".py"));
        if !is_namespace {
            self.modules.insert(name);
            return;
        }
        let below = entries.iter().map(|entry| module.child(entry));
        for below in below.filter(|below| below.under(root).is_dir() && below.file_name() != "__pycache__") {
            self.name(root, &below, &format!("{name}."));
        }
    }

    fn scan(&mut self, root: &Path, path: &RepoPath) {
        let Ok(bytes) = fs::read(path.under(root)) else {
            return;
        };
        let text = String::from_utf8_lossy(&bytes);
        let found = python_imports::imports(&text);
        if found.is_empty() {
            return;
        }
        let source = Source::new(path.as_str(), text);
        for mut import in found {
            if provides(&self.modules, &import.path) {
                continue;
            }
            // No distribution is told by more than three parts.
            if let Some((end, _)) = import.path.match_indices('.').nth(2) {
                import.path.truncate(end);
            }
            let place = || source.place(import.span.clone());
            let known = self.imports.entry(import.path).or_insert_with(|| Imported {
                place: place(),
                when: import.when,
            });
            if import.when < known.when {
                *known = Imported {
                    place: place(),
                    when: import.when,
                };
            }
        }
    }
}

fn provides(modules: &BTreeSet<String>, path: &str) -> bool {
    modules.iter().any(|module| {
        path.strip_prefix(module.as_str())
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    })
}

/// A module may be a file.
fn files<'a>(tree: &'a Tree, module: &'a RepoPath, is_program: bool) -> impl Iterator<Item = &'a RepoPath> {
    let is_of_the_program = move |path: &&RepoPath| {
        let inside = path.relative_to(module).unwrap_or_default();
        !inside
            .split('/')
            .any(|name| is_program && ELSEWHERE.contains(&name) || is_of_tests(name))
    };
    let itself = tree.files().binary_search(module).ok().map(|at| &tree.files()[at]);
    let files = itself
        .into_iter()
        .chain(tree.under(module).iter().filter(is_of_the_program));
    files.filter(|path| path.file_name().ends_with(".py") || path.file_name() == "py.typed")
}

/// Some packages keep their tests among their modules. Nothing imports those in production.
fn is_of_tests(name: &str) -> bool {
    matches!(name, "__pycache__" | "conftest.py" | "test" | "tests")
        || name.ends_with(".py") && (name.starts_with("test_") || name.ends_with("_test.py"))
}
