//! What a word comes to: quotes taken off, variables in place, and split where an unquoted value holds blanks.

use std::ops::Range;

use super::{Variables, Word, output, scan::Scanner};
use crate::{dockerfile, growth};

/// The words that a written one comes to; none where an unquoted variable is empty.
pub fn expand(text: &str, span: Range<usize>, variables: &Variables) -> Vec<Word> {
    let mut expander = Expander {
        scanner: Scanner::new(&text[..span.end]),
        variables,
        span: span.clone(),
        // `A=$B` stays one word.
        splits: assignment(&text[span.clone()]).is_none(),
        words: Vec::new(),
        current: String::new(),
        is_word: false,
        is_clear: true,
    };
    expander.scanner.at = span.start;
    expander.run();
    expander.words
}

/// One word, never split: the target of a redirection, or what a case compares.
pub fn expand_whole(text: &str, span: Range<usize>, variables: &Variables) -> Word {
    let words = expand(text, span.clone(), variables);
    Word {
        is_clear: words.iter().all(|word| word.is_clear),
        text: words.into_iter().map(|word| word.text).collect::<Vec<_>>().join(" "),
        span,
    }
}

/// The name and the value of `NAME=value`.
pub fn assignment(word: &str) -> Option<(&str, &str)> {
    let (name, value) = word.split_once('=')?;
    let is_name = !name.is_empty()
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && !name.starts_with(|c: char| c.is_ascii_digit());
    is_name.then_some((name, value))
}

struct Expander<'a> {
    scanner: Scanner<'a>,
    variables: &'a Variables,
    span: Range<usize>,
    splits: bool,
    words: Vec<Word>,
    current: String,
    is_word: bool,
    is_clear: bool,
}

impl<'a> Expander<'a> {
    fn run(&mut self) {
        while let Some(next) = self.peek() {
            match next {
                '\'' => {
                    let rest = &self.rest()[1..];
                    let quoted = rest.split('\'').next().unwrap_or_default();
                    self.push(quoted);
                    self.is_word = true;
                    self.scanner.at += (quoted.len() + 2).min(rest.len() + 1);
                }
                '"' => self.double_quoted(),
                '\\' => {
                    self.scanner.at += 1;
                    match self.take() {
                        // A continuation.
                        Some("\n") | None => {}
                        Some(text) => self.push(text),
                    }
                }
                '$' | '`' => self.substitution(false),
                _ => {
                    let text = self.scanner.plain();
                    self.push(text);
                }
            }
        }
        self.finish();
    }

    fn double_quoted(&mut self) {
        self.scanner.at += 1;
        self.is_word = true;
        while let Some(next) = self.peek() {
            match next {
                '"' => {
                    self.scanner.at += 1;
                    return;
                }
                '\\' => {
                    self.scanner.at += 1;
                    match self.take() {
                        Some(text @ ("\"" | "$" | "\\" | "`")) => self.push(text),
                        Some("\n") => {}
                        text => {
                            self.push("\\");
                            self.push(text.unwrap_or_default());
                        }
                    }
                }
                '$' | '`' => self.substitution(true),
                _ => {
                    let text = self.scanner.plain();
                    self.push(text);
                }
            }
        }
    }

    fn substitution(&mut self, is_quoted: bool) {
        let begin = self.scanner.at;
        if self.scanner.substitution(begin).is_err() {
            self.scanner.at = self.span.end;
        }
        let written = &self.scanner.text[begin..self.scanner.at];
        if written == "$" && self.rest().starts_with(['@', '*']) {
            return self.arguments();
        }
        let value = match written.strip_prefix("$").filter(|rest| !rest.starts_with(['(', '{'])) {
            Some("") => Some("$".to_owned()),
            Some(name) => self.variables.get(name).cloned(),
            None if written.starts_with("${") => self.braced(written),
            None => output::of(written, self.variables),
        };
        let Some(value) = value else {
            self.push(written);
            self.is_clear = false;
            return;
        };
        if is_quoted || !self.splits || !value.contains(char::is_whitespace) {
            self.is_word |= is_quoted;
            self.put(&value);
            return;
        }
        if value.starts_with(char::is_whitespace) {
            self.finish();
        }
        for (index, part) in value.split_whitespace().enumerate() {
            if index > 0 {
                self.finish();
            }
            self.put(part);
        }
        if value.ends_with(char::is_whitespace) {
            self.finish();
        }
    }

    /// `$@`: a word each.
    fn arguments(&mut self) {
        self.scanner.at += 1;
        let Some(all) = self.variables.get("@") else {
            self.push("$@");
            self.is_clear = false;
            return;
        };
        for (index, argument) in all.split('\u{1f}').enumerate() {
            if index > 0 {
                self.finish();
            }
            self.put(argument);
        }
    }

    /// `${NAME:-else}` means the same here as in an instruction.
    fn braced(&self, written: &str) -> Option<String> {
        let expansion = dockerfile::expand(written, '\\', self.variables).ok()?;
        expansion.unset.is_empty().then_some(expansion.text)
    }

    fn push(&mut self, text: &str) {
        self.is_word |= !text.is_empty();
        self.current.push_str(text);
    }

    /// What is too long is not known.
    fn put(&mut self, value: &str) {
        self.is_word |= !value.is_empty();
        if growth::put(&mut self.current, value).is_err() {
            self.is_clear = false;
        }
    }

    fn finish(&mut self) {
        let text = std::mem::take(&mut self.current);
        if std::mem::take(&mut self.is_word) {
            self.words.push(Word {
                text,
                is_clear: std::mem::replace(&mut self.is_clear, true),
                span: self.span.clone(),
            });
        }
    }

    fn rest(&self) -> &'a str {
        &self.scanner.text[self.scanner.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn take(&mut self) -> Option<&'a str> {
        let rest = self.rest();
        let length = rest.chars().next()?.len_utf8();
        self.scanner.at += length;
        Some(&rest[..length])
    }
}
