//! Go templates as Helm renders them, as far as files tell. What they do not tell, such as what is in the cluster, is
//! unknown, and so is what depends on it. Every piece of the text knows its place.

mod evaluate;
mod function;
mod known;
mod lex;
mod parse;
#[cfg(test)]
mod tests;
mod text;
mod value;

pub use evaluate::{Machine, Rendered};
pub use parse::{Defines, Parsed, parse};
pub use text::{Places, Text};
pub use value::{Datum, Value};

/// Stands in a rendered text for what cannot be told.
pub const UNKNOWN: char = '\u{e000}';
