//! `CHANGELOG.md` in the form of Keep a Changelog 1.1: a section a release, newest first, changes by kind.

use std::{collections::BTreeMap, fmt};

/// The kinds of changes, in the order in which they are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// `Added`.
    Added,
    /// `Changed`.
    Changed,
    /// `Deprecated`.
    Deprecated,
    /// `Removed`.
    Removed,
    /// `Fixed`.
    Fixed,
    /// `Security`.
    Security,
}

const INTRODUCTION: &str = "\
# Changelog

This file follows Keep a Changelog 1.1, and versions follow PEP 440. `cargo xtask bump` adds a section for each release.
";
const UNRELEASED: &str = "## [Unreleased]";

/// The changelog with a section for a release. What stood under `[Unreleased]` moves into it, before what the commits say.
pub fn release(before: Option<&str>, version: &str, date: &str, subjects: &[String]) -> String {
    let before = before.unwrap_or(INTRODUCTION);
    let (head, unreleased, older) = parts(before);
    let mut section = Section::read(unreleased);
    for subject in subjects {
        section.add(Change::of(subject), &format!("- {}", plain(subject)));
    }
    let mut text = format!("{}\n\n", head.trim_end());
    if before.lines().any(|line| line.trim_end() == UNRELEASED) {
        text.push_str(&format!("{UNRELEASED}\n\n"));
    }
    text.push_str(&format!("## [{version}] - {date}\n\n{section}"));
    if !older.is_empty() {
        text.push_str(&format!("\n{}\n", older.trim_end()));
    }
    text
}

/// What precedes the sections, what stands under `[Unreleased]`, and the sections of older releases.
fn parts(text: &str) -> (&str, &str, &str) {
    let starts: Vec<usize> = headings(text);
    let Some(&first) = starts.first() else {
        return (text, "", "");
    };
    let (head, rest) = text.split_at(first);
    if !rest.starts_with(UNRELEASED) {
        return (head, "", rest);
    }
    let next = starts.get(1).copied().unwrap_or(text.len());
    let own = &text[first..next];
    let body = own.split_once('\n').map_or("", |(_, body)| body);
    (head, body, &text[next..])
}

/// Where the headings of the second level start.
fn headings(text: &str) -> Vec<usize> {
    let mut at = 0;
    let mut found = Vec::new();
    for line in text.split_inclusive('\n') {
        if line.starts_with("## ") {
            found.push(at);
        }
        at += line.len();
    }
    found
}

/// The text of one release: what precedes its first kind, then each kind.
#[derive(Default)]
struct Section {
    prose: String,
    kinds: BTreeMap<Change, Vec<String>>,
}

impl Section {
    /// Reads what a person wrote. Kinds that Keep a Changelog does not know stay where they are, in the prose.
    fn read(text: &str) -> Self {
        let mut section = Self::default();
        let mut kind = None;
        for line in text.lines() {
            if let Some(heading) = line.strip_prefix("### ") {
                kind = Change::named(heading.trim());
                if kind.is_some() {
                    continue;
                }
            }
            match kind {
                Some(kind) if !line.trim().is_empty() => section.add(kind, line.trim_end()),
                Some(_) => {}
                None => section.prose.push_str(&format!("{}\n", line.trim_end())),
            }
        }
        section
    }

    /// A line stands once.
    fn add(&mut self, kind: Change, line: &str) {
        let lines = self.kinds.entry(kind).or_default();
        if !lines.iter().any(|known| known == line) {
            lines.push(line.to_owned());
        }
    }
}

impl fmt::Display for Section {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut blocks = Vec::new();
        let prose = self.prose.trim();
        if !prose.is_empty() {
            blocks.push(format!("{prose}\n"));
        }
        for (kind, lines) in &self.kinds {
            blocks.push(format!("### {}\n\n{}\n", kind.title(), lines.join("\n")));
        }
        if blocks.is_empty() {
            blocks.push(String::from("No changes.\n"));
        }
        f.write_str(&blocks.join("\n"))
    }
}

impl Change {
    const ALL: [Self; 6] = [
        Self::Added,
        Self::Changed,
        Self::Deprecated,
        Self::Removed,
        Self::Fixed,
        Self::Security,
    ];

    fn title(self) -> &'static str {
        match self {
            Self::Added => "Added",
            Self::Changed => "Changed",
            Self::Deprecated => "Deprecated",
            Self::Removed => "Removed",
            Self::Fixed => "Fixed",
            Self::Security => "Security",
        }
    }

    fn named(title: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.title() == title)
    }

    /// What a commit's subject says first: `Add the …`, or `feat: …` (Conventional Commits).
    fn of(subject: &str) -> Self {
        let word = subject
            .split(|c: char| !c.is_ascii_alphabetic())
            .next()
            .unwrap_or_default();
        match word.to_ascii_lowercase().as_str() {
            "add" | "adds" | "added" | "introduce" | "start" | "feat" => Self::Added,
            "deprecate" | "deprecates" | "deprecated" => Self::Deprecated,
            "remove" | "removes" | "removed" | "drop" => Self::Removed,
            "fix" | "fixes" | "fixed" | "correct" | "repair" => Self::Fixed,
            "secure" | "security" => Self::Security,
            _ => Self::Changed,
        }
    }
}

/// A subject on one line, without what would end the list or become a tag.
fn plain(subject: &str) -> String {
    let words: Vec<&str> = subject.split_whitespace().collect();
    words.join(" ").replace('<', "\\<")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subjects(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| String::from(*text)).collect()
    }

    #[test]
    fn a_new_changelog_has_one_section() {
        let text = release(
            None,
            "0.2.0",
            "2026-01-02",
            &subjects(&["Test <b>", "Add a", "fix: c", "Add a"]),
        );
        let section = "\n## [0.2.0] - 2026-01-02\n\n### Added\n\n- Add a\n\n### Changed\n\n- Test \\<b>\n\n### Fixed\n\n- fix: c\n";
        assert_eq!(text, format!("{INTRODUCTION}{section}"));
    }

    #[test]
    fn what_a_person_wrote_moves_into_the_release() {
        let before = "# Log\n\n## [Unreleased]\n\nMind the gap.\n\n### Fixed\n\n- By hand\n  on two lines\n\n## [0.1.0] - 2025-12-31\n\nFirst.\n";
        let text = release(Some(before), "0.2.0", "2026-01-02", &subjects(&["Fix more", "Drop it"]));
        insta::assert_snapshot!(text, @r"
        # Log

        ## [Unreleased]

        ## [0.2.0] - 2026-01-02

        Mind the gap.

        ### Removed

        - Drop it

        ### Fixed

        - By hand
          on two lines
        - Fix more

        ## [0.1.0] - 2025-12-31

        First.
        ");
        let again = release(Some(&text), "0.3.0", "2026-01-03", &[]);
        assert!(
            again.contains("## [Unreleased]\n\n## [0.3.0] - 2026-01-03\n\nNo changes.\n\n## [0.2.0]"),
            "{again}"
        );
    }
}
