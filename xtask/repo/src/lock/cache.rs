//! Locks that were read, so that none is read twice in a run.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use super::{Lock, Manager, pylock, shared::SharedPackages, uv::Workspace};
use crate::{Package, RepoPath, Root, manifest::Manifest};
use diagnostics::Problem;

/// `None` where there is no file.
pub type Reading = Result<Option<Arc<Lock>>, Vec<Problem>>;

type Memory<T> = Arc<Mutex<BTreeMap<RepoPath, T>>>;
type OfWorkspace = Result<Option<Arc<Workspace>>, Vec<Problem>>;

/// By path. Clones share what they hold.
#[derive(Clone, Debug, Default)]
pub struct LockCache {
    poetry: Memory<Reading>,
    packages: SharedPackages,
    /// By the folder of the lock.
    uv: Memory<OfWorkspace>,
    /// What a workspace locked for a member, by the folder of the member.
    members: Memory<Result<Arc<Lock>, Vec<Problem>>>,
    /// By the folder of the package.
    pylock: Memory<Reading>,
}

impl LockCache {
    /// The `poetry.lock` at a path.
    pub fn poetry(&self, root: &Root, path: &RepoPath) -> Reading {
        remembered(&self.poetry, path, || match root.source_if_present(path)? {
            Some(source) => Ok(Some(Arc::new(self.packages.read(&source)?))),
            None => Ok(None),
        })
    }

    /// The `uv.lock` in a folder, with the indexes that the manifest beside it names.
    pub fn uv(&self, root: &Root, folder: &RepoPath) -> OfWorkspace {
        remembered(&self.uv, folder, || {
            let Some(source) = root.source_if_present(&folder.child(Manager::Uv.file()))? else {
                return Ok(None);
            };
            let beside = root.source_if_present(&folder.child("pyproject.toml"))?;
            // What is wrong with the manifest is reported by who reads it.
            let beside = beside.and_then(|source| Manifest::read(&source, &mut Vec::new()));
            let read = Workspace::read(&source, beside.as_ref())?;
            Ok(Some(Arc::new(read.surrounded(root, folder))))
        })
    }

    /// The `pylock.toml` beside a manifest, with those of its groups.
    pub fn pylock(&self, root: &Root, package: &Package) -> Reading {
        remembered(&self.pylock, &package.dir, || {
            let lock = pylock::find(root, &package.dir, &package.manifest)?;
            Ok(lock.map(Arc::new))
        })
    }

    /// What a workspace locked for a member.
    pub fn member(&self, workspace: &Workspace, package: &Package) -> Result<Arc<Lock>, Vec<Problem>> {
        remembered(&self.members, &package.dir, || {
            Ok(Arc::new(workspace.member(&package.manifest)?))
        })
    }
}

/// Two threads that ask for the same thing at once may both read it.
fn remembered<T: Clone>(memory: &Memory<T>, path: &RepoPath, read: impl FnOnce() -> T) -> T {
    let known = || memory.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = known().get(path) {
        return known.clone();
    }
    let read = read();
    known().insert(path.clone(), read.clone());
    read
}
