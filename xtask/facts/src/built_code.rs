//! The code of the repository as built images and the checkout have it: files by their paths below a module.

use std::collections::BTreeMap;

use evidence::built::{Built, digest};
use repo::{Package, RepoPath};

use crate::own_code::OwnCode;

/// What tells one content of a file from another.
pub type Digest = [u8; 32];

/// The files of one module.
#[derive(Debug, Default)]
pub struct ModuleFiles {
    /// The folder, or the file of a module that is one.
    at: String,
    /// By the path in the folder. A module that is one file is what the `__init__.py` of a folder would be.
    pub files: BTreeMap<String, Digest>,
}

/// What makes a folder a package.
const INIT: &str = "__init__.py";

impl ModuleFiles {
    /// Where a file of it is.
    pub fn path(&self, file: &str) -> String {
        if self.at.ends_with(".py") {
            self.at.clone()
        } else {
            format!("{}/{file}", self.at)
        }
    }

    /// A file of it as people name it: by the path of the module.
    pub fn shown(&self, module: &str, file: &str) -> String {
        let module = module.replace('.', "/");
        if self.at.ends_with(".py") {
            format!("{module}.py")
        } else {
            format!("{module}/{file}")
        }
    }
}

/// The module of that dotted name that the Python of an image finds. `None` where it finds nothing.
pub fn in_image(built: &Built, module: &str) -> Option<ModuleFiles> {
    let path = module.replace('.', "/");
    let files = &built.files;
    let file = |folder: &str, name: &str| Some((name.to_owned(), *files.digest(&format!("{folder}/{name}"))?));
    built.interpreter.as_ref()?.path.iter().find_map(|folder| {
        let package = format!("{folder}/{path}");
        let names = files.under(&package);
        if names.iter().any(|name| name.ends_with(".py")) {
            let found = names.into_iter().filter(|name| counts(name));
            return Some(ModuleFiles {
                files: found.filter_map(|name| file(&package, name)).collect(),
                at: package,
            });
        }
        let at = format!("{package}.py");
        let files = [(INIT.to_owned(), *files.digest(&at)?)].into();
        Some(ModuleFiles { at, files })
    })
}

/// The same in the checkout.
pub fn in_checkout(own: &OwnCode<'_>, package: &Package, module: &str) -> Option<ModuleFiles> {
    let path = module.replace('.', "/");
    let digest_of = |path: &RepoPath| Some(digest(own.text(path.as_str())?.as_bytes()));
    package.run_roots.iter().find_map(|root| {
        let folder = root.child(&path);
        let files = own.below(&folder).iter().filter_map(|file| {
            let name = file.relative_to(&folder).filter(|name| counts(name))?;
            Some((name.to_owned(), digest_of(file)?))
        });
        let files: BTreeMap<String, Digest> = files.collect();
        if !files.is_empty() {
            let at = folder.to_string();
            return Some(ModuleFiles { at, files });
        }
        let file = root.child(&format!("{path}.py"));
        Some(ModuleFiles {
            at: file.to_string(),
            files: [(INIT.to_owned(), digest_of(&file)?)].into(),
        })
    })
}

/// What is made of sources, hidden files and tests are not part of a program.
fn counts(path: &str) -> bool {
    let is_aside = |part: &str| part.starts_with('.') || matches!(part, "__pycache__" | "tests" | "test");
    !path.ends_with(".pyc") && !path.split('/').any(is_aside)
}
