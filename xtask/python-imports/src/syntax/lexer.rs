//! The words of a source, with the lines and blocks that Python makes of them.

use std::ops::Range;

use super::{Fault, Halt, Needs, Step, newest, string};

/// One word, with where it stands.
#[derive(Clone, Debug)]
pub(super) struct Token<'a> {
    pub kind: Kind<'a>,
    pub span: Range<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind<'a> {
    /// A keyword, too.
    Name(&'a str),
    Number,
    Text {
        is_bytes: bool,
        is_template: bool,
    },
    Sign(&'a str),
    Line,
    Indent,
    Dedent,
    End,
}

/// All words, and what stands in braces in formatted strings.
pub(super) struct Found<'a> {
    pub tokens: Vec<Token<'a>>,
    pub fields: Vec<Range<usize>>,
    pub needs: Option<Needs>,
}

const SIGNS: [&str; 47] = [
    "**=", "//=", ">>=", "<<=", "...", "->", ":=", "==", "!=", "<=", ">=", "+=", "-=", "*=", "/=", "%=", "&=", "|=",
    "^=", "@=", "**", "//", ">>", "<<", "<>", "+", "-", "*", "/", "%", "@", "&", "|", "^", "~", "<", ">", "(", ")",
    "[", "]", "{", "}", ",", ":", ".", "=",
];
/// Python refuses more.
const DEEPEST: usize = 100;

/// What is written like a sign and is none: from a text editor, a web page or a chat.
const LOOKALIKES: [char; 10] = [
    '\u{a0}', '\u{2013}', '\u{2014}', '\u{2018}', '\u{2019}', '\u{201c}', '\u{201d}', '\u{2026}', '\u{200b}',
    '\u{feff}',
];

struct Lexer<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    open: Vec<(u8, usize)>,
    /// Widths of the blocks that are open, with tabs of eight and of one.
    indents: Vec<(usize, usize)>,
    found: Found<'a>,
}

/// The words of a text. What is inside of brackets or braces has no lines.
pub(super) fn tokens(text: &str, is_inside: bool) -> Step<Found<'_>> {
    let mut lexer = Lexer {
        text,
        bytes: text.as_bytes(),
        at: 0,
        open: Vec::new(),
        indents: vec![(0, 0)],
        found: Found {
            tokens: Vec::new(),
            fields: Vec::new(),
            needs: None,
        },
    };
    let mut is_start = !is_inside;
    while lexer.at < lexer.bytes.len() {
        if is_start {
            is_start = !lexer.line_start()?;
            continue;
        }
        is_start = lexer.word(is_inside)?;
    }
    lexer.finish(is_inside)?;
    Ok(lexer.found)
}

impl<'a> Lexer<'a> {
    fn push(&mut self, kind: Kind<'a>, span: Range<usize>) {
        self.found.tokens.push(Token { kind, span });
    }

    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    /// Reads the indentation of a line. Whether there is a word in it.
    fn line_start(&mut self) -> Step<bool> {
        let (mut wide, mut narrow) = (0, 0);
        loop {
            match self.peek(0) {
                b' ' => (wide, narrow) = (wide + 1, narrow + 1),
                b'\t' => (wide, narrow) = ((wide / 8 + 1) * 8, narrow + 1),
                0x0c => (wide, narrow) = (0, 0),
                // Only Python knows what a line is worth that starts with a continued one.
                b'\\' => return Err(Halt::Unknown),
                b'#' => {
                    self.comment();
                    continue;
                }
                b'\r' | b'\n' => {
                    self.at += 1;
                    return Ok(false);
                }
                _ if self.at >= self.bytes.len() => return Ok(false),
                _ => break,
            }
            self.at += 1;
        }
        self.indent(wide, narrow)?;
        Ok(true)
    }

    fn indent(&mut self, wide: usize, narrow: usize) -> Step {
        let here = self.at..self.at;
        let mixed = || {
            Err(Halt::Fault(Fault {
                span: here.clone(),
                what: "tabs and spaces are mixed in the indentation",
                error: "TabError",
            }))
        };
        let top = |indents: &[(usize, usize)]| indents.last().copied().unwrap_or_default();
        let (known, other) = top(&self.indents);
        if wide == known {
            return if narrow == other { Ok(()) } else { mixed() };
        }
        if wide > known {
            if narrow <= other {
                return mixed();
            }
            if self.indents.len() >= DEEPEST {
                return Err(Halt::Unknown);
            }
            self.indents.push((wide, narrow));
            self.push(Kind::Indent, here);
            return Ok(());
        }
        while wide < top(&self.indents).0 {
            self.indents.pop();
            self.push(Kind::Dedent, here.clone());
        }
        let (known, other) = top(&self.indents);
        if wide != known {
            return Err(Halt::Fault(Fault {
                span: here,
                what: "the indentation matches no block around it",
                error: "IndentationError",
            }));
        }
        if narrow == other { Ok(()) } else { mixed() }
    }

    fn comment(&mut self) {
        let rest = &self.bytes[self.at..];
        self.at += rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
    }

    /// Reads one word. Whether a line ended.
    fn word(&mut self, is_inside: bool) -> Step<bool> {
        let start = self.at;
        match self.peek(0) {
            b' ' | b'\t' | 0x0c => self.at += 1,
            b'\r' if self.peek(1) == b'\n' => self.at += 1,
            // Old line ends of one system.
            b'\r' => return Err(Halt::Unknown),
            b'#' => self.comment(),
            b'\n' => {
                self.at += 1;
                if self.open.is_empty() && !is_inside {
                    self.push(Kind::Line, start..self.at);
                    return Ok(true);
                }
            }
            b'\\' => self.continued()?,
            b'"' | b'\'' => self.string(start)?,
            byte if byte.is_ascii_digit() || (byte == b'.' && self.peek(1).is_ascii_digit()) => self.number()?,
            byte if is_letter(byte) => self.name(start)?,
            _ => self.sign()?,
        }
        Ok(false)
    }

    fn continued(&mut self) -> Step {
        let rest = &self.bytes[self.at + 1..];
        let width = match rest {
            [b'\n', ..] => 2,
            [b'\r', b'\n', ..] => 3,
            // At the end of a text Python is not the same in all versions.
            [] | [b'\r'] => return Err(Halt::Unknown),
            _ => {
                let here = self.at..self.at + 1;
                return Err(Halt::new(
                    here,
                    "a backslash is followed by more than the end of its line",
                ));
            }
        };
        self.at += width;
        Ok(())
    }

    fn name(&mut self, start: usize) -> Step {
        let rest = &self.bytes[start..];
        let end = start + rest.iter().take_while(|byte| is_in_name(**byte)).count();
        let word = &self.text[start..end];
        if matches!(self.bytes.get(end), Some(b'"' | b'\'')) && string::is_prefix(word) {
            return self.string(start);
        }
        if let Some(at) = word.find(LOOKALIKES) {
            let at = start + at;
            return Err(Halt::new(
                at..at,
                "a character does not belong to Python, though it looks like one that does",
            ));
        }
        self.at = end;
        self.push(Kind::Name(word), start..end);
        Ok(())
    }

    fn string(&mut self, start: usize) -> Step {
        let read = string::read(self.text, start)?;
        self.at = read.end;
        let kind = Kind::Text {
            is_bytes: read.is_bytes,
            is_template: read.is_template,
        };
        self.push(kind, start..read.end);
        self.found.fields.extend(read.fields);
        self.found.needs = newest(self.found.needs.take(), read.needs);
        Ok(())
    }

    fn number(&mut self) -> Step {
        let start = self.at;
        let rest = &self.bytes[start..];
        let width = super::string::number(rest);
        let end = start + width;
        let follows = self.bytes.get(end).copied().unwrap_or(b' ');
        if is_letter(follows) && follows < 0x80 {
            let word = self.text.get(end..).unwrap_or_default();
            // `1if x else y` is old, and Python reads it.
            let may_follow = ["and", "else", "for", "if", "in", "is", "not", "or"];
            if !may_follow.iter().any(|known| word.starts_with(known)) {
                return Err(Halt::new(start..end + 1, "a number is followed by a letter"));
            }
        } else if is_in_name(follows) {
            return Err(Halt::new(start..end, "not a number of Python 3"));
        }
        let digits = &rest[..width];
        let is_octal =
            digits.len() > 1 && digits[0] == b'0' && digits.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'_'));
        if is_octal && digits.iter().any(|byte| matches!(byte, b'1'..=b'9')) {
            return Err(Halt::new(start..end, "a decimal number starts with a zero"));
        }
        self.at = end;
        self.push(Kind::Number, start..end);
        Ok(())
    }

    fn sign(&mut self) -> Step {
        let start = self.at;
        let rest = &self.text[start..];
        // The first byte alone rules out nearly all of them.
        let first = self.peek(0);
        let Some(sign) = SIGNS
            .iter()
            .find(|sign| sign.as_bytes().first() == Some(&first) && rest.starts_with(**sign))
            .copied()
            .or(rest.starts_with(';').then_some(";"))
        else {
            let what = "a character does not belong to Python";
            return Err(Halt::new(start..start + 1, what));
        };
        let here = start..start + sign.len();
        match sign {
            "(" | "[" | "{" => self.open.push((rest.as_bytes()[0], start)),
            ")" | "]" | "}" => {
                let opening = match sign {
                    ")" => b'(',
                    "]" => b'[',
                    _ => b'{',
                };
                match self.open.pop() {
                    Some((known, _)) if known == opening => {}
                    Some(_) => return Err(Halt::new(here, "a bracket closes one of a different kind")),
                    None => return Err(Halt::new(here, "a bracket closes none")),
                }
            }
            _ => {}
        }
        // Python refuses 200 of them.
        if self.open.len() >= DEEPEST {
            return Err(Halt::Unknown);
        }
        self.at += sign.len();
        self.push(Kind::Sign(sign), here);
        Ok(())
    }

    fn finish(&mut self, is_inside: bool) -> Step {
        let end = self.text.len();
        if let Some((_, at)) = self.open.last() {
            return Err(Halt::new(*at..*at + 1, "a bracket is never closed"));
        }
        let is_line = |token: &Token<'_>| matches!(token.kind, Kind::Line);
        if !is_inside && self.found.tokens.last().is_some_and(|last| !is_line(last)) {
            self.push(Kind::Line, end..end);
        }
        for _ in 1..self.indents.len() {
            self.push(Kind::Dedent, end..end);
        }
        self.push(Kind::End, end..end);
        Ok(())
    }
}

fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80
}

fn is_in_name(byte: u8) -> bool {
    is_letter(byte) || byte.is_ascii_digit()
}
