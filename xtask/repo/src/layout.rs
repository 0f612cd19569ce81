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

/// Backends that compile.
const COMPILING: [&str; 4] = ["maturin", "mesonpy", "scikit_build_core", "setuptools_rust"];

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

    /// Whether a part of the package is compiled when its wheel is built: its sources alone cannot be imported.
    pub(crate) fn compiles(&self, root: &Root) -> bool {
        if self.is_program {
            return false;
        }
        let build = self.manifest.build.as_ref();
        let backend = build.and_then(|build| build.backend.as_ref());
        if backend.is_some_and(|backend| COMPILING.iter().any(|name| backend.value.starts_with(name))) {
            return true;
        }
        let tool = self.manifest.document.get("tool");
        let setuptools = tool.and_then(|tool| tool.get("setuptools"));
        let says = |script: String| {
            let words = ["ext_modules", "rust_extensions", "cffi_modules"];
            words.iter().any(|word| script.contains(word))
        };
        setuptools.is_some_and(|table| table.get("ext-modules").is_some())
            || tool.is_some_and(|tool| tool.get("setuptools-rust").is_some())
            || self.has_script(root, says)
    }

    fn has_script(&self, root: &Root, says: impl FnOnce(String) -> bool) -> bool {
        let script = self.dir.child("setup.py");
        self.build_inputs.contains(&script) && root.text(&script).is_some_and(says)
    }

    /// Files beside the manifest that a compiler reads.
    pub(crate) fn compiler_inputs(&self, root: &Root) -> Vec<RepoPath> {
        let names = [
            "Cargo.toml",
            "Cargo.lock",
            "CMakeLists.txt",
            "build.rs",
            "meson.build",
            "rust",
        ];
        let mut found: Vec<RepoPath> = names.iter().map(|name| self.dir.child(name)).collect();
        found.retain(|path| root.has(path));
        // What is compiled lies there.
        if !found.is_empty() {
            found.extend(Some(self.dir.child("src")).filter(|src| root.has_folder(src)));
        }
        found
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
