//! The guides that people wrote: pages of Markdown in one folder.

use std::{fs, io, path::Path};

use super::RepoPath;
use diagnostics::Source;
use diagnostics::{Place, Problem};

const FOLDER: &str = "docs/guides";

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guide {
    pub path: RepoPath,
    /// Its first heading.
    pub title: String,
}

/// Every guide, by path. A repository may have none.
pub fn read(root: &Path, problems: &mut Vec<Problem>) -> Vec<Guide> {
    let mut guides = Vec::new();
    let entries = match fs::read_dir(root.join(FOLDER)) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return guides,
        Err(error) => {
            problems.push(Problem::error(format!("cannot read `{FOLDER}`: {error}")).at(Place::File(FOLDER.into())));
            return guides;
        }
    };
    let names = entries
        .flatten()
        .filter_map(|entry| entry.file_name().into_string().ok());
    for name in names.filter(|name| name.ends_with(".md")) {
        let Some(path) = RepoPath::parse(&format!("{FOLDER}/{name}")) else {
            continue;
        };
        match Source::read(&path.under(root), path.as_str()) {
            Ok(source) => match title(source.text()) {
                Some(title) => guides.push(Guide { path, title }),
                None => problems.push(
                    Problem::error(format!("`{path}` has no title"))
                        .at(source.place(0..0))
                        .remedy("begin it with `# ` and what it is about"),
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
