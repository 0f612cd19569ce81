//! Texts that people read use the words of the field, and sentences that are understood at first reading.

#![expect(clippy::disallowed_methods, reason = "reads texts of this repository")]

use std::fs;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

/// Turns that read like a translation, and what to write.
const TURNS: &[(&str, &str)] = &[
    ("anew", "again"),
    ("any more", "no longer"),
    ("are not there", "do not exist, are missing"),
    ("are told", "say what happens"),
    ("astray", "dangling, orphaned"),
    ("cannot tell", "cannot determine"),
    ("draws", "generates"),
    ("flavour", "the development image, the production image"),
    ("flavours", "both images"),
    ("grave", "severity"),
    ("is drawn", "is generated"),
    ("is not there", "does not exist, is missing"),
    ("is told", "say what happens"),
    ("judge", "check"),
    ("judged", "checked"),
    ("judges", "checks"),
    ("judging", "checking"),
    ("keep out", "exclude"),
    ("keeps out", "excludes"),
    ("kept out", "excluded"),
    ("lets through", "does not exclude"),
    ("mend", "fix"),
    ("mends", "fixes"),
    ("nobody says", "is not set"),
    ("nothing tells", "no file shows"),
    ("otherwise than", "differently from"),
    ("remedy", "fix"),
    ("stand in", "is in"),
    ("stands beside", "is beside"),
    ("stands in", "is in"),
    ("stands on", "depends on, is based on"),
    ("there is not", "does not exist"),
    ("vouches", "is verified by"),
    ("whom", "name the person or the user"),
];

const LONGEST_SENTENCE: usize = 30;

#[test]
fn documents_use_the_words_of_the_field() {
    let found = documents().into_iter().flat_map(|file| {
        let text = fs::read_to_string(&file).unwrap();
        prose(&text)
            .into_iter()
            .flat_map(|(line, text)| lapses(&file, line, &text))
            .collect::<Vec<_>>()
    });
    let found: Vec<String> = found.collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn messages_use_the_words_of_the_field() {
    let found = sources("xtask", "rs")
        .into_iter()
        .chain(sources("libs", "py"))
        .chain(sources("services", "py"));
    let found = found.flat_map(|file| {
        let text = fs::read_to_string(&file).unwrap();
        let is_rust = file.extension().is_some_and(|extension| extension == "rs");
        literals(&text, if is_rust { "//" } else { "#" })
            .into_iter()
            .flat_map(|(line, text)| lapses(&file, line, &text))
            .collect::<Vec<_>>()
    });
    let found: Vec<String> = found.collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn sentences_of_readme_and_guides_are_short() {
    let mut files = vec![root().join("README.md")];
    files.extend(sources("docs/guides", "md"));
    let mut found = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        for (line, sentence) in sentences(&text) {
            let words = sentence
                .split_whitespace()
                .filter(|word| word.chars().any(char::is_alphanumeric))
                .count();
            if words > LONGEST_SENTENCE {
                found.push(format!("{}:{line}: {words} words: {sentence}", shown(&file)));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn a_lapse_is_found() {
    let lapse = |text: &str| lapses(Path::new("a.md"), 1, text).len();
    assert_eq!(lapse("`x` is no version"), 1);
    assert_eq!(lapse("It is no longer there, and this is no more."), 0);
    assert_eq!(lapse("The user to whom it belongs"), 1);
    assert_eq!(lapse("Mendel is not a mended engraver."), 0);
    assert_eq!(lapse("runs with another Python than the image"), 1);
    assert_eq!(lapse("has other build contents than development"), 1);
    assert_eq!(
        lapse("groups other than `main`; busy with other work for longer than a minute"),
        0
    );
    assert_eq!(lapse("adds another, smaller than the first; each other image"), 0);
    assert_eq!(lapse("`{file}` is not there, and nothing tells why"), 2);
    assert_eq!(
        literals("// \"anew\"\nlet a = \"lock it again\";", "//"),
        [(2, "lock it again".to_owned())]
    );
    let long = format!("{}end. Short.", "word ".repeat(40));
    assert_eq!(
        sentences(&long).iter().map(|(_, text)| text.len()).collect::<Vec<_>>(),
        [204, 6]
    );
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn shown(file: &Path) -> String {
    file.strip_prefix(root()).unwrap_or(file).display().to_string()
}

fn documents() -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = [
        "README.md",
        "CONTRIBUTING.md",
        "SECURITY.md",
        "CODE_OF_CONDUCT.md",
        "frontend/README.md",
    ]
    .map(|name| root().join(name))
    .into();
    for folder in ["docs", "libs", "services", "infrastructure"] {
        files.extend(sources(folder, "md"));
    }
    files.push(root().join("xtask/twinfile/README.md"));
    files.push(root().join("ARCHITECTURE.md"));
    files
}

/// Files below a folder that are neither tests nor what tests read.
fn sources(folder: &str, extension: &str) -> Vec<PathBuf> {
    let skipped = [
        "tests",
        "target",
        "node_modules",
        ".venv",
        "testing",
        "snapshots",
        "benches",
    ];
    let entries = WalkDir::new(root().join(folder))
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|entry| {
            let name = entry.file_name().to_string_lossy();
            !skipped.contains(&name.as_ref())
        });
    entries
        .map(|entry| entry.unwrap().into_path())
        .filter(|path| path.extension().is_some_and(|found| found == extension) && !path.ends_with("tests.rs"))
        .filter(|path| path.file_name().is_some_and(|name| name != "CHANGELOG.md"))
        .collect()
}

/// The lines outside of code blocks.
fn prose(text: &str) -> Vec<(usize, String)> {
    let mut is_code = false;
    let lines = text.lines().enumerate().filter(|(_, line)| {
        if line.starts_with("```") {
            is_code = !is_code;
            return false;
        }
        !is_code
    });
    lines.map(|(index, line)| (index + 1, line.to_owned())).collect()
}

/// Texts with a blank between double quotes, outside of comments that fill a line.
fn literals(text: &str, comment: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (index, line) in text.lines().enumerate() {
        if line.trim_start().starts_with(comment) {
            continue;
        }
        let mut parts = line.split('"').enumerate();
        found.extend(
            parts
                .by_ref()
                .filter(|(number, part)| number % 2 == 1 && part.trim().contains(' '))
                .map(|(_, part)| (index + 1, part.to_owned())),
        );
    }
    found
}

fn lapses(file: &Path, line: usize, text: &str) -> Vec<String> {
    let lower = without_placeholders(&text.to_lowercase());
    let mut found: Vec<String> = TURNS
        .iter()
        .filter(|(turn, _)| has_word(&lower, turn))
        .map(|(turn, instead)| format!("{}:{line}: `{turn}` (write: {instead}): {text}", shown(file)))
        .collect();
    for is in [" is no ", " are no "] {
        let next = lower
            .split(is)
            .skip(1)
            .filter_map(|rest| rest.split_whitespace().next());
        if next.into_iter().any(|next| {
            !["longer", "more", "less", "later"].contains(&next.trim_matches(|c: char| !c.is_alphanumeric()))
        }) {
            found.push(format!(
                "{}:{line}: `{}…` (write: is not a …): {text}",
                shown(file),
                is.trim()
            ));
        }
    }
    if has_unlike(&lower) {
        found.push(format!(
            "{}:{line}: `another … than` (write: a different … than): {text}",
            shown(file)
        ));
    }
    found
}

/// Whether "another" or "other" stands for "different": one or two words before "than", in one part of the sentence.
fn has_unlike(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.iter().enumerate().any(|(at, word)| {
        let after = words.iter().skip(at + 1).take(3);
        let part = after.take_while(|word| !word.ends_with([',', ';', ':', '.']));
        ["another", "other"].contains(word) && part.into_iter().skip(1).any(|word| *word == "than")
    })
}

/// `{name}` is code.
fn without_placeholders(text: &str) -> String {
    let mut parts = text.split('{');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |whole, part| {
        whole + part.split_once('}').map_or(part, |(_, rest)| rest)
    })
}

fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let is_part =
            |found: Option<char>| found.is_some_and(|found| found.is_alphanumeric() || found == '_' || found == '-');
        !is_part(text[..at].chars().next_back()) && !is_part(text[at + word.len()..].chars().next())
    })
}

/// The sentences of paragraphs and of items of lists; tables and headings are none.
fn sentences(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut paragraph = (1, String::new());
    let mut end = |paragraph: &mut (usize, String)| {
        let (line, text) = std::mem::take(paragraph);
        let mut rest = text.as_str();
        while let Some(at) = [". ", ": ", "? ", "! "].iter().filter_map(|mark| rest.find(mark)).min() {
            found.push((line, rest[..=at].trim().to_owned()));
            rest = &rest[at + 2..];
        }
        if !rest.trim().is_empty() {
            found.push((line, rest.trim().to_owned()));
        }
    };
    for (line, text) in prose(text) {
        let text = text.trim();
        let is_item = text.starts_with("- ") || text.starts_with("1. ");
        if text.is_empty() || text.starts_with(['|', '#', '<']) || is_item {
            end(&mut paragraph);
            paragraph.0 = line;
            if !is_item {
                continue;
            }
        }
        if paragraph.1.is_empty() {
            paragraph.0 = line;
        }
        paragraph.1.push_str(text);
        paragraph.1.push(' ');
    }
    end(&mut paragraph);
    found
}
