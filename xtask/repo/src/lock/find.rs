//! Which lock is the one of a package: that of its manager, beside the manifest or, for uv, in a folder above.

use std::sync::Arc;

use super::{LockCache, Manager, cache::Reading, pdm, pipenv, uv};
use crate::Package;
use crate::Root;
use diagnostics::{Problem, Source};

/// `None` where the package has none.
pub fn find(cache: &LockCache, root: &Root, package: &Package) -> Reading {
    if package.manifest.pipfile.is_some() {
        return match beside(root, package, Manager::Pipenv)? {
            Some(source) => Ok(Some(Arc::new(pipenv::read(&source)?))),
            None => Ok(None),
        };
    }
    let poetry = cache.poetry(root, &package.dir.child(Manager::Poetry.file()))?;
    if poetry.is_some() {
        return Ok(poetry);
    }
    // One of another manager may be left over.
    let is_of_uv =
        Manager::of(&package.manifest) != Some(Manager::Pdm) && root.has(&package.dir.child(Manager::Uv.file()));
    if !is_of_uv && let Some(source) = beside(root, package, Manager::Pdm)? {
        return Ok(Some(Arc::new(pdm::read(&source, &package.manifest)?)));
    }
    uv::find(cache, root, package)
}

fn beside(root: &Root, package: &Package, manager: Manager) -> Result<Option<Source>, Problem> {
    let path = package.dir.child(manager.file());
    root.source_if_present(&path)
}
