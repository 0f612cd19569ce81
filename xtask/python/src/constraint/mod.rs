//! Version constraints as sets: the specifiers of PEP 440, and what Poetry adds to them (`^1.2`, `~1.2`, `1.*`, `||`).

mod parse;
mod set;
mod specifier;
#[cfg(test)]
mod tests;

pub use parse::ConstraintError;
pub use set::{Cut, Interval, VersionSet};
pub use specifier::{Operator, Pattern, specifier};

/// The language that a constraint is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// Version specifiers (PEP 440).
    Pep440,
    /// Poetry's constraints: these, and caret, tilde, wildcard and `||`.
    Poetry,
}
