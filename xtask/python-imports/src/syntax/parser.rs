//! Goes through the words of a source.

use std::ops::Range;

use super::{
    Fault, Halt, Needs, Step,
    lexer::{Kind, Token},
    newest,
};

pub(super) struct Parser<'t> {
    pub text: &'t str,
    pub tokens: &'t [Token<'t>],
    pub at: usize,
    pub depth: usize,
    pub scope: Scope,
    /// An `await` that only a generator around it may have here.
    pub awaited: Option<Range<usize>>,
    pub needs: Option<Needs>,
}

/// What is around a statement.
#[derive(Clone, Copy, Default)]
pub(super) struct Scope {
    pub function: Function,
    pub is_in_loop: bool,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Function {
    #[default]
    None,
    Plain,
    Async,
    /// What is allowed depends on more than that.
    Lambda,
}

/// What an expression can be on the left of an assignment.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    /// A name, an attribute or a part.
    One,
    /// Several of them.
    Many,
    /// Nothing.
    No,
}

const KEYWORDS: [&str; 35] = [
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del",
    "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal",
    "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
];
/// Python goes deeper. What is deeper here is not looked at.
const DEEPEST: usize = 60;

impl<'t> Parser<'t> {
    pub fn new(text: &'t str, tokens: &'t [Token<'t>]) -> Self {
        Self {
            text,
            tokens,
            at: 0,
            depth: 0,
            scope: Scope::default(),
            awaited: None,
            needs: None,
        }
    }

    /// A whole file.
    pub fn file(&mut self) -> Step {
        while self.kind() != Kind::End {
            self.statement()?;
        }
        Ok(())
    }

    /// What stands in the braces of a formatted string.
    pub fn field(&mut self) -> Step {
        // What is around the string is not known here.
        self.scope.function = Function::Lambda;
        if self.is_word("yield") {
            self.yielded()?;
        } else {
            self.expressions()?;
        }
        self.takes("=");
        if self.kind() == Kind::End {
            Ok(())
        } else {
            self.refused()
        }
    }

    pub fn kind(&self) -> Kind<'t> {
        self.ahead(0)
    }

    pub fn ahead(&self, count: usize) -> Kind<'t> {
        self.tokens.get(self.at + count).map_or(Kind::End, |token| token.kind)
    }

    pub fn span(&self) -> Range<usize> {
        let end = self.text.len();
        self.tokens.get(self.at).map_or(end..end, |token| token.span.clone())
    }

    pub fn is(&self, sign: &str) -> bool {
        self.kind() == Kind::Sign(sign)
    }

    pub fn is_word(&self, word: &str) -> bool {
        self.kind() == Kind::Name(word)
    }

    /// Steps over a sign, if it is there.
    pub fn takes(&mut self, sign: &str) -> bool {
        let is_there = self.is(sign);
        self.at += usize::from(is_there);
        is_there
    }

    /// Steps over a keyword, if it is there.
    pub fn takes_word(&mut self, word: &str) -> bool {
        let is_there = self.is_word(word);
        self.at += usize::from(is_there);
        is_there
    }

    pub fn expect(&mut self, sign: &str) -> Step {
        if self.takes(sign) { Ok(()) } else { self.refused() }
    }

    /// A name other than a keyword.
    pub fn name(&mut self) -> Step<&'t str> {
        match self.kind() {
            Kind::Name(word) if !is_keyword(word) => {
                self.at += 1;
                Ok(word)
            }
            _ => self.refused(),
        }
    }

    /// Python does not read what stands here.
    pub fn refused<T>(&self) -> Step<T> {
        let (what, error) = match self.kind() {
            Kind::Indent => ("a line is indented, and nothing opens a block", "IndentationError"),
            Kind::Line | Kind::End => ("a statement ends too early", "SyntaxError"),
            Kind::Dedent => ("a block ends too early", "IndentationError"),
            Kind::Name(_) | Kind::Number | Kind::Text { .. } | Kind::Sign(_) => {
                ("the statement is not Python", "SyntaxError")
            }
        };
        let span = self.span();
        Err(Halt::Fault(Fault { span, what, error }))
    }

    pub fn fault<T>(&self, span: Range<usize>, what: &'static str) -> Step<T> {
        Err(Halt::new(span, what))
    }

    /// Refuses an `await` to which no generator came.
    pub fn awaited(&mut self) -> Step {
        match self.awaited.take() {
            Some(at) => self.fault(at, "`await` is outside of an asynchronous function"),
            None => Ok(()),
        }
    }

    pub fn need(&mut self, span: Range<usize>, minor: u64, what: &'static str) {
        self.needs = newest(self.needs.take(), Some(Needs { span, what, minor }));
    }

    /// Reads something that may contain itself.
    pub fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Step<T>) -> Step<T> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(Halt::Unknown);
        }
        let read = read(self);
        self.depth -= 1;
        read
    }

    /// Reads something, or goes back to where it started. Only what is refused is taken back.
    pub fn tried<T>(&mut self, read: impl FnOnce(&mut Self) -> Step<T>) -> Step<Option<T>> {
        let (at, depth, scope) = (self.at, self.depth, self.scope);
        let (awaited, needs) = (self.awaited.clone(), self.needs.clone());
        match read(self) {
            Ok(found) => Ok(Some(found)),
            Err(Halt::Unknown) => Err(Halt::Unknown),
            Err(Halt::Fault(_)) => {
                (self.at, self.depth, self.scope) = (at, depth, scope);
                (self.awaited, self.needs) = (awaited, needs);
                Ok(None)
            }
        }
    }
}

pub(super) fn is_keyword(word: &str) -> bool {
    KEYWORDS.binary_search(&word).is_ok()
}
