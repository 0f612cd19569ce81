//! Steps over what separates words: comments, blanks, continued lines; and over words themselves.

use std::ops::Range;

use super::Scanner;

impl<'a> Scanner<'a> {
    pub(super) fn comment(&mut self) {
        while self.bytes.get(self.at).is_some_and(|&byte| byte != b'\n') {
            self.at += 1;
        }
    }

    /// Blanks and continued lines.
    pub(super) fn blanks(&mut self) {
        loop {
            match self.peek() {
                b' ' | b'\t' => self.at += 1,
                b'\\' if self.continued() > 0 => self.at += self.continued(),
                _ => return,
            }
        }
    }

    /// Blanks, line ends and comments: what may stand anywhere in brackets.
    pub(super) fn space(&mut self) {
        loop {
            match self.bytes.get(self.at) {
                Some(b' ' | b'\t' | b'\n' | b'\r') => self.at += 1,
                Some(b'#') => self.comment(),
                Some(b'\\') if self.continued() > 0 => self.at += self.continued(),
                Some(_) | None => return,
            }
        }
    }

    /// The length of a backslash with the line end behind it.
    pub(super) fn continued(&self) -> usize {
        match self.bytes.get(self.at..) {
            Some([b'\\', b'\n', ..]) => 2,
            Some([b'\\', b'\r', b'\n', ..]) => 3,
            Some(_) | None => 0,
        }
    }

    pub(super) fn word(&mut self) -> &'a str {
        let start = self.at;
        let is_part = |&byte: &u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80;
        while self.bytes.get(self.at).is_some_and(is_part) {
            self.at += 1;
        }
        &self.text[start..self.at]
    }

    pub(super) fn dotted(&mut self) -> Range<usize> {
        let start = self.at;
        while !self.word().is_empty() || self.peek() == b'.' {
            if self.peek() == b'.' {
                self.at += 1;
            }
        }
        start..self.at
    }
}
