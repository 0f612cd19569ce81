//! Requirement files, as far as the rules ask: which packages, pinned or not, with hashes or not.

use std::ops::Range;

use crate::repo::{Located, PackageName, Source};

#[derive(Clone, Debug, Default)]
pub struct RequirementFile {
    source: Option<Source>,
    /// It is one of the files that the tool writes.
    pub is_drawn: bool,
    pub entries: Vec<Entry>,
}

#[derive(Clone, Debug)]
pub struct Entry {
    pub name: Located<PackageName>,
    /// Behind `==`.
    pub version: Option<String>,
    /// `==`, or an address.
    pub is_pinned: bool,
    pub has_hash: bool,
    /// Up to the next entry, hashes and all.
    span: Range<usize>,
}

impl RequirementFile {
    pub fn read(source: &Source) -> Self {
        let mut file = Self {
            source: Some(source.clone()),
            is_drawn: false,
            entries: Vec::new(),
        };
        let mut at = 0;
        for line in source.text().split_inclusive('\n') {
            let start = at;
            at += line.len();
            let text = line.split(" #").next().unwrap_or_default().trim_end();
            if text.trim_start().starts_with("--hash=") {
                if let Some(last) = file.entries.last_mut() {
                    last.has_hash = true;
                    last.span.end = at;
                }
                continue;
            }
            let end = text.find(|c: char| !c.is_ascii_alphanumeric() && !"-_.".contains(c));
            let Some(name) = PackageName::parse(&text[..end.unwrap_or(text.len())]) else {
                continue;
            };
            let place = source.place(start..start + text.trim_end_matches('\\').trim_end().len());
            file.entries.push(Entry {
                name: Located { value: name, place },
                version: text.split_once("==").map(|(_, rest)| {
                    let end = rest.find([' ', ';', '\\', ',']).unwrap_or(rest.len());
                    rest[..end].trim_start_matches('=').to_owned()
                }),
                is_pinned: text.contains("==") || text.contains(" @ "),
                has_hash: text.contains("--hash="),
                span: start..at,
            });
        }
        file
    }

    /// The digests that are allowed for an entry. There are many, and few are ever asked for.
    pub fn hashes<'a>(&'a self, entry: &Entry) -> impl Iterator<Item = &'a str> {
        let text = self
            .source
            .as_ref()
            .and_then(|source| source.text().get(entry.span.clone()));
        let words = text.unwrap_or_default().split([' ', '\\', '\n', '\r']);
        words.filter_map(|word| word.strip_prefix("--hash="))
    }
}
