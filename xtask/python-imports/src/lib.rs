//! Which modules a Python source imports, found in one pass over its bytes and without a syntax tree.
//!
//! What decides is where a statement starts: strings, comments, brackets and continued lines are stepped over, and
//! blocks are followed by their indentation. No input fails; what is not a Python has no imports.

mod attributes;
mod literals;
mod opened;
mod scanner;
mod syntax;
#[cfg(test)]
mod tests;

use std::ops::Range;

pub use attributes::{Attribute, attributes};
pub use literals::literals;
pub use opened::{Anchor, Opened, opened};
pub use scanner::Names;
pub use syntax::{Fault, Needs, Syntax, syntax};

/// One imported module, or one name imported out of a module: `from a.b import c` is `a.b.c`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// The dotted path, absolute or with the dots of a relative import.
    pub path: String,
    /// Where the module is named.
    pub span: Range<usize>,
    /// How much the program needs it.
    pub when: When,
    /// Some condition of the program decides whether it is imported at all.
    pub is_guarded: bool,
}

/// How much the program needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum When {
    /// At the top level: without it the module does not load.
    Always,
    /// It goes on without: under `try` with `except ImportError`, `with suppress(ImportError)`, or a test of the
    /// interpreter's version or platform.
    Optional,
    /// Under `if TYPE_CHECKING`.
    TypeChecking,
}

/// Absolute imports, in the order of the text; `importlib.import_module("literal")` counts as one.
pub fn imports(text: &str) -> Vec<Import> {
    let mut found = all(text);
    found.retain(|import| !import.path.starts_with('.'));
    found
}

/// The same with relative ones, which stay in the package: `from .a import b` is `.a.b`, `from . import b` is `.b`.
pub fn all(text: &str) -> Vec<Import> {
    scanner::Scanner::new(text).run()
}

/// The names that a module has once it is imported.
pub fn names(text: &str) -> Names {
    scanner::Scanner::new(text).bound()
}

/// Whether a module does more than to describe itself: it may define something, or import it.
pub fn has_code(text: &str) -> bool {
    scanner::Scanner::new(text).has_code()
}
