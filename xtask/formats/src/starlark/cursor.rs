//! The tokens of a file, one after the other, and how deep their reader is in it.

use super::{
    syntax::Span,
    tokens::{SyntaxError, Token},
};

/// How deep brackets, blocks and operators may nest: as deep as no person writes, and as the stack holds.
const DEPTH: usize = 100;

/// A cursor over the tokens of a Starlark file.
pub struct Parser {
    tokens: Vec<(Token, Span)>,
    at: usize,
    depth: usize,
}

const RESERVED: [&str; 34] = [
    "and",
    "as",
    "assert",
    "async",
    "await",
    "break",
    "class",
    "continue",
    "def",
    "del",
    "elif",
    "else",
    "except",
    "finally",
    "for",
    "from",
    "global",
    "if",
    "import",
    "in",
    "is",
    "lambda",
    "nonlocal",
    "not",
    "or",
    "pass",
    "raise",
    "return",
    "try",
    "while",
    "with",
    "yield",
    "__peg_parser__",
    "__debug__",
];

impl Parser {
    /// Starts at the first token.
    pub fn new(tokens: Vec<(Token, Span)>) -> Self {
        Self {
            tokens,
            at: 0,
            depth: 0,
        }
    }

    /// The token at the cursor; `End` behind the last one.
    pub fn peek(&self) -> &Token {
        self.tokens.get(self.at).map_or(&Token::End, |(token, _)| token)
    }

    /// The token after the one at the cursor.
    pub fn peek_second(&self) -> Token {
        self.tokens
            .get(self.at + 1)
            .map_or(Token::End, |(token, _)| token.clone())
    }

    /// Whether that mark was read last.
    pub fn follows(&self, mark: &str) -> bool {
        let last = self.at.checked_sub(1).and_then(|at| self.tokens.get(at));
        matches!(last, Some((Token::Mark(found), _)) if *found == mark)
    }

    /// Where the token at the cursor is written.
    pub fn span(&self) -> Span {
        let token = self.tokens.get(self.at).or_else(|| self.tokens.last());
        token.map_or(Span::new(0, 0, 0), |(_, span)| *span)
    }

    /// Where the last token that was read stands, line ends left aside.
    pub fn last(&self) -> Span {
        let read = self.tokens.get(..self.at).unwrap_or_default().iter().rev();
        let mut words = read.filter(|(token, _)| !matches!(token, Token::Newline | Token::Indent | Token::Dedent));
        words.next().map_or(Span::new(0, 0, 0), |(_, span)| *span)
    }

    /// Moves to the next token.
    pub fn advance(&mut self) {
        self.at += 1;
    }

    /// Steps over the mark if it is next, and says whether it was.
    pub fn take(&mut self, mark: &str) -> bool {
        let is_there = matches!(self.peek(), Token::Mark(found) if *found == mark);
        self.at += usize::from(is_there);
        is_there
    }

    /// Steps over the mark, or fails with what is there instead.
    pub fn expect(&mut self, mark: &str) -> Result<(), SyntaxError> {
        if self.take(mark) {
            Ok(())
        } else {
            Err(self.unexpected(&format!("`{mark}`")))
        }
    }

    /// Steps over the keyword, or fails with what is there instead.
    pub fn expect_word(&mut self, word: &str) -> Result<(), SyntaxError> {
        if self.keyword() != Some(word) {
            return Err(self.unexpected(&format!("`{word}`")));
        }
        self.advance();
        Ok(())
    }

    /// Steps over an identifier and returns it; keywords are an error.
    pub fn name(&mut self) -> Result<String, SyntaxError> {
        match self.peek().clone() {
            Token::Name(name) if !RESERVED.contains(&name.as_str()) => {
                self.advance();
                Ok(name)
            }
            _ => Err(self.unexpected("a name")),
        }
    }

    /// The reserved word that stands here.
    pub fn keyword(&self) -> Option<&'static str> {
        let Token::Name(name) = self.peek() else { return None };
        RESERVED.into_iter().find(|word| word == name)
    }

    /// Whether a token that only an expression can begin with is next.
    pub fn starts_expression(&self) -> bool {
        matches!(self.peek(), Token::Mark("(" | "[" | "{" | "-" | "+" | "~"))
    }

    /// Enters one more level of nesting, or fails beyond the deepest one that is followed.
    pub fn deeper(&mut self) -> Result<(), SyntaxError> {
        self.depth += 1;
        if self.depth > DEPTH {
            return Err(self.error("this is nested too deeply to be followed".into()));
        }
        Ok(())
    }

    /// Leaves this many levels of nesting.
    pub fn shallower(&mut self, by: usize) {
        self.depth = self.depth.saturating_sub(by);
    }

    /// An error at the cursor.
    pub fn error(&self, message: String) -> SyntaxError {
        SyntaxError {
            span: self.span(),
            message,
        }
    }

    /// The error that another token was expected.
    pub fn unexpected(&self, wanted: &str) -> SyntaxError {
        let found = match self.peek() {
            Token::Name(name) => format!("`{name}`"),
            Token::Text { .. } => "a string".into(),
            Token::Int(_) | Token::Float => "a number".into(),
            Token::Mark(mark) => format!("`{mark}`"),
            Token::Newline => "the end of the line".into(),
            Token::Indent => "an indented line".into(),
            Token::Dedent => "the end of the block".into(),
            Token::End => "the end of the file".into(),
        };
        self.error(format!("found {found} where {wanted} has to be"))
    }
}
