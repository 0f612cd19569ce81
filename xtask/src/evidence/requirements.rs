//! Requirement files, as far as the rules ask: which packages, pinned or not, with hashes or not.

use crate::repo::{Located, PackageName, Source};

#[derive(Clone, Debug, Default)]
pub struct RequirementFile {
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
    pub hashes: Vec<String>,
}

impl RequirementFile {
    pub fn read(source: &Source) -> Self {
        let mut file = Self::default();
        let mut at = 0;
        for line in source.text().split_inclusive('\n') {
            let start = at;
            at += line.len();
            let text = line.split(" #").next().unwrap_or_default().trim_end();
            if text.trim_start().starts_with("--hash=") {
                if let Some(last) = file.entries.last_mut() {
                    last.has_hash = true;
                    last.hashes.extend(hashes(text));
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
                hashes: hashes(text).collect(),
            });
        }
        file
    }
}

fn hashes(text: &str) -> impl Iterator<Item = String> + '_ {
    let words = text.split([' ', '\\']);
    words.filter_map(|word| word.strip_prefix("--hash=").map(str::to_owned))
}
