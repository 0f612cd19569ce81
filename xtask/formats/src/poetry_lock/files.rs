//! The lists of archives, lifted out before the TOML is parsed.
//!
//! They are nine tenths of a lock, and Poetry writes each entry as one line of one form. Reading these lines directly and
//! leaving blanks in their place spares the parser most of its work, and keeps every offset. A list with any other line
//! in it stays where it is; so does everything in a file with strings of several lines, which could hold such a line.

use std::collections::HashMap;

use super::LockedFile;

/// A lock with blanks for its lists, and these.
pub struct Lifted {
    /// The text of the lock with blanks where the lists were, so that every offset is kept.
    pub rest: String,
    /// The lists that were taken out.
    pub lists: Lists,
}

/// Lists by the offset of their opening bracket.
pub type Lists = HashMap<usize, Vec<LockedFile>>;

/// Takes the lists of archives out of a `poetry.lock`; the file stays whole where its form is unknown.
pub fn lift(text: &str) -> Lifted {
    lift_with(text, entry)
}

/// The same for another lock, by what reads a line of its lists.
pub(crate) fn lift_with(text: &str, entry: fn(&str) -> Option<LockedFile>) -> Lifted {
    let mut lists = Lists::new();
    let mut rest = String::with_capacity(text.len());
    let mut open: Option<Open> = None;
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        offset += line.len();
        let file = open.as_ref().and_then(|_| entry(line));
        if file.is_none() && has_long_quotes(line) {
            return Lifted {
                rest: text.to_owned(),
                lists: Lists::new(),
            };
        }
        let Some(mut list) = open.take() else {
            rest.push_str(line);
            open = line.ends_with("= [\n").then(|| Open {
                bracket: offset - "[\n".len(),
                entries: offset,
                files: Vec::new(),
            });
            continue;
        };
        if let Some(file) = file {
            list.files.push(file);
            open = Some(list);
        } else if line.starts_with(']') {
            rest.push_str(&" ".repeat(offset - line.len() - list.entries));
            rest.push_str(line);
            lists.insert(list.bracket, list.files);
        } else {
            rest.push_str(text.get(list.entries..offset).unwrap_or_default());
        }
    }
    if let Some(list) = open {
        rest.push_str(text.get(list.entries..).unwrap_or_default());
    }
    Lifted { rest, lists }
}

/// A list whose end has not been seen.
struct Open {
    bracket: usize,
    entries: usize,
    files: Vec<LockedFile>,
}

/// `    {file = "…", hash = "…"},`, with no escape in either text.
fn entry(line: &str) -> Option<LockedFile> {
    let texts = line.strip_prefix("    {file = \"")?.strip_suffix("\"},\n")?;
    let (name, rest) = texts.split_once('"')?;
    let hash = rest.strip_prefix(", hash = \"")?;
    (!hash.contains('"') && !texts.contains('\\')).then(|| LockedFile {
        name: name.to_owned(),
        hash: hash.to_owned(),
        address: None,
    })
}

fn has_long_quotes(line: &str) -> bool {
    line.contains("\"\"\"") || line.contains('\'') && line.contains("'''")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_lists_of_one_form_are_lifted() {
        let text = "a = 1\nfiles = [\n    {file = \"a\", hash = \"b\"},\n]\nother = [\n    {file = \"a\", hash = \"b\"},\n    1,\n]\n";
        let lifted = lift(text);
        let offsets: Vec<_> = lifted.lists.keys().copied().collect();
        assert_eq!(offsets, [text.find('[').unwrap()]);
        assert_eq!(lifted.rest.len(), text.len());
        assert_eq!(lifted.rest.matches("{file").count(), 1);
        for kept in [
            "files = [\n    {file = \"a\\\"\", hash = \"b\"},\n]\n",
            "files = [\n    {file = \"a\", hash = \"b\"},\n",
            "x = \"\"\"\nfiles = [\n    {file = \"a\", hash = \"b\"},\n]\n\"\"\"\n",
        ] {
            assert_eq!(lift(kept).rest, kept);
        }
    }
}
