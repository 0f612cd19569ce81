//! What the sources of a package say: the modules it has, and those it imports.

mod beside;
mod distribution;
mod later;
mod mentions;
mod metadata;
mod nearby;
mod required;
mod runs;
mod spoken;
mod standard;
mod variables;
mod written;

use std::collections::{BTreeMap, BTreeSet};

use crate::loaded::module_of;
use diagnostics::{Place, Source};
use repo::Root;
use repo::root::Entry;
use repo::{Package, RepoPath, Tree};

pub use beside::needs_beside;
pub use distribution::{distribution, may_be_short_for, may_bring, usual, well_known};
pub use later::{Need, Question, Read};
pub use mentions::mentions;
pub use metadata::Asked;
pub use nearby::nearby;
pub use python_imports::{Anchor, When};
pub use required::{Required, Requirements};
pub use runs::runs;
pub use spoken::{names, speaks_of};
pub use standard::{Since, added_in, is_of_a_package, is_standard, removed_in};
pub use variables::Variables;
pub use written::Written;

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

/// The Python code of one package, and what it imports.
#[derive(Debug, Default)]
pub struct Code {
    /// What can be imported from the package: a name, or a dotted one where the folders above it have no
    /// `__init__.py` and may be shared with other packages.
    pub modules: BTreeSet<String>,
    /// What it imports from elsewhere, by dotted name: a module, or what is imported out of it.
    pub imports: BTreeMap<String, Imported>,
    /// What it imports of itself and of other packages of the repository alike, file by file: see [`Inside`].
    pub inside: Vec<Inside>,
    /// Texts that begin with a slash, as the paths of a web service do.
    pub paths: BTreeSet<String>,
    /// What it may read of the environment.
    pub variables: Variables,
    /// What it requires of the environment.
    pub requirements: Requirements,
    /// There is no source at all.
    pub is_empty: bool,
    /// Its modules that are folders with an `__init__.py`, by dotted name.
    pub packages: BTreeSet<String>,
    /// Sources that contain both sides of a merge, and where.
    pub unmerged: Vec<(RepoPath, Place)>,
    /// Sources that Python does not read, or not every Python.
    pub written: Vec<Written>,
    /// The `py.typed` files, by which type checkers know that it is typed.
    pub typed: Vec<RepoPath>,
    later: later::Later,
}

/// An import that the program cannot do without, as one file has it.
#[derive(Clone, Debug)]
pub struct Inside {
    /// The file.
    pub importer: RepoPath,
    /// The module, without the dots of a relative import, and how many of these there are.
    pub module: String,
    /// The number of dots of a relative import; 0 for an absolute one.
    pub dots: usize,
    /// What is imported out of it: a module as well, or a name in it.
    pub name: Option<String>,
    /// Where the import is written.
    pub place: Place,
}

impl Inside {
    /// The module that it is about, by its dotted name. `None` above all packages.
    pub fn resolved(&self, package: &Package) -> Option<String> {
        later::resolved(package, self)
    }
}

/// An import: the first, and the one that is needed most.
#[derive(Clone, Debug)]
pub struct Imported {
    /// Where the import is written.
    pub place: Place,
    /// How much the program needs it.
    pub when: When,
}

impl Code {
    /// Reads the modules of a package, without its tests. A file that cannot be read has no imports.
    pub fn read(root: &Root, tree: &Tree, package: &Package) -> Self {
        let mut code = Self {
            is_empty: true,
            ..Self::default()
        };
        let roots = &package.import_roots;
        let inputs = package.build_inputs.iter();
        let modules: Vec<&RepoPath> = inputs
            .filter(|input| roots.iter().any(|root| input.is_under(root)))
            .collect();
        // Of a program that is not a package, all but what is known to be something else.
        let is_flat = roots.contains(&package.dir);
        let is_built = package.manifest.build.is_some() || package.manifest.tool("poetry").is_some();
        let is_program = modules.is_empty() || (is_flat && !is_built);
        let modules = if is_program { vec![&package.dir] } else { modules };
        if is_program {
            // It is run where it lies, and finds what lies beside it.
            let homes = &package.run_roots;
            let homes = if homes.is_empty() {
                std::slice::from_ref(&package.dir)
            } else {
                homes
            };
            homes.iter().for_each(|home| code.name_all(root, home));
        } else {
            modules.iter().for_each(|module| code.name(root, module, ""))
        }
        for module in modules {
            for path in &files(root, tree, module, is_program) {
                match path.file_name() {
                    "py.typed" => code.typed.push(path.clone()),
                    name => {
                        code.is_empty = false;
                        let is_package = name == "__init__.py";
                        code.packages
                            .extend(is_package.then(|| module_of(package, path)).flatten());
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

    fn name_all(&mut self, root: &Root, dir: &RepoPath) {
        for Entry { name, path, .. } in root.entries(dir) {
            if !name.starts_with('.') && (name.ends_with(".py") || root.has_folder(&path)) {
                self.modules.insert(name.trim_end_matches(".py").to_owned());
            }
        }
    }

    fn name(&mut self, root: &Root, module: &RepoPath, above: &str) {
        let name = format!("{above}{}", module.file_name().trim_end_matches(".py"));
        let entries = root.entries(module);
        let is_namespace = root.has_folder(module) && !entries.iter().any(|entry| entry.name.ends_with(".py"));
        if !is_namespace {
            self.modules.insert(name);
            return;
        }
        // Behind a link there may be the folder itself.
        let below = entries
            .into_iter()
            .filter(|entry| !entry.is_link && entry.name != "__pycache__");
        for below in below.filter(|below| root.has_folder(&below.path)) {
            self.name(root, &below.path, &format!("{name}."));
        }
    }

    fn scan(&mut self, root: &Root, path: &RepoPath) {
        let Some(bytes) = root.bytes(path) else { return };
        let text = String::from_utf8_lossy(&bytes);
        self.paths.extend(paths(&text).map(str::to_owned));
        self.variables.add(&text);
        self.requirements.add(path, &text);
        match formats::conflict_marker(&text) {
            Some((start, line)) if !is_text_about_merges(line) || python_imports::syntax(&text).fault.is_some() => {
                let source = Source::new(path.as_str(), text.as_ref());
                let place = source.place(start..start + line.len());
                self.unmerged.push((path.clone(), place));
            }
            _ => self.written.extend(Written::of(path, &bytes)),
        }
        let found = python_imports::all(&text);
        if found.is_empty() {
            return;
        }
        let source = Source::new(path.as_str(), text);
        for mut import in found {
            if import.when == When::Always && !import.is_guarded {
                self.inside.extend(inside(path, &source, &import));
            }
            if import.path.starts_with('.') {
                continue;
            }
            if provides(&self.modules, &import.path) {
                continue;
            }
            // No distribution has a name of more parts: `opentelemetry-exporter-otlp-proto-http` has five.
            if let Some((end, _)) = import.path.match_indices('.').nth(5) {
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

/// Programs that ask a model for edits have such lines in their prompts: in a text, one is git's if it is labelled as git does.
fn is_text_about_merges(marker: &str) -> bool {
    !["HEAD", "Updated upstream", "ours"]
        .iter()
        .any(|label| marker.ends_with(label))
}

/// Short texts that begin with a slash. What stands in a comment counts: nothing is reported for what is found.
fn paths(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices('/').filter_map(|(at, _)| {
        let quote = text
            .get(..at)?
            .bytes()
            .next_back()
            .filter(|byte| matches!(byte, b'"' | b'\''))?;
        let rest = text.get(at..)?;
        let line = rest.bytes().take(200).position(|byte| byte == quote || byte == b'\n')?;
        let path = rest.get(..line)?;
        (rest.as_bytes().get(line) == Some(&quote) && !path.contains(' ')).then_some(path)
    })
}

/// Modules of the standard library and of others are known by their first name alone, and left out by whoever asks.
fn inside(importer: &RepoPath, source: &Source, import: &python_imports::Import) -> Option<Inside> {
    let written = source.text().get(import.span.clone())?;
    let module = written.trim_start_matches('.');
    let dots = written.len() - module.len();
    let rest = import.path.trim_start_matches('.').strip_prefix(module)?;
    let name = rest.trim_start_matches('.');
    Some(Inside {
        importer: importer.clone(),
        module: module.to_owned(),
        dots,
        name: (!name.is_empty()).then(|| name.to_owned()),
        place: source.place(import.span.clone()),
    })
}

fn provides(modules: &BTreeSet<String>, path: &str) -> bool {
    modules.iter().any(|module| {
        path.strip_prefix(module.as_str())
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    })
}

/// A module may be a file.
fn files(root: &Root, tree: &Tree, module: &RepoPath, is_program: bool) -> Vec<RepoPath> {
    let is_of_the_program = |path: &RepoPath| {
        let inside = path.relative_to(module).unwrap_or_default();
        !inside
            .split('/')
            .any(|name| is_program && ELSEWHERE.contains(&name) || is_of_tests(name))
    };
    let itself = tree.is_file(module.as_str()).then(|| module.clone());
    // An import follows links.
    let below = tree.reached_from(root, module);
    let below = below.iter().filter(|path| is_of_the_program(path)).cloned();
    let files = itself.into_iter().chain(below);
    let is_source = |path: &RepoPath| path.file_name().ends_with(".py") || path.file_name() == "py.typed";
    files.filter(is_source).collect()
}

/// Whether a file below a package is of what tests take from it, by its name: `core.testing`, a plugin of pytest. It ships like its
/// neighbours, and only tests import it.
pub fn serves_tests(path: &str) -> bool {
    const NAMES: [&str; 7] = [
        "fixtures",
        "pytest_plugin",
        "test_support",
        "test_utils",
        "testing",
        "testsupport",
        "testutils",
    ];
    let names = path.split('/').map(|name| name.trim_end_matches(".py"));
    let mut names = names.map(|name| name.trim_start_matches('_'));
    names.any(|name| NAMES.contains(&name) || is_of_tests(name))
}

/// Some packages keep their tests among their modules. Nothing imports those in production.
fn is_of_tests(name: &str) -> bool {
    matches!(name, "__pycache__" | "conftest.py" | "test" | "tests")
        || name.ends_with(".py") && (name.starts_with("test_") || name.ends_with("_test.py"))
}
