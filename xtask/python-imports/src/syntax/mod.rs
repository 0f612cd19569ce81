//! Whether Python reads a source: what surely fails, and which features need a newer Python than others.
//!
//! A parser of the grammar without a tree. What it does not know is never called wrong: see [`Halt::Unknown`].

mod arguments;
mod compound;
mod expression;
mod formatted;
mod lexer;
mod parser;
mod pattern;
mod statement;
mod string;
#[cfg(test)]
mod tests;

use std::ops::Range;

/// What is to be said about the syntax of a source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Syntax {
    /// What no Python reads, and where.
    pub fault: Option<Fault>,
    /// What the newest of its features needs, and where that is.
    pub needs: Option<Needs>,
}

/// Something that no Python reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where Python stops.
    pub span: Range<usize>,
    /// Why, in a few words.
    pub what: &'static str,
    /// What Python raises.
    pub error: &'static str,
}

/// A feature of the language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Needs {
    /// Where it is used.
    pub span: Range<usize>,
    /// What it is called.
    pub what: &'static str,
    /// The first minor version of Python 3 that reads it.
    pub minor: u64,
}

/// Why reading ended early.
#[derive(Debug)]
enum Halt {
    Fault(Fault),
    /// Nothing is said about the rest.
    Unknown,
}

impl Halt {
    fn new(span: Range<usize>, what: &'static str) -> Self {
        Self::Fault(Fault {
            span,
            what,
            error: "SyntaxError",
        })
    }
}

type Step<T = ()> = Result<T, Halt>;

/// Reads a source as Python would compile it.
pub fn syntax(text: &str) -> Syntax {
    let text = text.strip_prefix('\u{feff}').map_or((text, 0), |rest| (rest, 3));
    let (text, shift) = text;
    let (tokens, fields, mut needs) = match lexer::tokens(text, false) {
        Ok(found) => (found.tokens, found.fields, found.needs),
        Err(halt) => return Syntax::of(Err(halt), None, shift),
    };
    let mut parser = parser::Parser::new(text, &tokens);
    let read = parser.file();
    needs = newest(needs, parser.needs);
    let read = read.and_then(|()| formatted::check(text, &fields, &mut needs));
    Syntax::of(read, needs, shift)
}

impl Syntax {
    fn of(read: Step, needs: Option<Needs>, shift: usize) -> Self {
        let moved = |span: Range<usize>| span.start + shift..span.end + shift;
        let fault = match read {
            Err(Halt::Fault(fault)) => Some(Fault {
                span: moved(fault.span),
                ..fault
            }),
            Ok(()) | Err(Halt::Unknown) => None,
        };
        let needs = needs.map(|needs| Needs {
            span: moved(needs.span),
            ..needs
        });
        Self { fault, needs }
    }
}

/// The first of those that need most.
fn newest(one: Option<Needs>, other: Option<Needs>) -> Option<Needs> {
    match (one, other) {
        (Some(one), Some(other)) if other.minor > one.minor => Some(other),
        (one, other) => one.or(other),
    }
}
