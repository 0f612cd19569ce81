use std::{
    cmp::Ordering,
    fmt,
    path::{Path, PathBuf},
};

use crate::path::followed;

/// A path inside the repository: relative to its root, UTF-8, `/` between the parts, no `.` and no `..`.
/// The root itself is the empty path.
///
/// Every layer compares and joins paths by the thousand, so they are in this crate, which is optimised.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct RepoPath(String);

// Not derived: what is derived is inlined into crates that are not optimised.
impl Ord for RepoPath {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.cmp(&other.0)
    }
}

impl PartialOrd for RepoPath {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl RepoPath {
    /// The root of the repository: the empty path.
    pub fn root() -> Self {
        Self(String::new())
    }

    /// `None` when the path leads out of the repository or is not UTF-8.
    pub fn parse(path: &str) -> Option<Self> {
        Self::root().join(path)
    }

    /// A path that a walk came across, which is in form but for a slash before it.
    pub fn listed(path: &str) -> Self {
        Self(path.trim_start_matches('/').to_owned())
    }

    /// Follows a relative path from this folder. `None` when that leads out of the repository.
    pub fn join(&self, relative: &str) -> Option<Self> {
        followed(&self.0, relative).map(Self)
    }

    /// A file or folder in this folder, by its plain name.
    pub fn child(&self, name: &str) -> Self {
        if self.0.is_empty() {
            Self(name.into())
        } else {
            let mut path = String::with_capacity(self.0.len() + 1 + name.len());
            path.push_str(&self.0);
            path.push('/');
            path.push_str(name);
            Self(path)
        }
    }

    /// The folder that it lies in; the root's is the root.
    pub fn parent(&self) -> Self {
        Self(
            self.0
                .rsplit_once('/')
                .map_or(String::new(), |(parent, _)| parent.into()),
        )
    }

    /// The last part; empty for the root.
    pub fn file_name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or_default()
    }

    /// Whether it lies in that folder, at any depth.
    pub fn is_under(&self, folder: &Self) -> bool {
        self.relative_to(folder).is_some()
    }

    /// What is left of the path behind that folder.
    pub fn relative_to(&self, folder: &Self) -> Option<&str> {
        match folder.0.as_str() {
            "" => Some(self.as_str()).filter(|path| !path.is_empty()),
            prefix => self.0.strip_prefix(prefix)?.strip_prefix('/'),
        }
    }

    /// Where it is among sorted paths, if it is one of them.
    pub fn position(path: &str, sorted: &[Self]) -> Option<usize> {
        sorted.binary_search_by(|other| other.as_str().cmp(path)).ok()
    }

    /// Those of sorted paths that lie in a folder, at any depth.
    pub fn all_under<'a>(folder: &str, sorted: &'a [Self]) -> &'a [Self] {
        if folder.is_empty() {
            return sorted;
        }
        // `a-b` and `a.b` sort before what is in `a`.
        let place = |path: &Self| match path.0.strip_prefix(folder) {
            None => path.as_str().cmp(folder),
            Some(rest) => rest.as_bytes().first().cmp(&Some(&b'/')),
        };
        let start = sorted.partition_point(|path| place(path) == Ordering::Less);
        let rest = &sorted[start..];
        &rest[..rest.partition_point(|path| place(path) == Ordering::Equal)]
    }

    /// For messages and commands: the root is `.`.
    pub fn shown(&self) -> &str {
        match self.0.as_str() {
            "" => ".",
            path => path,
        }
    }

    /// In a sentence: a name in backticks, or what the root is.
    pub fn in_words(&self) -> String {
        match self.0.as_str() {
            "" => "the root of the repository".to_owned(),
            path => format!("`{path}`"),
        }
    }

    /// How a folder is written from another one: `../../libs/core`.
    pub fn seen_from(&self, folder: &Self) -> String {
        let up = match folder.0.as_str() {
            "" => 0,
            path => path.split('/').count(),
        };
        format!("{}{}", "../".repeat(up), self.0)
    }

    /// The path with `/` between its parts.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The path below a folder of the file system.
    pub fn under(&self, root: &Path) -> PathBuf {
        root.join(&self.0)
    }
}

impl fmt::Display for RepoPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_inside() {
        let service = RepoPath::parse("services/./admin").unwrap();
        assert_eq!(service.join("../../libs/core").unwrap().as_str(), "libs/core");
        assert_eq!(service.join("../../../elsewhere"), None);
        assert_eq!(service.join("/etc"), None);
        assert_eq!(service.parent().as_str(), "services");
        assert_eq!(RepoPath::root().child("a").as_str(), "a");
    }
}
