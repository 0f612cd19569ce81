//! Where the modules of a package lie, by what its build backend is told, for packages whose module is not named like them.

use super::{Package, RepoPath, Root, manifest::Manifest};
use toml_edit::Item;

/// Tables that name modules, below `[tool]`.
const MODULES: [&[&str]; 5] = [
    &["uv", "build-backend", "module-name"],
    &["flit", "module", "name"],
    &["setuptools", "packages"],
    &["setuptools", "py-modules"],
    &["maturin", "module-name"],
];

/// Tables that name the folders of modules.
const HOMES: [&[&str]; 5] = [
    &["uv", "build-backend", "module-root"],
    &["setuptools", "package-dir", ""],
    &["setuptools", "packages", "find", "where"],
    &["pdm", "build", "package-dir"],
    &["maturin", "python-source"],
];

/// Backends that take what they find in a folder, whatever its name.
const FINDING: [&str; 3] = ["setuptools", "pdm", "hatchling"];

impl Package {
    /// The modules that the manifest names for the backend, with the folder that each is imported from. A namespace package is
    /// its first part. Empty where the manifest names none that is there.
    pub(crate) fn named_modules(&self, root: &Root) -> Vec<(RepoPath, RepoPath)> {
        let named: Vec<String> = MODULES.iter().flat_map(|keys| texts(&self.manifest, keys)).collect();
        let homes = self.homes();
        let mut found: Vec<(RepoPath, RepoPath)> = named
            .iter()
            .filter_map(|name| {
                let top = name.split('.').next().unwrap_or_default();
                homes.iter().find_map(|home| {
                    let names = [top.to_owned(), format!("{top}.py")];
                    let mut paths = names.iter().map(|name| home.child(name));
                    paths.find(|path| root.has(path)).map(|path| (home.clone(), path))
                })
            })
            .collect();
        found.sort();
        found.dedup();
        found
    }

    /// The folder in which the backend finds whatever modules there are: one that the manifest names, or `src`. A backend that
    /// looks for a module of the package's own name finds none there.
    pub(crate) fn home_of_modules(&self, root: &Root) -> Option<RepoPath> {
        let backend = self.manifest.build.as_ref().and_then(|build| build.backend.as_ref());
        // Without a backend it is setuptools.
        let finds = backend.is_none_or(|backend| FINDING.iter().any(|name| backend.value.starts_with(name)));
        let homes = self.homes();
        let mut homes = homes.iter().filter(|home| **home != self.dir);
        homes.find(|home| finds && root.has_folder(home)).cloned()
    }

    /// Folders that modules may be imported from, the likeliest first.
    pub(crate) fn homes(&self) -> Vec<RepoPath> {
        let named = HOMES.iter().flat_map(|keys| texts(&self.manifest, keys));
        let mut homes: Vec<RepoPath> = named.filter_map(|home| self.dir.join(&home)).collect();
        homes.extend([self.dir.child("src"), self.dir.clone()]);
        homes
    }
}

fn texts(manifest: &Manifest, keys: &[&str]) -> Vec<String> {
    let tool = manifest.document.get("tool");
    let item = keys.iter().try_fold(tool, |item, key| Some(item?.get(key)));
    let Some(Some(item)) = item else { return Vec::new() };
    match item {
        Item::Value(value) => match value.as_array() {
            Some(list) => list
                .iter()
                .filter_map(|value| value.as_str().map(str::to_owned))
                .collect(),
            None => value.as_str().map(str::to_owned).into_iter().collect(),
        },
        Item::None | Item::Table(_) | Item::ArrayOfTables(_) => Vec::new(),
    }
}
