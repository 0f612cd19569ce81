//! Starlark, as Tilt reads it: text to syntax, with the bytes that each expression was written in. Evaluates nothing.

pub mod cursor;
pub mod expression;
pub mod parse;
pub mod syntax;
pub mod tokens;
