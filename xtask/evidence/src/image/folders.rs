//! Packages of the repository that an installer takes from their folders: which, and whether they are in the stage by then.

use std::sync::Arc;

use ::image::{Found, Origin, Wheel};

use super::{
    disk::Disk,
    install::{By, Install, Own},
    stage::{StageContext, State},
};
use diagnostics::Place;
use formats::{PackageName, absolute};
use repo::lock::{Folder, FolderKind, Folders, folders};

/// A package of the repository that an install asks for, and whose manifest is not in the stage at that step.
#[derive(Clone, Debug)]
pub struct AbsentFolder {
    /// The package.
    pub name: PackageName,
    /// Where the installer looks for it.
    pub at: String,
    /// The program.
    pub by: By,
    /// The command.
    pub place: Place,
}

impl State {
    /// What the lock of an install takes from folders. `None` where that is not known.
    pub(super) fn folders_of(install: &Install, context: &StageContext<'_>) -> Option<Arc<Folders>> {
        let (lock, target) = (install.lock.as_ref()?, install.target.as_ref()?);
        folders(context.locks, context.root, lock, target).map(Arc::new)
    }

    /// What an install by a lock brings of the repository, and what it looks for in vain.
    pub(super) fn of_lock(&mut self, install: &Install, folders: &Folders, context: &StageContext<'_>) -> Vec<Origin> {
        let Some(home) = &install.folder else { return Vec::new() };
        let disk = Disk(context.root);
        let mut brought = Vec::new();
        let mut absent = Vec::new();
        let manifest_at = |at: &str| self.seen().find(&absolute(at, "pyproject.toml"), &disk);
        let mut miss = |name: &PackageName, at: String| {
            absent.push(AbsentFolder {
                name: name.clone(),
                at,
                by: install.by,
                place: install.place.clone(),
            });
        };
        // A folder of one machine is another fault, whatever stands there.
        let is_inside = |path: &str| !path.starts_with(['/', '~']) && !path.contains(':');
        for folder in folders.needed.iter().filter(|folder| is_inside(&folder.path)) {
            let at = absolute(home, &folder.path);
            let takes = |group: &str| install.groups.takes(group);
            let is_installed = folder.is_in(&takes) && !install.leaves_out(folder);
            match manifest_at(&at) {
                // To compare the lock, uv reads the manifests of all that it has. `--frozen` compares nothing.
                Found::Nothing if is_installed || install.is_locked => miss(&folder.name, at),
                Found::Unknown(entry) if is_installed => brought.push(entry.origin.clone()),
                _ if !is_installed => {}
                _ => match Wheel::of(self.seen(), &at, install.place.clone(), &disk).map(Arc::new) {
                    Some(wheel) => brought.push(if install.copies(folder) {
                        Origin::Installed(wheel)
                    } else {
                        Origin::Editable(wheel)
                    }),
                    None => brought.push(Origin::Unknown(format!("what is built in {at}"))),
                },
            }
        }
        if install.is_locked {
            for (name, path) in &folders.beside {
                let at = absolute(home, path);
                if matches!(manifest_at(&at), Found::Nothing) {
                    miss(name, at);
                }
            }
        }
        self.absent.extend(absent);
        brought
    }
}

impl Install {
    /// How a package of the repository gets into the environment out of its folder, by what the lock has. `None` where it does not,
    /// or where the lock does not say.
    pub fn brings(&self, name: &PackageName) -> Option<FolderKind> {
        let folder = self
            .folders
            .as_ref()?
            .needed
            .iter()
            .find(|folder| folder.name == *name)?;
        let takes = |group: &str| self.groups.takes(group);
        if !folder.is_in(&takes) || self.leaves_out(folder) {
            return None;
        }
        Some(if self.copies(folder) {
            FolderKind::Copied
        } else {
            folder.kind
        })
    }

    /// The packages that `uv sync` was called for, where a package of the repository is none of them and none of what they need.
    pub fn is_for_others_than(&self, name: &PackageName) -> Option<Vec<&PackageName>> {
        let needed = &self.folders.as_ref().filter(|_| self.by == By::Uv)?.needed;
        if needed.iter().any(|folder| folder.name == *name) {
            return None;
        }
        let targets = needed.iter().filter(|folder| folder.is_target);
        Some(targets.map(|folder| &folder.name).collect())
    }

    /// Whether options keep a package out that the lock takes from its folder.
    fn leaves_out(&self, folder: &Folder) -> bool {
        folder.kind == FolderKind::Nothing
            || self.is_without_directories
            || (folder.is_member && self.is_without_members)
            || (folder.is_target && self.own == Own::LeftOut)
            || self.left_out.contains(&folder.name)
    }

    /// Whether a package becomes a part of the environment.
    fn copies(&self, folder: &Folder) -> bool {
        folder.kind == FolderKind::Copied || self.is_without_editables
    }
}
