//! The packages of the repository that an installer of a lock takes from their folders.

use std::collections::BTreeSet;

use super::{GroupMarkers, LockCache, LockedSource, uv};
use crate::{RepoPath, Root, manifest::MAIN};
use formats::PackageName;
use python::marker::Marker;

/// What a lock is installed for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// The project in this folder of the repository.
    Project(RepoPath),
    /// `--package`, of uv.
    Named(Vec<PackageName>),
    /// `--all-packages`, of uv.
    All,
}

/// A package that is a folder, as a lock has it.
#[derive(Clone, Debug)]
pub struct Folder {
    /// Its name.
    pub name: PackageName,
    /// Its path, from the folder of the lock.
    pub path: String,
    /// How it gets into the environment.
    pub kind: FolderKind,
    /// The groups that need it, and where.
    pub groups: GroupMarkers,
    /// Whether it is a member of a workspace.
    pub is_member: bool,
    /// Whether it is what the lock is installed for.
    pub is_target: bool,
}

/// How a package that is a folder gets into an environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FolderKind {
    /// Imported from where it stands.
    Editable,
    /// As a copy.
    Copied,
    /// Not at all: only what it needs is installed.
    Nothing,
}

/// All packages that are folders.
#[derive(Clone, Debug, Default)]
pub struct Folders {
    /// What the target needs, itself included where the lock has it.
    pub needed: Vec<Folder>,
    /// The folders of the other members of its workspace: their manifests have to be there too.
    pub beside: Vec<(PackageName, String)>,
}

impl Folder {
    /// Whether a selection of groups installs it. What only an extra needs is left out.
    pub fn is_in(&self, takes: &dyn Fn(&str) -> bool) -> bool {
        let holds = |marker: &Marker| !marker.with_extras(&BTreeSet::new()).is_false();
        self.is_target || self.groups.iter().any(|(group, marker)| takes(group) && holds(marker))
    }
}

/// What a lock takes from folders. `None` where it cannot be read, or does not say.
pub fn folders(cache: &LockCache, root: &Root, lock: &RepoPath, target: &Target) -> Option<Folders> {
    if lock.file_name() == "uv.lock" {
        return cache.uv(root, &lock.parent()).ok()??.folders(root, target);
    }
    let lock = cache.poetry(root, lock).ok()??;
    if lock.format != super::Format::V2_1 {
        return None;
    }
    let locals = lock.packages.iter().filter_map(|package| {
        let LockedSource::Directory { path, develop } = &package.source else {
            return None;
        };
        Some(Folder {
            name: package.name.clone(),
            path: path.clone(),
            kind: if *develop {
                FolderKind::Editable
            } else {
                FolderKind::Copied
            },
            groups: package.groups.clone(),
            is_member: false,
            is_target: false,
        })
    });
    Some(Folders {
        needed: locals.collect(),
        beside: Vec::new(),
    })
}

impl uv::Workspace {
    fn folders(&self, root: &Root, target: &Target) -> Option<Folders> {
        let whole = self.whole();
        let members = &whole.workspace.members;
        let all = || members.keys().cloned().collect();
        let targets: Vec<PackageName> = match target {
            Target::All => all(),
            Target::Named(names) => names.clone(),
            Target::Project(dir) => match members.iter().find(|(_, member)| member.dir == *dir) {
                Some((name, _)) => vec![name.clone()],
                // A root that is not a package stands for all members.
                None if *dir == whole.workspace.dir && whole.workspace.is_whole => all(),
                None => vec![uv::manifest_in(root, dir)?.name?.value],
            },
        };
        let mut needed: Vec<Folder> = Vec::new();
        for name in &targets {
            for (local, groups) in self.locals_of(name)? {
                let is_target = targets.contains(&local.name.value);
                match needed.iter_mut().find(|folder| folder.name == local.name.value) {
                    Some(known) => {
                        for (group, marker) in groups {
                            let held = known.groups.entry(group).or_insert(Marker::FALSE);
                            *held = held.or(marker);
                        }
                    }
                    None => needed.push(Folder {
                        name: local.name.value.clone(),
                        path: local.path.clone(),
                        kind: match local.kind {
                            "editable" => FolderKind::Editable,
                            "virtual" => FolderKind::Nothing,
                            _ => FolderKind::Copied,
                        },
                        groups: if is_target {
                            GroupMarkers::from([(MAIN.to_owned(), Marker::TRUE)])
                        } else {
                            groups
                        },
                        is_member: members.contains_key(&local.name.value),
                        is_target,
                    }),
                }
            }
        }
        let others = whole.locals.iter().filter(|local| {
            let name = &local.name.value;
            members.contains_key(name) && !needed.iter().any(|folder| folder.name == *name)
        });
        let beside = others
            .map(|local| (local.name.value.clone(), local.path.clone()))
            .collect();
        Some(Folders { needed, beside })
    }
}
