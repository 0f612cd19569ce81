use std::ops::Range;

/// A line `key = "value"`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line<'a> {
    pub key: Key,
    pub value: &'a str,
    /// Of the value, without its quotes.
    pub span: Range<usize>,
}

/// A key that the outline of a lock looks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// `name` of a package.
    Name,
    /// `version` of a package.
    Version,
    /// `content-hash` of the metadata.
    ContentHash,
}

/// The lines that say which versions a lock has, and of which manifest it is. These keys stand at the start of a line.
pub fn outline(text: &str) -> Vec<Line<'_>> {
    let mut at = 0;
    let lines = text.split_inclusive('\n').map(move |line| {
        let start = at;
        at += line.len();
        (start, line)
    });
    let said = lines.filter_map(|(start, line)| {
        let (key, value) = match line.as_bytes().first()? {
            b'n' => (Key::Name, line.strip_prefix("name = \"")?),
            b'v' => (Key::Version, line.strip_prefix("version = \"")?),
            b'c' => (Key::ContentHash, line.strip_prefix("content-hash = \"")?),
            _ => return None,
        };
        let from = start + line.len() - value.len();
        let value = value.trim_end().trim_end_matches('"');
        Some(Line {
            key,
            value,
            span: from..from + value.len(),
        })
    });
    said.collect()
}
