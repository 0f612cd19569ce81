//! Whether the metadata of a wheel follows from its manifest and the files beside it, whatever its modules contain.

use super::Package;
use toml_edit::Item;

/// Backends that take versions and entry points from the manifest alone, and of a package want to see only that it exists.
const STATIC: [&str; 5] = ["flit_core", "hatchling", "pdm", "poetry", "uv_build"];

/// Keys of a backend's table with which a wheel also follows from what is inside of packages.
const CALCULATED: [&str; 4] = ["custom-hook", "force-include", "hooks", "run-setuptools"];

impl Package {
    /// Whether nothing inside of its modules is in its metadata.
    pub fn has_static_metadata(&self) -> bool {
        let manifest = &self.manifest;
        let backend = manifest.build.as_ref().and_then(|build| build.backend.as_ref());
        let is_known = backend.is_some_and(|backend| {
            let module = backend.value.split(['.', ':']).next().unwrap_or_default();
            STATIC.contains(&module)
        });
        let project = manifest.document.get("project");
        let is_dynamic = project.is_some_and(|project| project.get("dynamic").is_some());
        let contents = &manifest.contents;
        let named = contents.packages.iter().map(|package| &package.include);
        let files = contents.readmes.iter().chain(&contents.license_files);
        let is_deep = named
            .chain(files.chain(&contents.include))
            .any(|path| path.value.contains('/'));
        let settings = |tool: &str| manifest.document.get("tool")?.get(tool)?.get("build");
        let has_hooks = |tool: &&str| settings(tool).is_some_and(is_calculated);
        // All that Poetry takes there is a script.
        let calculates = settings("poetry").is_some() || ["hatch", "pdm"].iter().any(has_hooks);
        is_known && !is_dynamic && !is_deep && !calculates
    }
}

/// Whether a table has such a key, at any depth.
fn is_calculated(item: &Item) -> bool {
    let Some(table) = item.as_table_like() else {
        return false;
    };
    let mut entries = table.iter();
    entries.any(|(key, item)| CALCULATED.contains(&key) || is_calculated(item))
}
