use std::{
    ops::Range,
    sync::{Arc, OnceLock},
};

use crate::{Place, Problem};

/// The text of one file, with the path that people see in messages. Cheap to clone.
#[derive(Clone, PartialEq, Eq)]
pub struct Source(Arc<Inner>);

struct Inner {
    path: String,
    text: String,
    /// Where each line starts: found once somebody asks for a line.
    lines: OnceLock<Vec<usize>>,
}

impl PartialEq for Inner {
    fn eq(&self, other: &Self) -> bool {
        self.path == other.path && self.text == other.text
    }
}

impl Eq for Inner {}

impl Source {
    /// A text with its path, which is relative to the root of the repository.
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self(Arc::new(Inner {
            path: path.into(),
            text: text.into(),
            lines: OnceLock::new(),
        }))
    }

    /// A text that was read from a file. It has to be UTF-8.
    pub fn from_bytes(path: &str, bytes: Vec<u8>) -> Result<Self, Problem> {
        match String::from_utf8(bytes) {
            Ok(text) => Ok(Self::new(path, text)),
            Err(error) => Err(not_utf8(path, &error)),
        }
    }

    /// The path, as problems show it.
    pub fn path(&self) -> &str {
        &self.0.path
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.0.text
    }

    /// A place in this text. A span that does not lie in it, or cuts a character, is moved to the nearest one that does.
    pub fn place(&self, span: Range<usize>) -> Place {
        let start = self.floor(span.start);
        let end = self.floor(span.end).max(start);
        Place::Text {
            source: self.clone(),
            span: start..end,
            label: String::new(),
        }
    }

    /// Line and column of a byte, counted from 1; columns in characters.
    pub fn position(&self, offset: usize) -> (usize, usize) {
        let lines = self.0.lines.get_or_init(|| {
            let ends = self.text().match_indices('\n').map(|(at, _)| at + 1);
            std::iter::once(0).chain(ends).collect()
        });
        let offset = self.floor(offset);
        let line = lines.partition_point(|start| *start <= offset);
        let start = lines[line - 1];
        (line, self.text()[start..offset].chars().count() + 1)
    }

    /// The whole lines that a span lies in, and the number of the first, counted from 1.
    pub fn lines_around(&self, span: &Range<usize>) -> (Range<usize>, usize) {
        let (line, _) = self.position(span.start);
        let text = self.text();
        let (start, end) = (self.floor(span.start), self.floor(span.end));
        let start = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let end = text[end..].find('\n').map_or(text.len(), |at| end + at + 1);
        (start..end, line)
    }

    /// The first carriage return, if there is one: files of the repository have LF line ends.
    pub fn check_line_ends(&self) -> Option<Problem> {
        let at = self.text().find('\r')?;
        Some(
            Problem::error(format!("`{}` has CRLF line ends", self.path()))
                .at(self.place(at..at + 1))
                .note("the bytes of images and wheels must not depend on the machine that checked them out")
                .remedy("add `* text=auto eol=lf` to .gitattributes and run `git add --renormalize .`, then `git checkout .`"),
        )
    }

    fn floor(&self, offset: usize) -> usize {
        let mut offset = offset.min(self.text().len());
        while !self.text().is_char_boundary(offset) {
            offset -= 1;
        }
        offset
    }
}

impl std::fmt::Debug for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Source").field(&self.path()).finish()
    }
}

fn not_utf8(shown: &str, error: &std::string::FromUtf8Error) -> Problem {
    let valid = error.utf8_error().valid_up_to();
    let bytes = error.as_bytes();
    let line = bytes[..valid].iter().filter(|&&byte| byte == b'\n').count() + 1;
    let source = Source::new(shown, String::from_utf8_lossy(bytes));
    Problem::error(format!(
        "`{shown}` is not UTF-8: byte 0x{:02x} on line {line}",
        bytes.get(valid).unwrap_or(&0)
    ))
    .at(source.place(valid..valid + '\u{fffd}'.len_utf8()))
    .remedy(format!("save `{shown}` as UTF-8"))
}
