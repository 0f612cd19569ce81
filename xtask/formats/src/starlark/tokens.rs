//! Splits a Tiltfile into tokens. Line ends and indentation are tokens, where no bracket is open.

use super::syntax::Span;

/// A token of Starlark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token {
    /// An identifier or a keyword.
    Name(String),
    /// A string.
    Text {
        /// The value, with its escapes resolved.
        value: String,
        /// The bytes between the quotes, where they are the value as it stands.
        inner: Option<Span>,
    },
    /// An integer.
    Int(i64),
    /// A floating-point number.
    Float,
    /// An operator, a bracket, or another mark.
    Mark(&'static str),
    /// The end of a logical line.
    Newline,
    /// The start of a block.
    Indent,
    /// The end of a block.
    Dedent,
    /// The end of the file.
    End,
}

/// What is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// Where it is wrong.
    pub span: Span,
    /// What is wrong, in one line.
    pub message: String,
}

/// Longer ones first.
const MARKS: [&str; 46] = [
    "//=", ">>=", "<<=", "**", "//", "==", "!=", "<=", ">=", "+=", "-=", "*=", "/=", "%=", "|=", "&=", "^=", "<<",
    ">>", "->", "(", ")", "[", "]", "{", "}", ",", ":", ".", ";", "=", "+", "-", "*", "/", "%", "<", ">", "|", "&",
    "^", "~", "@", "!", "?", "$",
];

/// Splits a file into tokens with their places. Fails at the first text that is not a token.
pub fn split(file: u16, text: &str) -> Result<Vec<(Token, Span)>, SyntaxError> {
    let mut lexer = Lexer {
        file,
        text,
        at: if text.starts_with('\u{feff}') { 3 } else { 0 },
        open: Vec::new(),
        indents: vec![0],
        tokens: Vec::new(),
    };
    lexer.run()?;
    Ok(lexer.tokens)
}

struct Lexer<'a> {
    file: u16,
    text: &'a str,
    at: usize,
    /// Brackets that are open, with their places.
    open: Vec<(char, usize)>,
    indents: Vec<usize>,
    tokens: Vec<(Token, Span)>,
}

impl Lexer<'_> {
    fn run(&mut self) -> Result<(), SyntaxError> {
        while self.at < self.text.len() {
            if self.is_line_start() && self.open.is_empty() && !self.indentation()? {
                continue;
            }
            self.token()?;
        }
        if let Some((bracket, at)) = self.open.first() {
            return Err(self.error(*at, at + 1, format!("`{bracket}` is never closed")));
        }
        let end = self.text.len();
        if !matches!(self.tokens.last(), None | Some((Token::Newline | Token::Dedent, _))) {
            self.push(Token::Newline, end, end);
        }
        for _ in 1..self.indents.len() {
            self.push(Token::Dedent, end, end);
        }
        self.push(Token::End, end, end);
        Ok(())
    }

    fn is_line_start(&self) -> bool {
        matches!(
            self.tokens.last(),
            None | Some((Token::Newline | Token::Indent | Token::Dedent, _))
        ) && (self.at == 0 || self.text[..self.at].ends_with(['\n', '\u{feff}']))
    }

    /// Counts the blanks that a line starts with. `false` when the line holds nothing else, and was skipped.
    fn indentation(&mut self) -> Result<bool, SyntaxError> {
        let start = self.at;
        let mut width = 0;
        for byte in self.text[start..].bytes() {
            width = match byte {
                b' ' => width + 1,
                b'\t' => width / 8 * 8 + 8,
                _ => break,
            };
            self.at += 1;
        }
        let rest = &self.text[self.at..];
        if rest.is_empty() || rest.starts_with(['\n', '#']) || rest.starts_with("\r\n") {
            self.at += rest.find('\n').map_or(rest.len(), |end| end + 1);
            return Ok(false);
        }
        let at = self.at;
        if width > self.indents.last().copied().unwrap_or(0) {
            self.indents.push(width);
            self.push(Token::Indent, start, at);
        }
        while width < self.indents.last().copied().unwrap_or(0) {
            self.indents.pop();
            self.push(Token::Dedent, at, at);
        }
        if width != self.indents.last().copied().unwrap_or(0) {
            return Err(self.error(start, at, "this indentation is that of no block around it".into()));
        }
        Ok(true)
    }

    fn token(&mut self) -> Result<(), SyntaxError> {
        let start = self.at;
        let rest = &self.text[start..];
        let Some(first) = rest.chars().next() else {
            return Ok(());
        };
        match first {
            ' ' | '\t' | '\r' => self.at += 1,
            '#' => self.at += rest.find('\n').unwrap_or(rest.len()),
            '\n' => {
                self.at += 1;
                let is_blank = matches!(
                    self.tokens.last(),
                    None | Some((Token::Newline | Token::Indent | Token::Dedent, _))
                );
                if self.open.is_empty() && !is_blank {
                    self.push(Token::Newline, start, start + 1);
                }
            }
            '\\' if rest.starts_with("\\\n") => self.at += 2,
            '\\' if rest.starts_with("\\\r\n") => self.at += 3,
            '"' | '\'' => self.string(start, false)?,
            'r' | 'b' if is_prefix(rest) => {
                let prefix = rest.find(['"', '\'']).unwrap_or(0);
                self.at += prefix;
                self.string(start, rest[..prefix].contains('r'))?;
            }
            first if first == '_' || first.is_alphabetic() => {
                let end = rest
                    .find(|c: char| c != '_' && !c.is_alphanumeric())
                    .unwrap_or(rest.len());
                self.at += end;
                self.push(Token::Name(rest[..end].to_owned()), start, start + end);
            }
            first if first.is_ascii_digit() => self.number(start),
            '.' if rest[1..].starts_with(|c: char| c.is_ascii_digit()) => self.number(start),
            _ => self.mark(start, first)?,
        }
        Ok(())
    }

    fn number(&mut self, start: usize) {
        let rest = &self.text[start..];
        let end = rest
            .find(|c: char| !c.is_ascii_alphanumeric() && c != '.')
            .unwrap_or(rest.len());
        self.at += end;
        let written = &rest[..end];
        let value = match written.get(..2) {
            Some("0x" | "0X") => i64::from_str_radix(&written[2..], 16).ok(),
            Some("0o" | "0O") => i64::from_str_radix(&written[2..], 8).ok(),
            Some("0b" | "0B") => i64::from_str_radix(&written[2..], 2).ok(),
            Some(_) | None => written.parse().ok(),
        };
        self.push(value.map_or(Token::Float, Token::Int), start, start + end);
    }

    fn mark(&mut self, start: usize, first: char) -> Result<(), SyntaxError> {
        let rest = &self.text[start..];
        let known = MARKS
            .iter()
            .find(|mark| mark.as_bytes().first() == rest.as_bytes().first() && rest.starts_with(**mark));
        let Some(mark) = known.filter(|mark| !matches!(**mark, "@" | "!" | "?" | "$")) else {
            return Err(self.error(start, start + first.len_utf8(), format!("`{first}` means nothing here")));
        };
        match first {
            '(' | '[' | '{' => self.open.push((first, start)),
            ')' | ']' | '}' => {
                let wanted = match first {
                    ')' => '(',
                    ']' => '[',
                    _ => '{',
                };
                match self.open.pop() {
                    Some((bracket, _)) if bracket == wanted => {}
                    Some((bracket, _)) => {
                        return Err(self.error(
                            start,
                            start + 1,
                            format!("`{first}` closes the `{bracket}` before it"),
                        ));
                    }
                    None => return Err(self.error(start, start + 1, format!("`{first}` closes nothing"))),
                }
            }
            _ => {}
        }
        self.at += mark.len();
        self.push(Token::Mark(mark), start, start + mark.len());
        Ok(())
    }

    /// `self.at` is at the quote; `start` at the prefix before it.
    fn string(&mut self, start: usize, is_raw: bool) -> Result<(), SyntaxError> {
        let rest = &self.text[self.at..];
        let quote = if rest.starts_with("\"\"\"") || rest.starts_with("'''") {
            &rest[..3]
        } else {
            &rest[..1]
        };
        let from = self.at + quote.len();
        let mut value = String::new();
        let mut is_plain = true;
        let mut chars = self.text[from..].char_indices();
        while let Some((offset, next)) = chars.next() {
            if quote.starts_with(next) && self.text[from + offset..].starts_with(quote) {
                let end = from + offset;
                self.at = end + quote.len();
                let inner = is_plain.then(|| Span::new(self.file, from, end));
                self.push(Token::Text { value, inner }, start, self.at);
                return Ok(());
            }
            match next {
                '\n' if quote.len() == 1 => break,
                '\\' => {
                    is_plain = false;
                    let Some((_, escaped)) = chars.next() else { break };
                    if is_raw {
                        value.extend(['\\', escaped]);
                    } else {
                        unescape(escaped, &mut chars, &mut value);
                    }
                }
                _ => value.push(next),
            }
        }
        Err(self.error(start, start + quote.len(), "this string is never closed".into()))
    }

    fn push(&mut self, token: Token, start: usize, end: usize) {
        self.tokens.push((token, Span::new(self.file, start, end)));
    }

    fn error(&self, start: usize, end: usize, message: String) -> SyntaxError {
        SyntaxError {
            span: Span::new(self.file, start, end),
            message,
        }
    }
}

fn is_prefix(rest: &str) -> bool {
    let letters = rest.len() - rest.trim_start_matches(['r', 'b']).len();
    letters <= 2 && rest[letters..].starts_with(['"', '\''])
}

fn unescape(escaped: char, chars: &mut std::str::CharIndices<'_>, value: &mut String) {
    let mut code = |digits: usize| {
        let written: String = chars.by_ref().take(digits).map(|(_, digit)| digit).collect();
        u32::from_str_radix(&written, 16).ok().and_then(char::from_u32)
    };
    match escaped {
        'n' => value.push('\n'),
        't' => value.push('\t'),
        'r' => value.push('\r'),
        '0' => value.push('\0'),
        'x' => value.extend(code(2)),
        'u' => value.extend(code(4)),
        'U' => value.extend(code(8)),
        '\n' => {}
        '\\' | '\'' | '"' => value.push(escaped),
        _ => value.extend(['\\', escaped]),
    }
}
