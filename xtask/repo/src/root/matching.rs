//! Paths of the repository that a pattern matches.

use glob::{MatchOptions, Pattern};

use super::{Kind, Root};
use crate::RepoPath;

impl Root {
    /// What matches a pattern in a folder, sorted. `*`, `?` and `[]` stand for parts of one name; `**` for folders of any depth,
    /// but not for those behind links, which lie elsewhere too. None where it is not a pattern.
    pub fn matching(&self, folder: &RepoPath, pattern: &str, options: MatchOptions) -> Vec<RepoPath> {
        let mut found = vec![folder.clone()];
        for part in pattern.split('/').filter(|part| !matches!(*part, "" | ".")) {
            found = match part {
                "**" => found
                    .iter()
                    .flat_map(|folder| self.folders_below(folder, options))
                    .collect(),
                part if !part.contains(['*', '?', '[']) => {
                    let paths = found.iter().filter_map(|folder| folder.join(part));
                    paths.filter(|path| self.has(path)).collect()
                }
                part => {
                    let Ok(pattern) = Pattern::new(part) else {
                        return Vec::new();
                    };
                    let entries = found.iter().flat_map(|folder| self.entries(folder));
                    let entries = entries.filter(|entry| pattern.matches_with(&entry.name, options));
                    entries.map(|entry| entry.path).collect()
                }
            };
        }
        found.sort();
        found.dedup();
        found
    }

    /// A folder, and the folders in it at any depth.
    fn folders_below(&self, folder: &RepoPath, options: MatchOptions) -> Vec<RepoPath> {
        let mut found = vec![folder.clone()];
        let mut next = 0;
        while let Some(folder) = found.get(next).cloned() {
            let entries = self.entries(&folder).into_iter().filter(|entry| !entry.is_link);
            let is_meant = |name: &str| !(options.require_literal_leading_dot && name.starts_with('.'));
            let folders = entries.filter(|entry| is_meant(&entry.name) && self.kind(&entry.path) == Some(Kind::Folder));
            found.extend(folders.map(|entry| entry.path));
            next += 1;
        }
        found
    }
}
