//! What the Python of an image would load: computed from the tree, never run.

mod distributions;
pub mod end_on_sigterm;
mod path;
mod start;
#[cfg(test)]
mod tests;

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
};

use crate::{
    Checkout, Entry, Origin,
    tree::{Found, Tree, packages_at},
};

pub use distributions::{Brought, Distribution, Distributions};
pub use path::Surroundings;
pub use start::{Start, Started};

/// The interpreter that an image starts, with the folders that it imports from, in their order.
pub struct Python {
    tree: Tree,
    checkout: Arc<dyn Checkout + Send + Sync>,
    /// `sys.path`, without the standard library.
    pub path: Vec<String>,
    /// The folders of packages among them.
    pub packages: Vec<String>,
    /// Lines of `.pth` files that it runs when it starts, each with its file; not those of distributions.
    pub startup: Vec<(String, String)>,
    /// Why it may import from elsewhere too.
    pub unknown: Option<String>,
    /// Modules that were asked for, and the packages that they are in.
    known: Mutex<HashMap<String, Module>>,
    distributions: OnceLock<Distributions>,
}

/// What a name leads to.
#[derive(Clone, Debug)]
pub enum Module {
    /// A file, of the repository or not.
    File {
        /// The file in the image.
        entry: Arc<Entry>,
        /// The path in the repository, if it comes from there.
        source: Option<String>,
        /// Where it is in the image.
        at: String,
    },
    /// Folders without an `__init__.py`.
    Namespace(Vec<String>),
    /// Nothing on the path has that name.
    Missing,
    /// Why it cannot be told.
    Unknown(String),
}

impl fmt::Debug for Python {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Python")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

impl Python {
    /// The view of an interpreter whose folders and distributions are known: of a built image.
    pub fn at(
        tree: &Tree,
        path: Vec<String>,
        distributions: Distributions,
        checkout: Arc<dyn Checkout + Send + Sync>,
    ) -> Self {
        let is_of_packages =
            |folder: &&String| folder.ends_with("/site-packages") || folder.ends_with("/dist-packages");
        Self {
            tree: tree.clone(),
            checkout,
            packages: path.iter().filter(is_of_packages).cloned().collect(),
            path,
            startup: Vec::new(),
            unknown: None,
            known: Mutex::default(),
            distributions: distributions.into(),
        }
    }

    /// What a module by its dotted name leads to.
    pub fn module(&self, name: &str) -> Module {
        if let Some(known) = self.recalled(name) {
            return known;
        }
        let mut found = Module::Missing;
        let mut start = 0;
        for end in name.match_indices('.').map(|(at, _)| at).chain([name.len()]) {
            let (above, part) = (&found, &name[start..end]);
            found = match self.recalled(&name[..end]) {
                Some(known) => known,
                None if start == 0 => self.told(self.inside(&self.path, part)),
                None => match above {
                    Module::File { at, .. } => match at.strip_suffix("/__init__.py") {
                        Some(folder) => self.told(self.inside(&[folder.to_owned()], part)),
                        // A plain module has nothing in it.
                        None => Module::Missing,
                    },
                    Module::Namespace(folders) => self.told(self.inside(folders, part)),
                    Module::Missing | Module::Unknown(_) => break,
                },
            };
            self.known().insert(name[..end].to_owned(), found.clone());
            start = end + 1;
        }
        found
    }

    fn recalled(&self, name: &str) -> Option<Module> {
        self.known().get(name).cloned()
    }

    fn known(&self) -> MutexGuard<'_, HashMap<String, Module>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where it may import from elsewhere too, nothing is missing.
    fn told(&self, found: Module) -> Module {
        match (found, &self.unknown) {
            (Module::Missing, Some(why)) => Module::Unknown(why.clone()),
            (found, _) => found,
        }
    }

    /// A file beside the modules of a package, by its path below the package: data that a program reads.
    pub fn data(&self, package: &str, below: &str) -> Module {
        let folders = match self.module(package) {
            Module::File { at, .. } => match at.strip_suffix("/__init__.py") {
                Some(folder) => vec![folder.to_owned()],
                None => return Module::Missing,
            },
            Module::Namespace(folders) => folders,
            found @ (Module::Missing | Module::Unknown(_)) => return found,
        };
        let all = folders.iter().map(|folder| self.file(&format!("{folder}/{below}")));
        all.into_iter()
            .find(|found| !matches!(found, Module::Missing))
            .unwrap_or(Module::Missing)
    }

    /// What stands at a path, as a program reads it.
    pub fn file(&self, path: &str) -> Module {
        match self.tree.find(path, &*self.checkout) {
            Found::File(file) => Module::File {
                entry: file.entry,
                source: file.source,
                at: path.to_owned(),
            },
            Found::Folder => Module::Namespace(vec![path.to_owned()]),
            Found::Nothing => Module::Missing,
            Found::Unknown(entry) => Module::Unknown(entry.origin.describe()),
        }
    }

    /// What brought the local packages whose metadata lies in a folder of packages.
    pub fn local(&self) -> Vec<Arc<Entry>> {
        let entries = self.packages.iter().flat_map(|folder| self.tree.entries(folder));
        entries
            .filter(|entry| matches!(entry.origin, Origin::Installed(_) | Origin::Editable(_)))
            .collect()
    }

    /// Whether it finds the metadata of the local package in a folder of the repository: in any folder that it imports from.
    pub fn has_metadata(&self, project: &str) -> bool {
        let entries = self.path.iter().flat_map(|folder| self.tree.entries(folder));
        let mut wheels = entries.filter_map(|entry| match &entry.origin {
            Origin::Installed(wheel) | Origin::Metadata(wheel) => Some(wheel.project.clone()),
            _ => None,
        });
        // What leads to sources does so in folders of packages alone.
        let editable = self.local();
        let mut editable = editable.iter().filter_map(|entry| entry.origin.wheel());
        wheels.any(|found| found == project) || editable.any(|wheel| wheel.project == project)
    }

    /// Whether it also imports what the Python has that its environment was made from, and the step that makes it so.
    pub fn sees_system(&self) -> Option<(bool, Arc<Entry>)> {
        self.made_at(&packages_at(self.packages.first()?)?)
    }

    /// What distributions were asked for in the folders of packages.
    pub fn requested(&self) -> Vec<Arc<Entry>> {
        let entries = self.packages.iter().flat_map(|folder| self.tree.entries(folder));
        entries
            .filter(|entry| matches!(entry.origin, Origin::Distributions(_)))
            .collect()
    }

    /// Why a folder of packages may hold something else.
    pub fn doubts(&self) -> Option<String> {
        let entries = self.packages.iter().flat_map(|folder| self.tree.entries(folder));
        let mut unknown = entries.filter(|entry| matches!(entry.origin, Origin::Unknown(_)));
        self.unknown
            .clone()
            .or_else(|| unknown.next().map(|entry| entry.origin.describe()))
    }

    /// A module without its source: bytecode in the place of that, or one that a compiler made, whose suffix names its Python.
    fn compiled(&self, folder: &str, name: &str, may_be_package: bool) -> Option<Module> {
        let package = may_be_package.then(|| format!("{folder}/{name}/__init__.pyc"));
        let start = format!("{name}.");
        let names = self.tree.beginning(folder, &start).into_iter();
        let modules = names.filter(|file| file[start.len()..] == *"pyc" || file.ends_with(".so"));
        let modules = modules.map(|file| format!("{folder}/{file}"));
        let found = package.into_iter().chain(modules).map(|path| self.file(&path));
        found.into_iter().find(|found| matches!(found, Module::File { .. }))
    }

    /// The first folder that has it as a package or as a module; folders without `__init__.py` count together, and last.
    fn inside(&self, folders: &[String], name: &str) -> Module {
        let mut shared = Vec::new();
        for folder in folders {
            let beneath = self.file(&format!("{folder}/{name}"));
            // Most names are of no folder on the path, and then nothing lies in it.
            let package = match beneath {
                Module::Missing => None,
                Module::File { .. } | Module::Namespace(_) | Module::Unknown(_) => Some("/__init__.py"),
            };
            // A step that may write anything here rarely writes a package beside the module of its name.
            let mut doubt = None;
            for end in package.into_iter().chain([".py"]) {
                match self.file(&format!("{folder}/{name}{end}")) {
                    found @ Module::File { .. } => return found,
                    found @ Module::Unknown(_) => doubt = Some(found),
                    Module::Namespace(_) | Module::Missing => {}
                }
            }
            if let Some(found) = self.compiled(folder, name, package.is_some()) {
                return found;
            }
            if let Some(doubt) = doubt {
                return doubt;
            }
            if let Module::Namespace(found) = beneath {
                shared.extend(found);
            }
        }
        if shared.is_empty() {
            Module::Missing
        } else {
            Module::Namespace(shared)
        }
    }
}
