//! The manifests that uv reads together with a lock: that of the folder of the lock, and those of the members of its workspace.

use std::collections::BTreeMap;

use crate::{RepoPath, Root, manifest::Manifest};
use formats::PackageName;
use glob::{MatchOptions, Pattern};

/// A workspace, which may consist of one package alone.
#[derive(Clone, Debug, Default)]
pub struct Manifests {
    /// The folder of the lock.
    pub dir: RepoPath,
    /// `pyproject.toml` in that folder.
    pub root_manifest: Option<Manifest>,
    /// All packages of the workspace, the root among them where it is one.
    pub members: BTreeMap<PackageName, Member>,
    /// Whether all members are known. Otherwise nothing is said of what the lock has besides.
    pub is_whole: bool,
}

/// A package of the workspace.
#[derive(Clone, Debug)]
pub struct Member {
    /// The folder of its manifest.
    pub dir: RepoPath,
    /// What is asked for there.
    pub manifest: Manifest,
}

impl Manifests {
    /// The workspace whose root is the folder of the lock.
    pub fn read(root: &Root, dir: &RepoPath) -> Self {
        let mut workspace = Self {
            dir: dir.clone(),
            ..Self::default()
        };
        // A manifest that cannot be read is reported where packages are discovered.
        let Some(manifest) = manifest_in(root, dir) else {
            return workspace;
        };
        workspace.is_whole = true;
        for folder in folders(root, dir, &manifest) {
            workspace.add(root, folder);
        }
        workspace.add_member(dir, &manifest);
        workspace.root_manifest = Some(manifest);
        workspace
    }

    /// One package of which nothing else is known.
    pub fn of_one(dir: &RepoPath, manifest: &Manifest) -> Self {
        let mut workspace = Self::default();
        workspace.add_member(dir, manifest);
        workspace
    }

    /// Whether a package of the workspace is in this folder.
    pub fn has(&self, dir: &RepoPath) -> bool {
        self.members.values().any(|member| member.dir == *dir)
    }

    fn add(&mut self, root: &Root, dir: RepoPath) {
        if !root.has_file(&dir.child("pyproject.toml")) {
            return;
        }
        match manifest_in(root, &dir) {
            Some(manifest) => self.add_member(&dir, &manifest),
            None => self.is_whole = false,
        }
    }

    fn add_member(&mut self, dir: &RepoPath, manifest: &Manifest) {
        let uv = manifest.tool("uv");
        let is_managed = uv.and_then(|uv| uv.boolean("managed", &mut Vec::new()));
        if is_managed.is_some_and(|flag| !flag.value) || !manifest.document.contains_key("project") {
            return;
        }
        if let Some(name) = &manifest.name {
            let (dir, manifest) = (dir.clone(), manifest.clone());
            self.members.insert(name.value.clone(), Member { dir, manifest });
        }
    }
}

impl Member {
    /// `package = false` in `[tool.uv]`: only its dependencies are installed.
    pub fn is_no_package(&self) -> bool {
        package_flag(&self.manifest) == Some(false)
    }
}

/// What `package` of `[tool.uv]` says.
pub fn package_flag(manifest: &Manifest) -> Option<bool> {
    let uv = manifest.tool("uv")?;
    uv.boolean("package", &mut Vec::new()).map(|flag| flag.value)
}

/// The manifest in a folder, where it can be read.
pub fn manifest_in(root: &Root, dir: &RepoPath) -> Option<Manifest> {
    let source = root.source_if_present(&dir.child("pyproject.toml")).ok()??;
    Manifest::read(&source, &mut Vec::new())
}

/// The folders that `[tool.uv.workspace]` names.
fn folders(root: &Root, dir: &RepoPath, manifest: &Manifest) -> Vec<RepoPath> {
    let ignored = &mut Vec::new();
    let uv = manifest.tool("uv");
    let Some(table) = uv.and_then(|uv| uv.table("workspace", ignored)) else {
        return Vec::new();
    };
    let excluded = table.strings("exclude", ignored).unwrap_or_default();
    let excluded: Vec<Pattern> = excluded
        .iter()
        .filter_map(|text| Pattern::new(text.value.trim_end_matches('/')).ok())
        .collect();
    let options = MatchOptions {
        require_literal_leading_dot: true,
        require_literal_separator: true,
        ..MatchOptions::default()
    };
    let is_excluded = |folder: &RepoPath| {
        let inside = folder.relative_to(dir).unwrap_or_default();
        excluded.iter().any(|pattern| pattern.matches_with(inside, options))
    };
    let members = table.strings("members", ignored).unwrap_or_default();
    let mut found: Vec<RepoPath> = members
        .iter()
        .flat_map(|glob| root.matching(dir, &glob.value, options))
        .filter(|folder| !is_excluded(folder))
        .collect();
    found.sort();
    found.dedup();
    found
}
