//! What is found out about the sources of a package when a rule first asks, once for all services that it is in.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
    sync::{Mutex, OnceLock, PoisonError},
};

use ::image::{Checkout, Contents};
use diagnostics::{Place, Source};
use python_imports::{Anchor, Attribute, Names, Opened};

use super::{Asked, Code, Inside, metadata::asked};
use crate::loaded::{Listed, module_of};
use repo::{Package, RepoPath};

/// The answers so far.
#[derive(Debug, Default)]
pub(super) struct Later {
    needs: OnceLock<Vec<Need>>,
    questions: OnceLock<Vec<Question>>,
    reads: OnceLock<Vec<Read>>,
    uses: OnceLock<Vec<Inside>>,
    wheel: OnceLock<Contents>,
    names: Mutex<BTreeMap<String, Option<Names>>>,
}

/// One thing that a package imports of packages of the repository, however many files do: see [`Code::inside`].
#[derive(Debug)]
pub struct Need {
    /// The module, by its dotted name.
    pub module: String,
    /// What is imported out of it.
    pub name: Option<String>,
    /// Whether it is written with dots, as seen from the importer.
    pub is_relative: bool,
    /// Which of [`Code::inside`] import it, from the first on.
    pub by: Vec<usize>,
}

/// A line that asks for the metadata of packages.
#[derive(Debug)]
pub struct Question {
    /// The file.
    pub file: RepoPath,
    /// Its dotted name.
    pub module: String,
    /// Where it asks.
    pub place: Place,
    /// What it asks for.
    pub asked: Asked,
}

/// A line that opens a file by a path that is written out.
#[derive(Debug)]
pub struct Read {
    /// The source.
    pub file: RepoPath,
    /// Its dotted name.
    pub module: String,
    /// Where it opens the file.
    pub place: Place,
    /// Where the path starts.
    pub from: Anchor,
    /// The rest of the path.
    pub path: String,
}

impl Code {
    /// What the package imports of the repository, each once. What leads above all packages is left out.
    pub fn needs(&self, package: &Package) -> &[Need] {
        self.later.needs.get_or_init(|| {
            let mut found: BTreeMap<(String, Option<&str>, bool), Vec<usize>> = BTreeMap::new();
            for (at, inside) in self.inside.iter().enumerate() {
                if let Some(module) = resolved(package, inside) {
                    let need = (module, inside.name.as_deref(), inside.dots > 0);
                    found.entry(need).or_default().push(at);
                }
            }
            let need = |((module, name, is_relative), by): ((String, Option<&str>, bool), _)| Need {
                module,
                name: name.map(str::to_owned),
                is_relative,
                by,
            };
            found.into_iter().map(need).collect()
        })
    }

    /// What its files look up in what they import of packages of the repository, by the first parts of their names.
    pub fn uses(&self, listed: &Listed, is_known: &dyn Fn(&str) -> bool) -> &[Inside] {
        self.later.uses.get_or_init(|| {
            let of_repository =
                |inside: &&Inside| inside.dots > 0 || is_known(inside.module.split('.').next().unwrap_or_default());
            let files = self.inside.iter().filter(of_repository).map(|inside| &inside.importer);
            let files: BTreeSet<&RepoPath> = files.collect();
            files
                .into_iter()
                .flat_map(|file| uses(file, listed, is_known))
                .collect()
        })
    }

    /// Where the package asks for metadata, file by file.
    pub fn questions(&self, package: &Package, listed: &Listed) -> &[Question] {
        self.later.questions.get_or_init(|| {
            let asks = |name: &&str| self.imports.keys().any(|import| import.starts_with(*name));
            if !["importlib", "importlib_metadata", "pkg_resources"].iter().any(asks) {
                return Vec::new();
            }
            let files = listed.under(&package.dir).iter();
            let files = files.filter(|path| path.file_name().ends_with(".py"));
            files.flat_map(|file| questions(package, file, listed)).collect()
        })
    }

    /// The files that it opens by paths from its own sources or packages, file by file.
    pub fn reads(&self, package: &Package, listed: &Listed) -> &[Read] {
        self.later.reads.get_or_init(|| {
            let asks = |name: &&str| self.imports.keys().any(|import| import.starts_with(*name));
            if !["importlib", "os", "pathlib", "pkgutil"].iter().any(asks) {
                return Vec::new();
            }
            let files = listed.under(&package.dir).iter();
            let files = files.filter(|path| path.file_name().ends_with(".py"));
            files.flat_map(|file| reads(package, file, listed)).collect()
        })
    }

    /// The wheel that the package makes of all that lies in its folder.
    pub fn wheel(&self, package: &Package, listed: &Listed) -> &Contents {
        self.later.wheel.get_or_init(|| {
            let dir = package.dir.as_str();
            let all = listed.below(dir);
            let files = all
                .iter()
                .map(|path| (path[dir.len()..].trim_start_matches('/'), path.as_ref()));
            ::image::contents(&files.collect(), listed)
        })
    }

    /// Whether a module may have something of that name. `None` where it cannot be read. Every module has `__name__` and the like.
    pub fn may_define(&self, module: &str, name: &str, listed: &Listed) -> Option<bool> {
        if name.starts_with("__") && name.ends_with("__") {
            return Some(true);
        }
        self.of_names(module, listed, |names| names.is_open || names.bound.contains(name))
    }

    /// Whether a module defines something itself: an empty one, or one that only imports, may stand for another.
    pub fn defines_something(&self, module: &str, listed: &Listed) -> bool {
        self.of_names(module, listed, |names| names.defines) == Some(true)
    }

    fn of_names(&self, module: &str, listed: &Listed, ask: impl FnOnce(&Names) -> bool) -> Option<bool> {
        let mut known = self.later.names.lock().unwrap_or_else(PoisonError::into_inner);
        let names = known
            .entry(module.to_owned())
            .or_insert_with(|| Some(python_imports::names(&listed.text(module)?)));
        names.as_ref().map(ask)
    }
}

/// The module that an import needs, by its dotted name.
pub(super) fn resolved(package: &Package, inside: &Inside) -> Option<String> {
    if inside.dots == 0 {
        return Some(inside.module.clone());
    }
    let importer = module_of(package, &inside.importer)?;
    let is_package = inside.importer.file_name() == "__init__.py";
    let mut parts: Vec<&str> = importer.split('.').collect();
    let up = inside.dots - usize::from(is_package);
    parts.truncate(parts.len().checked_sub(up)?);
    parts.extend(inside.module.split('.').filter(|part| !part.is_empty()));
    (!parts.is_empty()).then(|| parts.join("."))
}

fn uses(file: &RepoPath, listed: &Listed, is_known: &dyn Fn(&str) -> bool) -> Vec<Inside> {
    let Some(text) = listed.text(file.as_str()) else {
        return Vec::new();
    };
    let found = python_imports::attributes(&text);
    let source = Source::new(file.as_str(), text);
    let used = |found: Attribute| {
        let module = found.module.trim_start_matches('.');
        let dots = found.module.len() - module.len();
        let is_of_repository = dots > 0 || is_known(module.split('.').next().unwrap_or_default());
        is_of_repository.then(|| Inside {
            importer: file.clone(),
            module: module.to_owned(),
            dots,
            name: Some(found.name),
            place: source.place(found.span),
        })
    };
    found.into_iter().filter_map(used).collect()
}

fn reads(package: &Package, file: &RepoPath, listed: &Listed) -> Vec<Read> {
    let (Some(module), Some(text)) = (module_of(package, file), listed.text(file.as_str())) else {
        return Vec::new();
    };
    let found = python_imports::opened(&text);
    let source = Source::new(file.as_str(), text);
    let read = |opened: Opened| Read {
        file: file.clone(),
        module: module.clone(),
        place: source.place(opened.span),
        from: opened.from,
        path: opened.path,
    };
    found.into_iter().map(read).collect()
}

fn questions(package: &Package, file: &RepoPath, listed: &Listed) -> Vec<Question> {
    let (Some(module), Some(text)) = (module_of(package, file), listed.text(file.as_str())) else {
        return Vec::new();
    };
    let found = asked(&text);
    if found.is_empty() {
        return Vec::new();
    }
    let source = Source::new(file.as_str(), text);
    let question = |(asked, span): (Asked, Range<usize>)| Question {
        file: file.clone(),
        module: module.clone(),
        place: source.place(span),
        asked,
    };
    found.into_iter().map(question).collect()
}
