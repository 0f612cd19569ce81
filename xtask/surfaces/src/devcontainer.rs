//! Development containers: which Dockerfile an editor builds, and what it tells Python.

use diagnostics::{Located, Problem, Source};
use formats::json::{self, Node};
use repo::{RepoPath, Root};

/// A `devcontainer.json`.
#[derive(Clone, Debug)]
pub struct Devcontainer {
    /// The file.
    pub path: RepoPath,
    /// The Dockerfile that it builds, where that is one of the repository.
    pub dockerfile: Option<Located<RepoPath>>,
    /// Whether it names a stage of the Dockerfile.
    pub has_target: bool,
    /// PYTHONPATH of its container, as written.
    pub pythonpath: Option<Located<String>>,
    /// The user that the editor works as.
    pub user: Option<Located<String>>,
    /// Whether features are added to the image: they may make users.
    pub has_features: bool,
    /// Whether commands prepare the container after it was made: they may install anything.
    pub is_prepared: bool,
}

/// Keys with commands that run in the container.
const COMMANDS: [&str; 5] = [
    "initializeCommand",
    "onCreateCommand",
    "updateContentCommand",
    "postCreateCommand",
    "postStartCommand",
];

impl Devcontainer {
    /// Every one of the repository: in `.devcontainer`, in a folder of that, or at the root. One that is not JSON is reported.
    pub fn read_all(root: &Root, problems: &mut Vec<Problem>) -> Vec<Self> {
        let home = RepoPath::root().child(".devcontainer");
        let mut paths = vec![
            RepoPath::root().child(".devcontainer.json"),
            home.child("devcontainer.json"),
        ];
        if root.has_folder(&home) {
            let folders = root.entries(&home).into_iter().map(|entry| entry.path);
            paths.extend(
                folders
                    .filter(|path| root.has_folder(path))
                    .map(|path| path.child("devcontainer.json")),
            );
        }
        let mut found = Vec::new();
        for path in paths.into_iter().filter(|path| root.has_file(path)) {
            match root.source(&path).and_then(|source| Self::of(path, &source)) {
                Ok(container) => found.push(container),
                Err(problem) => problems.push(problem),
            }
        }
        found
    }

    fn of(path: RepoPath, source: &Source) -> Result<Self, Problem> {
        let plain = Source::new(path.as_str(), without_comments(source.text()));
        let node = json::parse(&plain)?;
        let build = node.get("build");
        let of_build = |key: &str| build.and_then(|build| build.get(key));
        let folder = path.parent();
        let said = of_build("dockerfile").or_else(|| node.get("dockerFile"));
        let dockerfile = said.and_then(|said| {
            let written = said.located(source)?;
            let value = folder.join(&written.value)?;
            Some(Located {
                value,
                place: written.place,
            })
        });
        let variable = |table: &str| node.get(table)?.get("PYTHONPATH")?.located(source);
        Ok(Self {
            dockerfile,
            has_target: of_build("target").is_some(),
            pythonpath: variable("remoteEnv").or_else(|| variable("containerEnv")),
            user: ["remoteUser", "containerUser"]
                .iter()
                .find_map(|key| node.get(key)?.located(source)),
            has_features: node.get("features").is_some(),
            is_prepared: COMMANDS
                .iter()
                .any(|key| node.get(key).and_then(Node::text).is_some_and(installs)),
            path,
        })
    }

    /// The folders of the repository that PYTHONPATH names: the editor mounts the repository.
    pub fn folders(&self) -> Vec<RepoPath> {
        const ROOTS: [&str; 2] = ["${containerWorkspaceFolder}", "${workspaceFolder}"];
        let said = self.pythonpath.iter().flat_map(|said| said.value.split(':'));
        let below = said.filter_map(|entry| ROOTS.iter().find_map(|root| entry.strip_prefix(root)));
        below
            .filter_map(|entry| RepoPath::root().join(entry.trim_matches('/')))
            .collect()
    }
}

fn installs(command: &str) -> bool {
    ["install", "sync", "setup", "make", ".sh", "PYTHONPATH"]
        .iter()
        .any(|word| command.contains(word))
}

/// The text with blanks for comments, and for commas behind a last member, which editors allow: every byte stays where it is.
fn without_comments(text: &str) -> String {
    let mut bytes = text.as_bytes().to_vec();
    let mut at = 0;
    let mut comma = None;
    while at < bytes.len() {
        match (bytes[at], bytes.get(at + 1)) {
            (b'"', _) => {
                comma = None;
                at += 1;
                while at < bytes.len() && bytes[at] != b'"' {
                    at += if bytes[at] == b'\\' { 2 } else { 1 };
                }
            }
            (b'/', Some(b'/')) => {
                while at < bytes.len() && bytes[at] != b'\n' {
                    bytes[at] = b' ';
                    at += 1;
                }
                continue;
            }
            (b'/', Some(b'*')) => {
                let end = text[at + 2..].find("*/").map_or(bytes.len(), |end| at + 2 + end + 2);
                bytes[at..end]
                    .iter_mut()
                    .filter(|byte| **byte != b'\n')
                    .for_each(|byte| *byte = b' ');
                at = end;
                continue;
            }
            (b',', _) => comma = Some(at),
            (b'}' | b']', _) => {
                if let Some(comma) = comma.take() {
                    bytes[comma] = b' ';
                }
            }
            (byte, _) if byte.is_ascii_whitespace() => {}
            _ => comma = None,
        }
        at += 1;
    }
    // Whole characters were replaced, byte by byte.
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::without_comments;

    #[test]
    fn comments_and_last_commas_become_blanks() {
        let text = "{ // \u{e9}\n \"a//b\": [1, 2,], /* x\n, */ \"c\\\"//\": 3,\n}";
        let plain = without_comments(text);
        assert_eq!(plain.len(), text.len());
        let shown: Vec<&str> = plain.split_whitespace().collect();
        assert_eq!(shown.join(" "), "{ \"a//b\": [1, 2 ], \"c\\\"//\": 3 }");
    }

    #[test]
    fn no_text_panics() {
        for text in ["", "\"", "/*", "//", "/", "\"\\", "{\"a\": \"é", ",", "/* é"] {
            assert_eq!(without_comments(text).len(), text.len());
        }
    }
}
