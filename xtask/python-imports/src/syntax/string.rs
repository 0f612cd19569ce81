//! Strings and numbers, whose ends have rules of their own.

use std::ops::Range;

use super::{Halt, Needs, Step, newest};

/// A string.
pub(super) struct Read {
    pub end: usize,
    pub is_bytes: bool,
    pub is_template: bool,
    /// The text between its braces.
    pub fields: Vec<Range<usize>>,
    pub needs: Option<Needs>,
}

/// Strings in braces of strings. Python allows more.
const DEEPEST: usize = 20;

/// Whether letters in front of a quote belong to the string.
pub(super) fn is_prefix(word: &str) -> bool {
    let word = word.to_ascii_lowercase();
    matches!(
        word.as_str(),
        "r" | "b" | "u" | "f" | "t" | "rb" | "br" | "rf" | "fr" | "rt" | "tr"
    )
}

/// Reads a string that starts here, with its prefix.
pub(super) fn read(text: &str, start: usize) -> Step<Read> {
    nested(text, start, 0)
}

fn nested(text: &str, start: usize, depth: usize) -> Step<Read> {
    let bytes = text.as_bytes();
    if depth > DEEPEST {
        return Err(Halt::Unknown);
    }
    let prefix = bytes[start..]
        .iter()
        .take_while(|byte| byte.is_ascii_alphabetic())
        .count();
    let has = |letter: u8| {
        bytes[start..start + prefix]
            .iter()
            .any(|byte| byte.to_ascii_lowercase() == letter)
    };
    let at = start + prefix;
    let Some(&quote) = bytes.get(at) else {
        return Err(Halt::Unknown);
    };
    let is_long = bytes[at..].starts_with(&[quote; 3]);
    let width = if is_long { 3 } else { 1 };
    let mut reader = Reader {
        text,
        bytes,
        at: at + width,
        start,
        quote,
        is_long,
        is_raw: has(b'r'),
        is_bytes: has(b'b'),
        is_formatted: has(b'f') || has(b't'),
        depth,
        fields: Vec::new(),
        needs: None,
    };
    if has(b't') {
        reader.need(at, 14, "a template string");
    }
    reader.literal(false)?;
    Ok(Read {
        end: reader.at + width,
        is_bytes: reader.is_bytes,
        is_template: has(b't'),
        fields: reader.fields,
        needs: reader.needs,
    })
}

struct Reader<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    start: usize,
    quote: u8,
    is_long: bool,
    is_raw: bool,
    is_bytes: bool,
    is_formatted: bool,
    depth: usize,
    fields: Vec<Range<usize>>,
    needs: Option<Needs>,
}

impl Reader<'_> {
    fn need(&mut self, at: usize, minor: u64, what: &'static str) {
        let span = at..at + 1;
        self.needs = newest(self.needs.take(), Some(Needs { span, what, minor }));
    }

    fn closes(&self) -> bool {
        let width = if self.is_long { 3 } else { 1 };
        let rest = &self.bytes[self.at..];
        rest.len() >= width && rest[..width].iter().all(|byte| *byte == self.quote)
    }

    fn open(&self) -> Halt {
        let end = self.start + 1;
        Halt::new(self.start..end, "a string is never closed")
    }

    /// Up to the quotes at the end, or, in the format behind a colon, up to the brace.
    fn literal(&mut self, is_format: bool) -> Step {
        while let Some(&byte) = self.bytes.get(self.at) {
            if self.closes() {
                return Ok(());
            }
            match byte {
                b'\n' if !self.is_long => return Err(self.open()),
                b'}' if is_format => return Ok(()),
                b'{' if self.is_formatted && self.bytes.get(self.at + 1) == Some(&b'{') && !is_format => self.at += 2,
                b'{' if self.is_formatted => self.field()?,
                b'}' if self.is_formatted && self.bytes.get(self.at + 1) == Some(&b'}') => self.at += 2,
                b'}' if self.is_formatted => {
                    let here = self.at..self.at + 1;
                    return Err(Halt::new(here, "a single `}` in a formatted string"));
                }
                b'\\' => self.escape()?,
                0x80.. if self.is_bytes => {
                    let here = self.at..self.at;
                    return Err(Halt::new(here, "a byte string has a character that is not ASCII"));
                }
                _ => self.at += 1,
            }
        }
        Err(self.open())
    }

    fn escape(&mut self) -> Step {
        let rest = &self.bytes[self.at + 1..];
        let hexadecimal = |count: usize| rest.len() > count && rest[1..=count].iter().all(u8::is_ascii_hexdigit);
        let is_whole = match rest.first() {
            _ if self.is_raw => true,
            Some(b'x') => hexadecimal(2),
            Some(b'u') if !self.is_bytes => hexadecimal(4),
            Some(b'U') if !self.is_bytes => hexadecimal(8),
            Some(b'N') if !self.is_bytes => rest.get(1) == Some(&b'{'),
            _ => true,
        };
        if !is_whole {
            let here = self.at..self.at + 2;
            return Err(Halt::new(
                here,
                "an escape lacks digits: write the backslash twice, or `r` in front of the string",
            ));
        }
        // The name of a character is in braces of its own.
        if self.is_formatted && !self.is_raw && rest.first() == Some(&b'N') {
            let end = rest.iter().position(|byte| *byte == b'}').ok_or(Halt::Unknown)?;
            self.at += end + 2;
            return Ok(());
        }
        // A brace behind a backslash is a brace.
        let skips = match rest.first() {
            Some(b'{' | b'}') if self.is_formatted => 1,
            _ => 2,
        };
        self.at += skips;
        Ok(())
    }

    /// An expression in braces, as Python reads it from 3.12 on.
    fn field(&mut self) -> Step {
        let open = self.at;
        self.at += 1;
        let start = self.at;
        let mut brackets = 0_usize;
        while let Some(&byte) = self.bytes.get(self.at) {
            match byte {
                b'"' | b'\'' => self.inner()?,
                byte if byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80 => self.word()?,
                b'(' | b'[' | b'{' => {
                    brackets += 1;
                    self.at += 1;
                }
                b')' | b']' | b'}' if brackets > 0 => {
                    brackets -= 1;
                    self.at += 1;
                }
                b'!' if brackets == 0 && self.bytes.get(self.at + 1) != Some(&b'=') => {
                    self.fields.push(start..self.at);
                    self.at += 1;
                    let letters = self.bytes[self.at..].iter();
                    self.at += letters
                        .take_while(|byte| byte.is_ascii_alphabetic() || **byte == b' ')
                        .count();
                    return self.behind(open);
                }
                b':' | b'}' if brackets == 0 => {
                    self.fields.push(start..self.at);
                    return self.behind(open);
                }
                b'\n' if !self.is_long => {
                    self.need(self.at, 12, "a line break in the braces of a formatted string");
                    self.at += 1;
                }
                b'\\' => {
                    self.need(self.at, 12, "a backslash in the braces of a formatted string");
                    self.at += 1;
                }
                b'#' => {
                    self.need(self.at, 12, "a comment in the braces of a formatted string");
                    let rest = self.bytes[self.at..].iter();
                    self.at += rest.take_while(|byte| **byte != b'\n').count();
                }
                _ => self.at += 1,
            }
        }
        Err(self.open())
    }

    /// What stands behind the expression: a format, and the brace.
    fn behind(&mut self, open: usize) -> Step {
        if self.bytes.get(self.at) == Some(&b':') {
            self.at += 1;
            self.depth += 1;
            if self.depth > DEEPEST {
                return Err(Halt::Unknown);
            }
            self.literal(true)?;
            self.depth -= 1;
        }
        if self.bytes.get(self.at) != Some(&b'}') {
            return Err(Halt::new(
                open..open + 1,
                "a brace in a formatted string is never closed",
            ));
        }
        self.at += 1;
        Ok(())
    }

    fn word(&mut self) -> Step {
        let rest = &self.bytes[self.at..];
        let is_in = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'_' || **byte >= 0x80;
        let width = rest.iter().take_while(is_in).count();
        let word = self.text.get(self.at..self.at + width).ok_or(Halt::Unknown)?;
        if is_prefix(word) && matches!(rest.get(width), Some(b'"' | b'\'')) {
            return self.inner();
        }
        self.at += width;
        Ok(())
    }

    /// A string in the braces. Before 3.12 it had to have other quotes.
    fn inner(&mut self) -> Step {
        let start = self.at;
        let inner = nested(self.text, start, self.depth + 1)?;
        let written = &self.bytes[start..inner.end];
        let quotes: &[u8] = if self.is_long {
            &[self.quote; 3]
        } else {
            std::slice::from_ref(&self.quote)
        };
        if written.windows(quotes.len()).any(|window| window == quotes) {
            self.need(start, 12, "the same quotes in the braces of a formatted string");
        }
        if written.contains(&b'\\') {
            self.need(start, 12, "a backslash in the braces of a formatted string");
        }
        self.needs = newest(self.needs.take(), inner.needs);
        self.at = inner.end;
        Ok(())
    }
}

/// How many bytes a number takes.
pub(super) fn number(rest: &[u8]) -> usize {
    let run = |from: usize, is_in: fn(u8) -> bool| {
        let follows = rest.get(from..).unwrap_or_default();
        from + follows
            .iter()
            .take_while(|byte| is_in(**byte) || **byte == b'_')
            .count()
    };
    let at = |at: usize| rest.get(at).map_or(0, u8::to_ascii_lowercase);
    if at(0) == b'0' {
        match at(1) {
            b'x' => return run(2, |byte| byte.is_ascii_hexdigit()),
            b'o' => return run(2, |byte| matches!(byte, b'0'..=b'7')),
            b'b' => return run(2, |byte| matches!(byte, b'0' | b'1')),
            _ => {}
        }
    }
    let digit = |byte: u8| byte.is_ascii_digit();
    let mut end = run(0, digit);
    if at(end) == b'.' {
        end = run(end + 1, digit);
    }
    if at(end) == b'e' {
        let signed = end + 1 + usize::from(matches!(at(end + 1), b'+' | b'-'));
        if at(signed).is_ascii_digit() {
            end = run(signed, digit);
        }
    }
    if at(end) == b'j' { end + 1 } else { end }
}
