//! The guides that people wrote: pages of Markdown in one folder.

use super::RepoPath;
use crate::Root;
use diagnostics::Problem;

const FOLDER: &str = "guides";

/// A guide with its title.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guide {
    /// Its path, which ends with `.md`.
    pub path: RepoPath,
    /// Its first heading.
    pub title: String,
}

/// Every guide beside the reference, by path. A repository may have none.
pub fn read(root: &Root, docs: &RepoPath, problems: &mut Vec<Problem>) -> Vec<Guide> {
    let mut guides = Vec::new();
    let folder = docs.child(FOLDER);
    let entries = root.entries_if_readable(&folder).unwrap_or_else(|problem| {
        problems.push(problem);
        Vec::new()
    });
    for path in entries.into_iter().map(|entry| entry.path) {
        if !path.as_str().ends_with(".md") {
            continue;
        }
        match root.source(&path) {
            Ok(source) => match title(source.text()) {
                Some(title) => guides.push(Guide { path, title }),
                None => problems.push(
                    Problem::error(format!("`{path}` has no title"))
                        .at(source.place(0..0))
                        .remedy("begin it with `# ` and a title"),
                ),
            },
            Err(problem) => problems.push(problem),
        }
    }
    guides.sort_by(|a, b| a.path.cmp(&b.path));
    guides
}

fn title(text: &str) -> Option<String> {
    let heading = text.lines().find_map(|line| line.strip_prefix("# "))?;
    Some(heading.trim().to_owned()).filter(|title| !title.is_empty())
}
