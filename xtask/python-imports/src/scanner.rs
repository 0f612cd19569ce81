mod django;
mod imported;
mod names;
mod stepping;

use std::ops::Range;

use crate::{Import, When};

pub use names::Names;

pub struct Scanner<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    blocks: Vec<Block>,
    found: Vec<Import>,
    /// Whether texts of this statement are modules that Django imports.
    is_naming: bool,
}

/// A block that says something about the imports in it.
#[derive(Clone, Debug)]
struct Block {
    /// Of the line that opens it; what is in it stands deeper.
    indent: usize,
    kind: Kind,
}

#[derive(Clone, Debug)]
enum Kind {
    /// The imports from here on.
    Try {
        first: usize,
    },
    /// Of a `try` with these imports; whether it is about imports that fail.
    Except {
        tried: Range<usize>,
        is_fallback: bool,
    },
    TypeChecking,
    /// One side of a test of the interpreter.
    Platform,
    Suppress,
    /// One side of a condition of the program's own.
    Branch,
}

/// Where stepping over something ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Line,
    /// At `;`, or at the `:` of a header: another statement may follow in this line.
    Statement,
}

impl<'a> Scanner<'a> {
    pub fn new(text: &'a str) -> Self {
        Self {
            text,
            bytes: text.as_bytes(),
            at: if text.starts_with('\u{feff}') { 3 } else { 0 },
            blocks: Vec::new(),
            found: Vec::new(),
            is_naming: false,
        }
    }

    pub fn run(mut self) -> Vec<Import> {
        while let Some(indent) = self.line() {
            let closed = self.leave(indent);
            if self.statement(indent, closed) == End::Statement {
                while self.next_in_line() && self.statement(indent + 1, None) == End::Statement {}
            }
        }
        self.found
    }

    fn peek(&self) -> u8 {
        self.bytes.get(self.at).copied().unwrap_or(b'\n')
    }

    /// Goes to the first word of the next line that has one, and returns its indentation.
    fn line(&mut self) -> Option<usize> {
        let mut indent = 0;
        while let Some(&byte) = self.bytes.get(self.at) {
            match byte {
                b' ' => indent += 1,
                b'\t' => indent = (indent / 8 + 1) * 8,
                b'\n' | b'\r' | 0x0c => indent = 0,
                b'#' => {
                    self.comment();
                    indent = 0;
                    continue;
                }
                _ => return Some(indent),
            }
            self.at += 1;
        }
        None
    }

    /// Whether more than a comment follows in the line of a `;` or `:`.
    fn next_in_line(&mut self) -> bool {
        self.blanks();
        if self.peek() == b'#' {
            self.comment();
        }
        !matches!(self.peek(), b'\n' | b'\r')
    }

    /// Closes what a line of that indentation is not part of. Returns the block that it goes on from, as `else` does.
    fn leave(&mut self, indent: usize) -> Option<Kind> {
        let mut closed = None;
        while let Some(block) = self.blocks.last().filter(|block| block.indent >= indent) {
            closed = (block.indent == indent).then(|| block.kind.clone());
            self.blocks.pop();
        }
        closed
    }

    fn statement(&mut self, indent: usize, closed: Option<Kind>) -> End {
        let start = self.at;
        let word = self.word();
        match word {
            "import" => {
                self.modules();
                self.skip(false)
            }
            "from" => {
                self.names();
                self.skip(false)
            }
            "try" | "except" | "else" | "elif" | "finally" | "if" | "with" | "class" | "def" | "for" | "while"
            | "async" => {
                let end = self.skip(true);
                let header = &self.bytes[start..self.at.min(self.bytes.len())];
                if let Some(kind) = self.opened(word, header, closed) {
                    self.blocks.push(Block { indent, kind });
                }
                if end == End::Statement {
                    self.at += 1;
                }
                return end;
            }
            _ => {
                self.is_naming = self.is_setting(word);
                let end = self.skip(false);
                self.is_naming = false;
                end
            }
        }
        .also_past(&mut self.at)
    }

    fn opened(&mut self, word: &str, header: &[u8], closed: Option<Kind>) -> Option<Kind> {
        let first = self.found.len();
        let says = |text: &str| header.windows(text.len()).any(|window| window == text.as_bytes());
        match (word, closed) {
            ("try", _) => Some(Kind::Try { first }),
            ("except", Some(Kind::Try { first: tried })) => Some(self.except(header, tried..first)),
            ("except", Some(Kind::Except { tried, .. })) => Some(self.except(header, tried)),
            ("if" | "elif", _) if says("TYPE_CHECKING") && !says("not ") => Some(Kind::TypeChecking),
            // It is imported where it is found, and nobody misses it elsewhere.
            ("if" | "elif", _) if says("find_spec(") && !says("if not ") && !says("is None") => Some(Kind::Platform),
            ("if" | "elif", _) if ["version_info", "sys.platform", "os.name"].into_iter().any(says) => {
                Some(Kind::Platform)
            }
            ("elif" | "else", Some(Kind::Platform)) => Some(Kind::Platform),
            ("if" | "elif", _) | ("else", Some(Kind::Branch)) => Some(Kind::Branch),
            ("with", _) if says("suppress(") && is_about_imports(header) => Some(Kind::Suppress),
            (_, _) => None,
        }
    }

    fn except(&mut self, header: &[u8], tried: Range<usize>) -> Kind {
        let is_bare = header
            .strip_prefix(b"except")
            .is_some_and(|rest| rest.trim_ascii().is_empty());
        let is_fallback = is_bare || is_about_imports(header);
        if is_fallback {
            for import in &mut self.found[tried.clone()] {
                import.when = import.when.max(When::Optional);
            }
        }
        Kind::Except { tried, is_fallback }
    }

    fn add(&mut self, path: String, span: Range<usize>) {
        let kinds = || self.blocks.iter().map(|block| &block.kind);
        let when = if kinds().any(|kind| matches!(kind, Kind::TypeChecking)) {
            When::TypeChecking
        } else if kinds().any(|kind| {
            matches!(
                kind,
                Kind::Platform | Kind::Suppress | Kind::Except { is_fallback: true, .. }
            )
        }) {
            When::Optional
        } else {
            When::Always
        };
        let is_guarded = kinds().any(|kind| matches!(kind, Kind::Branch));
        // A setting under a condition is for the images that meet it.
        let when = if self.is_naming && is_guarded {
            when.max(When::Optional)
        } else {
            when
        };
        self.found.push(Import {
            path,
            span,
            when,
            is_guarded,
        });
    }

    /// Steps over the rest of a statement, and stops at its end or, in a header, at its colon.
    fn skip(&mut self, is_header: bool) -> End {
        let mut depth = 0_usize;
        while let Some(&byte) = self.bytes.get(self.at) {
            if self.passes(byte, &mut depth) {
                continue;
            }
            match byte {
                b'\n' if depth == 0 => return End::Line,
                b';' if depth == 0 => return End::Statement,
                // Not the one of `:=`.
                b':' if depth == 0 && is_header && self.bytes.get(self.at + 1) != Some(&b'=') => {
                    return End::Statement;
                }
                _ => {}
            }
            self.at += 1;
        }
        End::Line
    }

    /// Steps over a string or a comment, and counts brackets. Whether it stepped: else the byte is still to be passed.
    fn passes(&mut self, byte: u8, depth: &mut usize) -> bool {
        match byte {
            b'\'' | b'"' => {
                self.string();
                return true;
            }
            b'#' => {
                self.comment();
                return true;
            }
            b'(' | b'[' | b'{' => *depth += 1,
            b')' | b']' | b'}' => *depth = depth.saturating_sub(1),
            b'\\' => self.at += self.continued().max(1) - 1,
            _ => {}
        }
        false
    }

    /// A string of any prefix. In a raw one, too, a quote behind a backslash does not end it. Returns what is in it, where that
    /// is one line.
    fn string(&mut self) -> Option<Range<usize>> {
        let start = self.at;
        let quote = self.bytes[start];
        let is_triple = self.bytes[start..].starts_with(&[quote; 3]);
        self.at += if is_triple { 3 } else { 1 };
        let content = self.at;
        while let Some(&byte) = self.bytes.get(self.at) {
            if byte == b'\\' {
                self.at += 2;
            } else if byte == quote && !is_triple {
                let content = content..self.at;
                self.dynamic(start, content.clone());
                self.at += 1;
                return Some(content);
            } else if byte == quote && self.bytes[self.at..].starts_with(&[quote; 3]) {
                self.at += 3;
                return None;
            } else if byte == b'\n' && !is_triple {
                // It is not closed. What follows is another line.
                return None;
            } else {
                self.at += 1;
            }
        }
        self.at = self.bytes.len();
        None
    }

    /// The next string of one line, wherever it stands.
    pub fn literal(&mut self) -> Option<Range<usize>> {
        while let Some(&byte) = self.bytes.get(self.at) {
            match byte {
                b'\'' | b'"' => {
                    if let Some(content) = self.string() {
                        return Some(content);
                    }
                }
                b'#' => self.comment(),
                _ => self.at += 1,
            }
        }
        None
    }

    /// `import_module("a.b")`, `__import__("a.b")`, and what Django imports by its name.
    fn dynamic(&mut self, quote: usize, content: Range<usize>) {
        let before = self.bytes[..quote].trim_ascii_end();
        let is_import = before.ends_with(b"import_module(")
            || before.ends_with(b"__import__(")
            || self.is_naming
            || self.is_included(before);
        let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.');
        let name = &self.bytes[content.clone()];
        if is_import && !name.is_empty() && name[0] != b'.' && name.iter().all(is_name) {
            let path = self.text[content.clone()].to_owned();
            let module = if self.is_naming {
                django::module(&path).len()
            } else {
                path.len()
            };
            self.add(path, content.start..content.start + module);
        }
    }
}

impl End {
    /// Past the `;`, so that the next statement is read.
    fn also_past(self, at: &mut usize) -> Self {
        if self == Self::Statement {
            *at += 1;
        }
        self
    }
}

/// What catches an import that fails.
fn is_about_imports(header: &[u8]) -> bool {
    ["ImportError", "ModuleNotFoundError", "Exception"]
        .into_iter()
        .any(|name| header.windows(name.len()).any(|window| window == name.as_bytes()))
}
