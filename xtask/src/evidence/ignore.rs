//! Ignore files of a build context, by Docker's rules: the last pattern that matches decides, `!` takes back, a pattern that
//! matches a folder matches all below it, and `*` stops at `/`.

use std::path::Path;

use super::image::Image;
use crate::repo::{RepoPath, Source};

#[derive(Clone, Debug)]
pub struct IgnoreFile {
    /// Where it lies; `None` where there is none.
    pub path: Option<RepoPath>,
    pub context: RepoPath,
    patterns: Vec<Pattern>,
}

#[derive(Clone, Debug)]
struct Pattern {
    parts: Vec<String>,
    takes_back: bool,
}

impl IgnoreFile {
    /// The one that holds for a Dockerfile in a context: the file of its own, or else that of the context. Without any,
    /// nothing is ignored.
    pub fn of(root: &Path, dockerfile: &RepoPath, context: &RepoPath) -> Self {
        let own = dockerfile
            .parent()
            .child(&format!("{}.dockerignore", dockerfile.file_name()));
        for path in [own, context.child(".dockerignore")] {
            if let Ok(Some(source)) = Source::read_if_present(&path.under(root), path.as_str()) {
                return Self::read(Some(path), context, source.text());
            }
        }
        Self::read(None, context, "")
    }

    fn read(path: Option<RepoPath>, context: &RepoPath, text: &str) -> Self {
        let lines = text
            .trim_start_matches('\u{feff}')
            .lines()
            .filter(|line| !line.starts_with('#'));
        let patterns = lines.filter_map(|line| {
            let line = line.trim();
            let (takes_back, pattern) = match line.strip_prefix('!') {
                Some(pattern) => (true, pattern.trim()),
                None => (false, line),
            };
            let parts: Vec<String> = parts(pattern);
            (!parts.is_empty()).then_some(Pattern { parts, takes_back })
        });
        Self {
            patterns: patterns.collect(),
            path,
            context: context.clone(),
        }
    }

    /// Whether a path of the repository is kept from the build.
    pub fn keeps_out(&self, path: &RepoPath) -> bool {
        path.relative_to(&self.context).is_some_and(|path| self.excludes(path))
    }

    /// Whether nothing of a file or folder of the repository reaches the build.
    pub fn keeps_out_all(&self, path: &RepoPath) -> bool {
        path.relative_to(&self.context)
            .is_some_and(|path| self.excludes_all(path))
    }

    /// Whether a path of the context, relative to it, is kept from the build.
    fn excludes(&self, path: &str) -> bool {
        let path = parts(path);
        let mut excluded = false;
        for pattern in &self.patterns {
            // A folder that is matched brings along all that is below it.
            let mut prefixes = 1..=path.len();
            if pattern.takes_back == excluded && prefixes.any(|length| matches(&pattern.parts, &path[..length])) {
                excluded = !pattern.takes_back;
            }
        }
        excluded
    }

    /// Whether nothing below a folder can reach the build: it is excluded, and no pattern takes something below it back.
    fn excludes_all(&self, folder: &str) -> bool {
        let folder_parts = parts(folder);
        let reaches_below = |pattern: &Pattern| {
            let mut pairs = pattern.parts.iter().zip(&folder_parts);
            pattern.parts.len() > folder_parts.len()
                && pairs.all(|(part, name)| matches_name(part.as_bytes(), name.as_bytes()))
        };
        let below = |pattern: &&Pattern| {
            pattern.takes_back && (pattern.parts.iter().any(|part| part == "**") || reaches_below(pattern))
        };
        self.excludes(folder) && !self.patterns.iter().any(|pattern| below(&pattern))
    }
}

/// The folder that a Dockerfile is built with as its context: where what it copies is found. `.` is found in both.
pub fn context(image: &Image) -> RepoPath {
    let sources = image.copied.iter().map(|copied| &copied.what.source);
    let mut written = sources.filter_map(|source| {
        let literal = source.written.split(['*', '?', '[']).next().unwrap_or_default();
        let literal = literal.trim_start_matches("./").trim_matches('/');
        (!matches!(literal, "" | ".")).then_some((literal.to_owned(), source.path.as_ref()?))
    });
    let is_root = written
        .next()
        .is_none_or(|(literal, path)| path.as_str().starts_with(&literal));
    if is_root { RepoPath::root() } else { image.path.parent() }
}

/// The cleaned path: no empty part, no `.`, and `..` resolved.
fn parts(path: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            _ => parts.push(part.to_owned()),
        }
    }
    parts
}

fn matches(pattern: &[String], path: &[String]) -> bool {
    match (pattern.split_first(), path.split_first()) {
        (None, None) => true,
        (Some((part, rest)), _) if part == "**" => {
            matches(rest, path) || path.split_first().is_some_and(|(_, below)| matches(pattern, below))
        }
        (Some((part, rest)), Some((name, below))) => {
            matches_name(part.as_bytes(), name.as_bytes()) && matches(rest, below)
        }
        (Some(_), None) | (None, Some(_)) => false,
    }
}

/// One part of a path: `*`, `?`, `[a-z]`, `[^a]` and `\`.
fn matches_name(pattern: &[u8], name: &[u8]) -> bool {
    // Most parts are plain names.
    if !pattern.iter().any(|byte| b"*?[\\".contains(byte)) {
        return pattern == name;
    }
    match (pattern, name) {
        ([], []) => true,
        ([b'*', rest @ ..], _) => {
            matches_name(rest, name) || name.split_first().is_some_and(|(_, name)| matches_name(pattern, name))
        }
        ([b'?', rest @ ..], [_, name @ ..]) => matches_name(rest, name),
        ([b'[', rest @ ..], [byte, name @ ..]) => match class(rest) {
            Some((set, is_negated, rest)) => {
                let mut ranges = set.iter();
                ranges.any(|(from, to)| (from..=to).contains(&byte)) != is_negated && matches_name(rest, name)
            }
            None => false,
        },
        ([b'\\', literal, rest @ ..], [byte, name @ ..]) => literal == byte && matches_name(rest, name),
        ([literal, rest @ ..], [byte, name @ ..]) => literal == byte && matches_name(rest, name),
        ([_, ..], []) | ([], [_, ..]) => false,
    }
}

type Class<'a> = (Vec<(u8, u8)>, bool, &'a [u8]);

fn class(pattern: &[u8]) -> Option<Class<'_>> {
    let (is_negated, mut rest) = match pattern {
        [b'^', rest @ ..] => (true, rest),
        rest => (false, rest),
    };
    let mut set = Vec::new();
    loop {
        (set, rest) = match rest {
            [b']', rest @ ..] if !set.is_empty() => return Some((set, is_negated, rest)),
            [b'\\', byte, rest @ ..] => (with(set, *byte, *byte), rest),
            [from, b'-', to, rest @ ..] if *to != b']' => (with(set, *from, *to), rest),
            [byte, rest @ ..] => (with(set, *byte, *byte), rest),
            [] => return None,
        };
    }
}

fn with(mut set: Vec<(u8, u8)>, from: u8, to: u8) -> Vec<(u8, u8)> {
    set.push((from, to));
    set
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> IgnoreFile {
        IgnoreFile::read(None, &RepoPath::root(), text)
    }

    #[test]
    fn the_last_pattern_decides() {
        let ignore = file("# all\n*\n!libs/core\n**/__pycache__\n  \nlibs/core/*.md\n");
        for (path, excluded) in [
            ("x", true),
            ("libs/other/a.py", true),
            ("libs/core/a.py", false),
            ("libs/core/src/__pycache__/a.pyc", true),
            ("libs/core/README.md", true),
            ("libs/core/docs/README.md", false),
        ] {
            assert_eq!(ignore.excludes(path), excluded, "{path}");
        }
        assert!(!file("").excludes("a"));
    }

    #[test]
    fn patterns_are_those_of_docker() {
        for (pattern, path, excluded) in [
            (".venv", ".venv/bin/python", true),
            (".venv", "services/web/.venv", false),
            ("**/.venv", ".venv", true),
            ("**/.venv", "services/web/.venv/bin", true),
            ("/a/", "a/b", true),
            ("./a/../b", "b", true),
            ("*.md", "a/README.md", false),
            ("**/*.md", "README.md", true),
            ("a/**/c", "a/c", true),
            ("a/**/c", "a/b/b/c", true),
            ("a?c", "abc", true),
            ("[a-c]x", "bx", true),
            ("[^a-c]x", "bx", false),
            ("\\*", "*", true),
            ("[", "a", false),
        ] {
            assert_eq!(file(pattern).excludes(path), excluded, "`{pattern}` on {path}");
        }
    }

    #[test]
    fn a_folder_is_empty_unless_something_is_taken_back() {
        assert!(file("*\n!libs/core/src\n").excludes_all("libs/other"));
        assert!(!file("*\n!libs/core/src\n").excludes_all("libs/core"));
        assert!(!file("*\n!**/*.py\n").excludes_all("libs/core"));
        assert!(file("*\n!a/b.md\n**/*.md\n").excludes_all("a/b.md"));
        assert!(!file("docs\n").excludes_all("libs/core"));
    }
}
