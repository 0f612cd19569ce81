//! What stands in the braces of formatted strings.

use std::ops::Range;

use super::{Halt, Needs, Step, lexer, newest, parser::Parser};

/// How often strings are in braces of strings in braces.
const DEEPEST: usize = 10;

/// Reads each expression.
pub(super) fn check(text: &str, fields: &[Range<usize>], needs: &mut Option<Needs>) -> Step {
    below(text, 0, fields, needs, 0)
}

fn below(text: &str, shift: usize, fields: &[Range<usize>], needs: &mut Option<Needs>, depth: usize) -> Step {
    if depth > DEEPEST {
        return Err(Halt::Unknown);
    }
    for field in fields {
        let Some(inside) = text.get(field.clone()) else {
            return Err(Halt::Unknown);
        };
        let shift = shift + field.start;
        let moved = |halt: Halt| match halt {
            Halt::Fault(mut fault) => {
                fault.span = fault.span.start + shift..fault.span.end + shift;
                Halt::Fault(fault)
            }
            Halt::Unknown => Halt::Unknown,
        };
        let found = lexer::tokens(inside, true).map_err(moved)?;
        let mut parser = Parser::new(inside, &found.tokens);
        parser.field().map_err(moved)?;
        let moved = parser.needs.map(|needs| Needs {
            span: needs.span.start + shift..needs.span.end + shift,
            ..needs
        });
        *needs = newest(needs.take(), moved);
        below(inside, shift, &found.fields, needs, depth + 1)?;
    }
    Ok(())
}
