//! Logical lines: continuations joined, comments between them dropped, directives read (BuildKit's `parser.go`).

use std::ops::Range;

use diagnostics::{Located, Problem, Source};

/// One instruction's text, and where each part of it is in the file.
#[derive(Clone, Debug, Default)]
pub struct Logical {
    pub text: String,
    /// Offset in the text, and the offset in the file that it came from; ascending.
    pieces: Vec<(usize, usize)>,
    /// Counted from 1.
    pub first_line: usize,
    pub last_line: usize,
}

impl Logical {
    /// Bytes of the text as a value with its place.
    pub fn part(&self, source: &Source, span: Range<usize>) -> Located<String> {
        let value = self.text.get(span.clone()).unwrap_or_default().to_owned();
        self.placed(source, span, value)
    }

    /// A value that these bytes mean.
    pub fn placed(&self, source: &Source, span: Range<usize>, value: String) -> Located<String> {
        let start = self.origin(span.start);
        let end = match span.end.checked_sub(1) {
            Some(last) if span.end > span.start => self.origin(last) + 1,
            Some(_) | None => start,
        };
        let place = source.place(start..end.max(start));
        Located { value, place }
    }

    fn origin(&self, offset: usize) -> usize {
        let index = self.pieces.partition_point(|(at, _)| *at <= offset);
        match index.checked_sub(1).and_then(|index| self.pieces.get(index)) {
            Some((at, origin)) => origin + (offset - at),
            None => 0,
        }
    }

    fn push(&mut self, text: &str, origin: usize) {
        self.pieces.push((self.text.len(), origin));
        self.text.push_str(text);
    }
}

/// A cursor over the lines of a file.
pub struct Lines<'a> {
    source: &'a Source,
    /// Offset of what is left.
    at: usize,
    number: usize,
    pub escape: char,
}

impl<'a> Lines<'a> {
    /// Reads the directives at the head of the file: `# escape=`, `# syntax=`, `# check=`.
    pub fn new(source: &'a Source, problems: &mut Vec<Problem>) -> Self {
        let at = if source.text().starts_with('\u{feff}') { 3 } else { 0 };
        let mut lines = Self {
            source,
            at,
            number: 0,
            escape: '\\',
        };
        lines.read_directives(problems);
        lines
    }

    fn read_directives(&mut self, problems: &mut Vec<Problem>) {
        let (mut at, mut seen) = (self.at, Vec::new());
        while let Some((line, end)) = physical(self.source.text(), at) {
            let Some((name, value)) = directive(line) else { return };
            let place = || self.source.place(at..at + line.trim_end().len());
            if seen.contains(&name) {
                problems.push(Problem::error(format!("`{name}` is said twice")).at(place()));
            }
            if name == "escape" {
                match value {
                    "\\" => self.escape = '\\',
                    "`" => self.escape = '`',
                    _ => problems.push(
                        Problem::error(format!("`{value}` cannot be the escape character"))
                            .at(place())
                            .note("it is `\\` or a backtick"),
                    ),
                }
            }
            seen.push(name);
            at = end;
        }
    }

    /// The next instruction's text, without a heredoc.
    pub fn next_logical(&mut self) -> Option<Logical> {
        loop {
            let (start, line) = self.next_physical()?;
            let stripped = line.trim_start();
            if stripped.is_empty() || stripped.starts_with('#') {
                continue;
            }
            let mut logical = Logical {
                first_line: self.number,
                last_line: self.number,
                ..Logical::default()
            };
            let (text, mut is_open) = self.continuation(stripped);
            logical.push(text, start + (line.len() - stripped.len()));
            while is_open {
                let Some((start, line)) = self.next_physical() else {
                    break;
                };
                logical.last_line = self.number;
                let stripped = line.trim_start();
                if stripped.is_empty() || stripped.starts_with('#') {
                    continue;
                }
                let (text, open) = self.continuation(line);
                logical.push(text, start);
                is_open = open;
            }
            return Some(logical);
        }
    }

    /// The lines of a heredoc up to its terminator. `None` when the file ends before it.
    pub fn heredoc(&mut self, name: &str, chomp: bool) -> Option<(String, usize)> {
        let mut content = String::new();
        loop {
            let before = self.at;
            let (_, line) = self.next_physical()?;
            let candidate = if chomp { line.trim_start_matches('\t') } else { line };
            if candidate == name {
                return Some((content, self.number));
            }
            content.push_str(self.source.text().get(before..self.at).unwrap_or_default());
        }
    }

    /// The next line without its end, and its offset.
    fn next_physical(&mut self) -> Option<(usize, &'a str)> {
        let start = self.at;
        let (line, end) = physical(self.source.text(), start)?;
        self.at = end;
        self.number += 1;
        Some((start, line.trim_end_matches(['\r', '\n'])))
    }

    /// The line without the escape character that ends it, and whether there was one. An escaped one does not count.
    fn continuation<'b>(&self, line: &'b str) -> (&'b str, bool) {
        let trimmed = line.trim_end_matches([' ', '\t']);
        match trimmed.strip_suffix(self.escape) {
            Some(rest) if !rest.ends_with(self.escape) => (rest, true),
            Some(_) | None => (line, false),
        }
    }
}

/// A line with its end, and where the next one starts.
fn physical(text: &str, at: usize) -> Option<(&str, usize)> {
    let rest = text.get(at..).filter(|rest| !rest.is_empty())?;
    let end = rest.find('\n').map_or(rest.len(), |end| end + 1);
    Some((&rest[..end], at + end))
}

/// The name and the value of a directive that Docker knows.
fn directive(line: &str) -> Option<(&'static str, &str)> {
    let (name, value) = line.trim_start().strip_prefix('#')?.split_once('=')?;
    let name = name.trim();
    let known = ["escape", "syntax", "check"]
        .into_iter()
        .find(|known| known.eq_ignore_ascii_case(name))?;
    Some((known, value.trim())).filter(|(_, value)| !value.is_empty())
}
