//! The words of a Python source, as far as paths are written with them.

use std::ops::Range;

/// One word, with where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token<'a> {
    pub kind: Kind<'a>,
    pub span: Range<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind<'a> {
    Name(&'a str),
    /// A string of which each character stands for itself.
    Text(&'a str),
    /// A string that is computed, or has escapes.
    Computed,
    Number(&'a str),
    Sign(u8),
    /// The end of a statement, and whether the next one is at the top level.
    End {
        is_top: bool,
    },
}

/// In the order of the text. Comments have none; an open string ends with the line.
pub(crate) fn tokens(text: &str) -> Vec<Token<'_>> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let (mut at, mut depth) = (0, 0_usize);
    while at < bytes.len() {
        let start = at;
        let kind = match bytes[at] {
            b'#' => {
                at += text[at..].find('\n').unwrap_or(text.len() - at);
                continue;
            }
            b'\n' if depth == 0 => {
                at += 1;
                let next = bytes.get(at).copied().unwrap_or(b'\n');
                Kind::End {
                    is_top: !next.is_ascii_whitespace(),
                }
            }
            b'\\' | b' ' | b'\t' | b'\r' | b'\n' | 0x0c => {
                at += 1;
                continue;
            }
            b'"' | b'\'' => {
                let (end, inner) = string(text, at);
                at = end;
                let value = &text[inner];
                if value.contains('\\') {
                    Kind::Computed
                } else {
                    Kind::Text(value)
                }
            }
            b'0'..=b'9' => {
                at += run(bytes, at, |byte| {
                    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.')
                });
                Kind::Number(&text[start..at])
            }
            byte if is_word(byte) => {
                at += run(bytes, at, is_word);
                let word = &text[start..at];
                if word.len() <= 2 && matches!(bytes.get(at), Some(b'"' | b'\'')) {
                    let (end, inner) = string(text, at);
                    at = end;
                    match word {
                        "r" | "R" | "u" | "U" => Kind::Text(&text[inner]),
                        _ => Kind::Computed,
                    }
                } else {
                    Kind::Name(word)
                }
            }
            byte => {
                at += 1;
                match byte {
                    b'(' | b'[' | b'{' => depth += 1,
                    b')' | b']' | b'}' => depth = depth.saturating_sub(1),
                    _ => {}
                }
                Kind::Sign(byte)
            }
        };
        found.push(Token { kind, span: start..at });
    }
    found
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

fn run(bytes: &[u8], at: usize, is_in: impl Fn(u8) -> bool) -> usize {
    bytes[at..].iter().take_while(|byte| is_in(**byte)).count()
}

/// Where a string ends that opens here, and what is in it.
fn string(text: &str, at: usize) -> (usize, Range<usize>) {
    let bytes = text.as_bytes();
    let quote = bytes[at];
    let is_long = bytes.get(at + 1) == Some(&quote) && bytes.get(at + 2) == Some(&quote);
    let width = if is_long { 3 } else { 1 };
    let start = at + width;
    let mut end = start;
    while end < bytes.len() {
        let closes = bytes[end] == quote && (!is_long || bytes[end..].starts_with(&[quote; 3]));
        if closes {
            return (end + width, start..end);
        }
        match bytes[end] {
            b'\n' if !is_long => return (end, start..end),
            b'\\' => end += 2,
            _ => end += 1,
        }
    }
    let end = text.len();
    (end, start.min(end)..end)
}
