//! POSIX shell text as the simple commands in it, as far as that can be told without running it: branches whose condition
//! is known are followed, others are said to be in doubt.

mod condition;
mod evaluate;
mod expand;
mod output;
mod quote;
mod refused;
mod scan;
mod syntax;
#[cfg(test)]
mod tests;
mod tree;
mod unheeded;
mod wrappers;

use std::{collections::BTreeMap, ops::Range};

pub use condition::is_like;
pub use evaluate::Visit;
pub use quote::quoted;
pub use refused::refused;
pub use unheeded::Strictness;

/// What the shell knows, by name. `PWD` is the folder that a command runs in.
pub type Variables = BTreeMap<String, String>;

/// Whether a program, by its name or its path, is a shell.
pub fn is_shell(program: &str) -> bool {
    matches!(program.rsplit('/').next(), Some("sh" | "bash" | "dash" | "ash" | "zsh"))
}

/// A program with its arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Simple {
    /// The program and its arguments.
    pub words: Vec<Word>,
    /// The bytes of the command in the script.
    pub span: Range<usize>,
    /// Its condition is not known, or it follows `||` or in a loop: perhaps it does not run.
    pub is_conditional: bool,
    /// It stands behind `||` and a command that works as a rule: it runs where that one fails.
    pub is_fallback: bool,
    /// Where `>` sends what it prints.
    pub output: Option<Word>,
    /// The command whose output it reads.
    pub input: Option<Vec<Word>>,
}

/// A word of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// Without quotes, variables in place.
    pub text: String,
    /// Whether the text is all that it comes to: no command substitution, no variable without a known value.
    pub is_clear: bool,
    /// The bytes of the word in the script.
    pub span: Range<usize>,
}

/// The simple commands of a text, in order. `Err` with the place where it is not shell text.
pub fn commands(text: &str, variables: &Variables) -> Result<Vec<Simple>, Range<usize>> {
    let mut found = Vec::new();
    walk(text, &mut variables.clone(), &mut |simple, _| {
        found.push(simple.clone())
    })?;
    Ok(found)
}

/// Visits the simple commands of a text in order, each with the variables that it sees.
pub fn walk(text: &str, variables: &mut Variables, visit: &mut Visit<'_>) -> Result<(), Range<usize>> {
    let list = syntax::parse(text)?;
    evaluate::run(text, &list, variables, visit)
}

/// The simple commands of a text whose failure does not make the text fail, by their bytes. None where it is not shell text.
pub fn unheeded(text: &str, strictness: Strictness) -> Vec<Range<usize>> {
    syntax::parse(text).map_or_else(|_| Vec::new(), |list| unheeded::of(text, &list, strictness))
}
