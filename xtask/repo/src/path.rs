use std::{
    fmt,
    path::{Path, PathBuf},
};

/// A path inside the repository: relative to its root, UTF-8, `/` between the parts, no `.` and no `..`.
/// The root itself is the empty path.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RepoPath(String);

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
    pub(super) fn listed(path: &str) -> Self {
        Self(path.trim_start_matches('/').to_owned())
    }

    /// Follows a relative path from this folder. `None` when that leads out of the repository.
    pub fn join(&self, relative: &str) -> Option<Self> {
        formats::followed(&self.0, relative).map(Self)
    }

    /// A file or folder in this folder, by its plain name.
    pub fn child(&self, name: &str) -> Self {
        if self.0.is_empty() {
            Self(name.into())
        } else {
            Self(format!("{}/{name}", self.0))
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
