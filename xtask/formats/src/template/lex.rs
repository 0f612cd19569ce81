//! Texts and actions, and the words of an action.

use std::ops::Range;

/// What a template is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    Text(Range<usize>),
    /// Between the braces, and with them.
    Action {
        inside: Range<usize>,
        whole: Range<usize>,
    },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Word {
    /// A string, unquoted.
    Text(String),
    Number(String),
    /// A function or keyword.
    Name(String),
    /// `$`, or `$name`.
    Variable(String),
    /// `.name`, right behind what it is a member of, or by itself.
    Field {
        name: String,
        is_member: bool,
    },
    Dot,
    Open,
    Close,
    Pipe,
    Comma,
    /// `:=`, or `=`.
    Define,
    Assign,
}

/// Splits at the actions; dashes inside their braces have taken the spaces around them. `Err` is where one does not end.
pub fn parts(text: &str) -> Result<Vec<Part>, usize> {
    let mut parts = Vec::new();
    let mut at = 0;
    let mut trims = false;
    while let Some(open) = text[at..].find("{{").map(|open| at + open) {
        let close = end_of_action(text, open + 2).ok_or(open)?;
        let trims_before = text[open + 2..close].starts_with("- ") || text[open + 2..close].starts_with("-\n");
        push_text(&mut parts, text, at..open, trims, trims_before);
        let inside = &text[open + 2..close];
        trims = inside.ends_with(" -") || inside.ends_with("\n-") || inside.ends_with("*/-");
        let start = open + 2 + usize::from(trims_before);
        let end = close - usize::from(trims);
        parts.push(Part::Action {
            inside: start..end.max(start),
            whole: open..close + 2,
        });
        at = close + 2;
    }
    push_text(&mut parts, text, at..text.len(), trims, false);
    Ok(parts)
}

fn push_text(parts: &mut Vec<Part>, text: &str, range: Range<usize>, trims_start: bool, trims_end: bool) {
    let mut range = range;
    if trims_start {
        range.start = range.end - text[range.clone()].trim_start().len();
    }
    if trims_end {
        range.end = range.start + text[range.clone()].trim_end().len();
    }
    if !range.is_empty() {
        parts.push(Part::Text(range));
    }
}

/// Where the closing braces are; those in strings and comments do not count.
fn end_of_action(text: &str, from: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = from;
    let body = text[from..].trim_start_matches(['-', ' ', '\n', '\t']);
    if body.starts_with("/*") {
        let end = text[from..].find("*/")? + from + 2;
        return text[end..].find("}}").map(|close| end + close);
    }
    while at < bytes.len() {
        match bytes[at] {
            b'}' if bytes.get(at + 1) == Some(&b'}') => return Some(at),
            b'"' => {
                at += 1;
                while *bytes.get(at)? != b'"' {
                    at += 1 + usize::from(bytes[at] == b'\\');
                }
            }
            b'`' => at += 1 + text[at + 1..].find('`')?,
            _ => {}
        }
        at += 1;
    }
    None
}

/// The words of an action. `Err` is where something stands that is none.
pub fn words(text: &str) -> Result<Vec<Word>, usize> {
    let mut words = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        let is_member = at > 0 && text[..at].ends_with(|c: char| c.is_alphanumeric() || "_)$".contains(c));
        let name = |from: usize| {
            let end = rest[from..].find(|c: char| !c.is_alphanumeric() && c != '_');
            end.map_or(rest.len(), |end| from + end)
        };
        let (word, len) = match c {
            c if c.is_whitespace() => {
                at += c.len_utf8();
                continue;
            }
            '(' => (Word::Open, 1),
            ')' => (Word::Close, 1),
            '|' => (Word::Pipe, 1),
            ',' => (Word::Comma, 1),
            ':' if rest.starts_with(":=") => (Word::Define, 2),
            '=' => (Word::Assign, 1),
            '"' => {
                let end = end_of_string(rest).ok_or(at)?;
                (Word::Text(unescaped(&rest[1..end])), end + 1)
            }
            '`' => {
                let end = rest[1..].find('`').ok_or(at)? + 1;
                (Word::Text(rest[1..end].to_owned()), end + 1)
            }
            '$' => (Word::Variable(rest[1..name(1)].to_owned()), name(1)),
            '.' if name(1) > 1 => {
                let name = rest[1..name(1)].to_owned();
                let len = 1 + name.len();
                (Word::Field { name, is_member }, len)
            }
            '.' => (Word::Dot, 1),
            c if c.is_ascii_digit() || c == '-' || c == '+' => {
                let end = rest[1..].find(|c: char| !c.is_ascii_alphanumeric() && c != '.' && c != '_');
                let end = end.map_or(rest.len(), |end| end + 1);
                (Word::Number(rest[..end].to_owned()), end)
            }
            c if c.is_alphabetic() || c == '_' => (Word::Name(rest[..name(0)].to_owned()), name(0)),
            _ => return Err(at),
        };
        words.push(word);
        at += len;
    }
    Ok(words)
}

fn end_of_string(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = 1;
    while *bytes.get(at)? != b'"' {
        at += 1 + usize::from(bytes[at] == b'\\');
    }
    Some(at)
}

fn unescaped(text: &str) -> String {
    let mut out = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n') => out.push('\n'),
                Some('t') => out.push('\t'),
                Some(other) => out.push(other),
                None => {}
            },
            c => out.push(c),
        }
    }
    out
}
