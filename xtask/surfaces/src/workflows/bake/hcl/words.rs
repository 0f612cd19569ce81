//! What HCL is written with: names, strings, heredocs, blanks and comments.

use serde_json::Value;

use super::{Broken, DEEPEST, Reader};

impl Reader<'_> {
    /// A string with its templates as they are.
    pub(super) fn string(&mut self) -> Result<String, Broken> {
        let open = self.at;
        let unclosed = Broken {
            at: open,
            what: "a `\"` that nothing closes",
        };
        self.deeper()?;
        self.at += 1;
        let (mut text, mut templates) = (String::new(), 0usize);
        while let Some(c) = self.peek() {
            self.at += c.len_utf8();
            match c {
                '"' if templates == 0 => {
                    self.depth -= 1;
                    return Ok(text);
                }
                // A string in a template.
                '"' => {
                    self.at -= 1;
                    text = format!("{text}\"{}\"", self.string()?);
                    continue;
                }
                '\n' => return Err(unclosed),
                '\\' => {
                    let Some(escaped) = self.peek() else {
                        return Err(unclosed);
                    };
                    self.at += escaped.len_utf8();
                    text.push(match escaped {
                        'n' => '\n',
                        't' => '\t',
                        other => other,
                    });
                    continue;
                }
                '{' if text.ends_with(['$', '%']) || templates > 0 => templates += 1,
                '}' if templates > 0 => templates -= 1,
                _ => {}
            }
            text.push(c);
        }
        Err(unclosed)
    }

    /// `<<EOF` to the line that says so.
    pub(super) fn heredoc(&mut self) -> Result<Value, Broken> {
        let open = self.at;
        self.at += 2;
        let line = self.rest().split('\n').next().unwrap_or_default();
        let end = line.trim_start_matches('-').trim().to_owned();
        self.at += line.len();
        let mut text = String::new();
        while self.at < self.text.len() {
            self.at += 1;
            let line = self.rest().split('\n').next().unwrap_or_default();
            if line.trim() == end {
                self.at += line.len();
                return Ok(Value::String(text));
            }
            text = text + line + "\n";
            self.at += line.len();
        }
        Err(Broken {
            at: open,
            what: "a heredoc without its end",
        })
    }

    /// Over blanks and comments, and over line ends where these say nothing.
    pub(super) fn skip(&mut self, lines: bool) {
        while let Some(c) = self.peek() {
            match c {
                '\n' if !lines => return,
                c if c.is_whitespace() => self.at += c.len_utf8(),
                '#' => self.line(),
                '/' if self.rest().starts_with("//") => self.line(),
                '/' if self.rest().starts_with("/*") => {
                    self.at += self.rest().find("*/").map_or(self.rest().len(), |end| end + 2);
                }
                _ => return,
            }
        }
    }

    pub(super) fn line(&mut self) {
        self.at += self.rest().find('\n').unwrap_or(self.rest().len());
    }

    pub(super) fn name(&mut self) -> String {
        let rest = self.rest();
        let end = rest.find(|c: char| !is_name(c)).unwrap_or(rest.len());
        let name = rest[..end].to_owned();
        self.at += end;
        name
    }

    /// `a.b`, or a number.
    pub(super) fn word(&mut self) -> String {
        let rest = self.rest();
        let end = rest.find(|c: char| !is_name(c) && c != '.').unwrap_or(rest.len());
        let word = rest[..end].to_owned();
        self.at += end;
        word
    }

    pub(super) fn deeper(&mut self) -> Result<(), Broken> {
        self.depth += 1;
        if self.depth > DEEPEST {
            Err(self.broken("too many blocks, lists and maps in one another"))
        } else {
            Ok(())
        }
    }

    pub(super) fn broken(&self, what: &'static str) -> Broken {
        Broken { at: self.at, what }
    }

    pub(super) fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }
}

pub(super) fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '-'
}
