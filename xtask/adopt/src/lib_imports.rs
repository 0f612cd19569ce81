//! Libs that import another one and do not say so: what parity does not ask of those that no service reaches yet.

use std::collections::BTreeSet;

use facts::Subject;
use formats::PackageName;
use repo::Package;

use crate::ByHand;

/// What the manifests of these libs lack.
pub fn undeclared(subjects: &[Subject<'_>]) -> Vec<ByHand> {
    let Some(first) = subjects.first() else {
        return Vec::new();
    };
    let reached: BTreeSet<&PackageName> = subjects.iter().flat_map(|subject| &subject.service.libs).collect();
    let mut found = Vec::new();
    for lib in first.repo.libs.iter().filter(|lib| !reached.contains(&lib.name)) {
        let Some(code) = first.libs.get(&lib.name).map(|facts| &facts.code) else {
            continue;
        };
        for (name, other) in first.libs.iter().filter(|(name, _)| **name != lib.name) {
            let mut main = lib.manifest.main.iter();
            if main.any(|dependency| dependency.name.value == *name) {
                continue;
            }
            let is_of_other = |module: &&String| {
                let top = module.split('.').next().unwrap_or_default();
                other
                    .code
                    .modules
                    .iter()
                    .any(|known| known == top || known.as_str() == module.as_str())
            };
            if let Some(module) = code.imports.keys().find(is_of_other) {
                found.push(ByHand::new(
                    format!(
                        "the lib `{}` imports `{module}` but does not depend on the lib `{name}`",
                        lib.name
                    ),
                    edit(lib, name, first.repo.lib(name)),
                    lib.manifest.name.as_ref().map(|name| &name.place),
                ));
            }
        }
    }
    found
}

/// The line that the manifest lacks, and how it is locked again.
fn edit(lib: &Package, name: &PackageName, other: Option<&Package>) -> String {
    let (manifest, dir) = (lib.manifest.source.path(), &lib.dir);
    let up = "../".repeat(dir.as_str().split('/').count());
    let path = other.map_or_else(String::new, |other| format!("{up}{}", other.dir));
    if lib.manifest.has_project() {
        format!(
            "add `{name}` to `[project] dependencies` of {manifest}, with its path `{path}` in the table of sources, and lock it again"
        )
    } else {
        format!(
            "add `{name} = {{ path = \"{path}\", develop = true }}` to `[tool.poetry.dependencies]` of {manifest}, then run `poetry lock --directory {dir}`"
        )
    }
}
