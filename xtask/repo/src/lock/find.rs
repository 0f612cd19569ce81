//! Which lock is the one of a package: that of its manager, beside the manifest or, for uv, in a folder above.

use std::sync::Arc;

use super::{Lock, LockCache, Manager, cache::Reading, pdm, pipenv, uv};
use crate::{Package, RepoPath, Root, manifest::Manifest, toml::Table};
use diagnostics::{Place, Problem, Source};

/// The lock of a package that has to have one.
pub fn of(cache: &LockCache, root: &Root, package: &Package) -> Result<Arc<Lock>, Vec<Problem>> {
    find(cache, root, package)?.ok_or_else(|| {
        let Some(manager) = told(root, package) else {
            return vec![untold(package)];
        };
        let path = path(root, package);
        let missing = Problem::error(format!("`{path}` does not exist")).at(Place::File(path.to_string()));
        vec![missing.remedy(format!("run `{}`", manager.lock_command(&path.parent())))]
    })
}

/// A package without a lock, of which nothing tells who would write it.
fn untold(package: &Package) -> Problem {
    let names = Manager::ALL.map(|manager| format!("`{}`", manager.file()));
    let dir = &package.dir;
    Problem::error(format!("`{}` has no lock", package.name))
        .at(Place::File(package.manifest.source.path().to_owned()))
        .note(format!("supported are {}", names.join(", ")))
        .remedy(format!(
            "run `{}` or `{}`",
            Manager::Uv.lock_command(dir),
            Manager::Poetry.lock_command(dir)
        ))
}

/// Where the lock of a package is, or would be.
pub fn path(root: &Root, package: &Package) -> RepoPath {
    let manager = manager(root, package);
    let beside = package.dir.child(manager.file());
    if manager != Manager::Uv || root.has(&beside) {
        return beside;
    }
    let above = above(&package.dir).find(|dir| root.has(&dir.child(manager.file())));
    let workspace = || above_with_workspace(root, &package.dir);
    let folder = above.or_else(workspace).unwrap_or_else(|| package.dir.clone());
    folder.child(manager.file())
}

/// What writes the lock of a package: told from the lock, from the manifest or from the workspace around it. Poetry, where
/// nothing tells.
pub fn manager(root: &Root, package: &Package) -> Manager {
    told(root, package).unwrap_or(Manager::Poetry)
}

fn told(root: &Root, package: &Package) -> Option<Manager> {
    let has = |dir: &RepoPath, manager: Manager| root.has(&dir.child(manager.file()));
    let declared = Manager::of(&package.manifest);
    if package.manifest.pipfile.is_some() {
        return Some(Manager::Pipenv);
    }
    if has(&package.dir, Manager::Poetry) {
        return Some(Manager::Poetry);
    }
    let is_of_uv = declared != Some(Manager::Pdm) && has(&package.dir, Manager::Uv);
    if !is_of_uv && has(&package.dir, Manager::Pdm) {
        return Some(Manager::Pdm);
    }
    let is_member = || !package.is_of_requirements() && above(&package.dir).any(|dir| has(&dir, Manager::Uv));
    if is_of_uv || is_member() {
        return Some(Manager::Uv);
    }
    if has(&package.dir, Manager::Pylock) {
        return Some(Manager::Pylock);
    }
    // A member of a workspace may well be built with the backend of Poetry.
    let is_of_another = package.manifest.tool("poetry").is_some() || declared == Some(Manager::Pdm);
    if !is_of_another && above_with_workspace(root, &package.dir).is_some() {
        return Some(Manager::Uv);
    }
    declared.or_else(|| above_with_uv(root, &package.dir).map(|_| Manager::Uv))
}

fn above(dir: &RepoPath) -> impl Iterator<Item = RepoPath> + use<> {
    let up = |dir: &RepoPath| (*dir != RepoPath::root()).then(|| dir.parent());
    std::iter::successors(up(dir), up)
}

fn above_with_workspace(root: &Root, dir: &RepoPath) -> Option<RepoPath> {
    above(dir).find(|dir| says_of_uv(root, dir, |uv| uv.get("workspace").is_some()))
}

/// A project above a package that is managed with uv, even if the package is not a member of it: an example, a plugin.
fn above_with_uv(root: &Root, dir: &RepoPath) -> Option<RepoPath> {
    above(dir).find(|dir| says_of_uv(root, dir, |_| true))
}

/// Whether the manifest in a folder has `[tool.uv]`, and what is asked for in it.
fn says_of_uv(root: &Root, dir: &RepoPath, what: impl FnOnce(Table<'_>) -> bool) -> bool {
    let source = root.source_if_present(&dir.child("pyproject.toml")).ok().flatten();
    let manifest = source.and_then(|source| Manifest::read(&source, &mut Vec::new()));
    manifest
        .as_ref()
        .and_then(|manifest| manifest.tool("uv"))
        .is_some_and(what)
}

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
    let of_workspace = uv::find(cache, root, package)?;
    if of_workspace.is_some() {
        return Ok(of_workspace);
    }
    // Where another lock is, it may have been exported from that one.
    cache.pylock(root, package)
}

fn beside(root: &Root, package: &Package, manager: Manager) -> Result<Option<Source>, Problem> {
    let path = package.dir.child(manager.file());
    root.source_if_present(&path)
}
