//! What the Python of an image finds of the packages of the repository.

use std::{borrow::Cow, collections::BTreeMap, sync::Arc};

use ::image::{Checkout, Entry, Kind, Module, Origin, Python, Start, Started, Surroundings};

use super::image::Image;
use formats::{PackageName, absolute};
use repo::{Package, Repo, RepoPath, Root, Tree};

/// The checkout as it was listed once. Cheap to clone.
#[derive(Clone)]
pub struct Listed {
    root: Root,
    tree: Arc<Tree>,
}

impl Listed {
    /// The files of a repository.
    pub fn of(repo: &Repo) -> Self {
        Self {
            root: repo.root.clone(),
            tree: repo.tree().clone(),
        }
    }

    /// The files in a folder, at any depth.
    pub fn under(&self, folder: &RepoPath) -> &[RepoPath] {
        self.tree.under(folder)
    }

    /// Whether there is a file at a path.
    pub fn is_file(&self, path: &RepoPath) -> bool {
        self.has(path.as_str())
    }

    /// The same by the text of the path.
    pub fn has(&self, path: &str) -> bool {
        self.tree.is_file(path)
    }
}

impl Checkout for Listed {
    fn kind(&self, path: &str) -> Option<Kind> {
        let path = RepoPath::parse(path)?;
        if self.tree.is_file(path.as_str()) {
            return Some(Kind::File);
        }
        (!self.tree.under(&path).is_empty()).then_some(Kind::Folder)
    }

    fn below(&self, folder: &str) -> Vec<Cow<'_, str>> {
        let Some(folder) = RepoPath::parse(folder) else {
            return Vec::new();
        };
        self.tree
            .under(&folder)
            .iter()
            .map(|path| Cow::Borrowed(path.as_str()))
            .collect()
    }

    fn text(&self, path: &str) -> Option<String> {
        self.root.text(&RepoPath::parse(path)?)
    }

    fn link(&self, path: &str) -> Option<String> {
        if !self.tree.is_link(path) {
            return None;
        }
        let target = self.root.link(&RepoPath::parse(path)?)?;
        target.to_str().map(str::to_owned)
    }
}

/// The Python of one image, and what it starts.
pub struct Loaded {
    /// What the image starts.
    pub started: Started,
    /// What its Python finds.
    pub python: Python,
}

impl Loaded {
    /// `packages` bring programs that the image may start.
    pub fn of(image: &Image, packages: &[&Package], listed: &Listed) -> Self {
        let script = |name: &str| packages.iter().find_map(|package| package.manifest.script(name));
        let mut started = Started::of(&image.program(), &script);
        let environment: BTreeMap<String, String> = image
            .config
            .env
            .iter()
            .map(|(name, said)| (name.clone(), said.value.clone()))
            .collect();
        let surroundings = Surroundings {
            environment: &environment,
            folder: image
                .config
                .workdir
                .as_ref()
                .map_or("/", |folder| folder.value.as_str()),
        };
        let checkout = Arc::new(listed.clone());
        let python = Python::of(&image.tree, &started, surroundings, checkout.clone());
        // What it imports is found in folders that only running it tells.
        if let Some(first) = first_file(image, &started, &python, listed)
            && listed.text(&first).is_some_and(|text| edits_path(&text))
        {
            started.unknown = Some(format!("`{first}` changes sys.path"));
            let python = Python::of(&image.tree, &started, surroundings, checkout);
            return Self { started, python };
        }
        Self { started, python }
    }

    /// Why the folders that it imports from may hold more of a package than is known: it is asked for by name, or a step
    /// cannot be followed.
    pub fn doubts(&self, package: &PackageName, names_it: &dyn Fn(&str) -> bool) -> bool {
        let asked = |entry: &Entry| match &entry.origin {
            Origin::Distributions(asked) => {
                let by_name = asked.names.iter().any(|word| {
                    let name = word.split(['[', ';', '=', '<', '>', '~', '!', ' ', '@']).next();
                    name.and_then(PackageName::parse).as_ref() == Some(package)
                });
                by_name || asked.files.iter().any(|file| names_it(file))
            }
            _ => false,
        };
        self.python.doubts().is_some() || self.python.requested().iter().any(|entry| asked(entry))
    }

    /// What put the metadata of a package of the repository into a folder of packages, by which it counts as installed.
    pub fn distribution(&self, package: &Package) -> Option<Arc<Entry>> {
        let mut brought = self.python.local().into_iter();
        brought.find(|entry| {
            let wheel = entry.origin.wheel();
            wheel.is_some_and(|wheel| wheel.project == package.dir.as_str())
        })
    }

    /// The file of the repository that a module is.
    pub fn source(&self, module: &str) -> Option<String> {
        match self.python.module(module) {
            Module::File { source, .. } => source,
            Module::Namespace(_) | Module::Missing | Module::Unknown(_) => None,
        }
    }
}

/// The dotted name of a file of a package, as seen from the folders that it is imported from.
pub fn module_of(package: &Package, path: &RepoPath) -> Option<String> {
    let roots = package.run_roots.iter();
    let below = roots
        .filter_map(|root| path.relative_to(root))
        .min_by_key(|below| below.len());
    let stem = below?.strip_suffix(".py")?;
    let stem = stem.strip_suffix("/__init__").unwrap_or(stem);
    Some(stem.replace('/', "."))
}

/// The file of the repository that is run first.
fn first_file(image: &Image, started: &Started, python: &Python, listed: &Listed) -> Option<String> {
    match &started.start {
        Start::Script(path) => image.tree.source(&absolute(image.config.folder(), path), listed),
        Start::Module(name) => match python.module(name) {
            Module::File { source, .. } => source,
            Module::Namespace(_) | Module::Missing | Module::Unknown(_) => None,
        },
        Start::Unknown => None,
    }
}

/// Whether a text of Python adds folders to those that modules are imported from.
fn edits_path(text: &str) -> bool {
    const EDITS: [&str; 6] = [
        "sys.path.insert(",
        "sys.path.append(",
        "sys.path.extend(",
        "sys.path[",
        "sys.path +=",
        "site.addsitedir(",
    ];
    let mut lines = text.lines().map(str::trim_start).filter(|line| !line.starts_with('#'));
    lines.any(|line| EDITS.iter().any(|edit| line.starts_with(edit)))
}
