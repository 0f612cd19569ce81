//! What a wheel holds.

use std::collections::{BTreeMap, BTreeSet};

/// The members of a wheel, as far as its manifest tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contents {
    /// Paths in the wheel, without its metadata, to the files of the repository that they are.
    pub members: BTreeMap<String, String>,
    /// Modules that a compiler makes: `core._fast`.
    pub compiled: BTreeSet<String>,
    /// Why there may be more, or less.
    pub unknown: Option<String>,
    /// Its manifest says where to look for packages, and there are none.
    pub finds_none: bool,
    /// Something that cannot be told lay in the folder that it is built from.
    pub is_open: bool,
    /// Folders that Python imports it from while it is not built, as seen from the manifest: `src`, or the empty path.
    pub roots: BTreeSet<String>,
    /// Programs, by name: `web.serve:main`.
    pub scripts: BTreeMap<String, String>,
    /// Groups of entry points that it brings, programs left out.
    pub plugins: BTreeSet<String>,
}

impl Contents {
    /// Whether it is known to have no modules.
    pub fn is_bare(&self) -> bool {
        let is_known = self.finds_none || (self.unknown.is_none() && !self.is_open);
        let is_module = |path: &String| path.ends_with(".py") || path.ends_with(".pyi");
        is_known && self.compiled.is_empty() && !self.members.keys().any(is_module)
    }

    /// Whether something lies in a folder of the wheel.
    pub fn has_folder(&self, path: &str) -> bool {
        if path.is_empty() {
            return true;
        }
        let inside = format!("{path}/");
        let mut next = self.members.range(inside.clone()..);
        next.next().is_some_and(|(member, _)| member.starts_with(&inside))
    }

    /// Whether something that cannot be told may lie at a path: what a build script or a compiler makes lies in the packages
    /// of the wheel.
    pub fn may_hold(&self, path: &str) -> bool {
        let top = path.split('/').next().unwrap_or_default();
        let stem = path.split('.').next().unwrap_or_default();
        if self.compiled.iter().any(|module| module.replace('.', "/") == stem) {
            return true;
        }
        self.unknown.is_some() && (self.members.is_empty() || self.has_folder(top))
    }
}
