//! Environment markers (PEP 508), understood rather than carried about as text.
//!
//! A [`Marker`] is a set of environments, kept as an ordered decision diagram (`pool`): equal sets are equal values, and
//! `and`, `or`, `not` stay small however many markers flow together. Two readings, both Poetry's, make it decidable:
//!
//! - Python versions are releases `X.Y.Z`. A pre-release counts as its release, so that `python_version` and
//!   `python_full_version` are intervals on one line.
//! - `sys_platform in "linux darwin"` is a list of values, not a search for a substring.

mod build;
mod environment;
mod expression;
mod node;
mod parse;
mod pool;
mod python;
mod render;
#[cfg(test)]
mod tests;
mod variable;

use std::{collections::BTreeSet, fmt};

use super::constraint::VersionSet;

pub use environment::Environment;
pub use expression::{Comparison, Expression, MarkerOperator};
pub use parse::MarkerError;
pub use variable::Variable;

/// A set of environments. Equal when it holds in the same ones.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Marker(node::Id);

impl Marker {
    /// Holds everywhere.
    pub const TRUE: Self = Self(node::TRUE);
    /// Holds nowhere.
    pub const FALSE: Self = Self(node::FALSE);

    /// Reads a marker; offsets in the error are bytes of `text`. Empty text, and Poetry's `*`, hold everywhere.
    pub fn parse(text: &str) -> Result<Self, MarkerError> {
        match text.trim() {
            "" | "*" => return Ok(Self::TRUE),
            "<empty>" => return Ok(Self::FALSE),
            _ => {}
        }
        let expression = Expression::parse(text)?;
        Ok(Self(build::expression(&mut pool::lock(), &expression)))
    }

    /// Reads a marker of a `pylock.toml` (PEP 751), which may search `extras` and `dependency_groups`. A group is then decided
    /// as extras are, by the name that [`Self::group_variable`] has for it.
    pub fn parse_of_lock(text: &str) -> Result<Self, MarkerError> {
        let expression = Expression::parse_of_lock(text)?;
        Ok(Self(build::expression(&mut pool::lock(), &expression)))
    }

    /// The name by which a dependency group (normalised) is decided among the extras.
    pub fn group_variable(group: &str) -> String {
        build::group_variable(group)
    }

    /// The environments whose Python a constraint allows, in the way that Poetry understands `python = "…"`: an exact
    /// `3.9` means every 3.9.
    pub fn python(constraint: &VersionSet) -> Self {
        let releases = python::releases_of_constraint(constraint);
        Self(pool::lock().versions(variable::VersionVariable::Python, &releases))
    }

    /// The environments of one `sys_platform`.
    pub fn platform(name: &str) -> Self {
        let branches = [(name.to_owned(), node::TRUE)];
        Self(pool::lock().strings(variable::StringVariable::SysPlatform, branches.into(), node::FALSE))
    }

    /// Whether it holds everywhere.
    pub fn is_true(self) -> bool {
        self == Self::TRUE
    }

    /// Whether it holds nowhere.
    pub fn is_false(self) -> bool {
        self == Self::FALSE
    }

    /// Holds where both hold.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(pool::lock().and(self.0, other.0))
    }

    /// Holds where either holds.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self(pool::lock().or(self.0, other.0))
    }

    /// Holds where this one does not.
    #[must_use]
    pub fn negated(self) -> Self {
        Self(pool::lock().not(self.0))
    }

    /// Holds where this one holds and the other does not.
    #[must_use]
    pub fn without(self, other: Self) -> Self {
        self.and(other.negated())
    }

    /// Whether `other` holds wherever this one does.
    pub fn implies(self, other: Self) -> bool {
        self.and(other) == self
    }

    /// Decides every comparison with `extra`: exactly these (normalised) ones are asked for.
    #[must_use]
    pub fn with_extras(self, extras: &BTreeSet<String>) -> Self {
        Self(pool::lock().with_extras(self.0, extras))
    }

    /// Decides every comparison with one extra (normalised), and no other.
    #[must_use]
    pub fn with_extra(self, extra: &str, is_asked_for: bool) -> Self {
        Self(pool::lock().with_extra(self.0, extra, is_asked_for))
    }

    /// The simplest marker that agrees with this one on every Python that the constraint allows.
    #[must_use]
    pub fn assuming_python(self, constraint: &VersionSet) -> Self {
        let releases = python::releases_of_constraint(constraint);
        Self(pool::lock().assuming_python(self.0, &releases))
    }

    /// The Python releases on which this marker can hold at all.
    pub fn python_releases(self) -> VersionSet {
        pool::lock().python_releases(self.0)
    }

    /// Whether it holds in an environment.
    pub fn evaluate(self, environment: &Environment) -> bool {
        pool::lock().evaluate(self.0, environment)
    }
}

/// PEP 508 text. A marker that holds everywhere is empty text; PEP 508 has none that holds nowhere, so that one is
/// written as a contradiction.
impl fmt::Display for Marker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&render::text(&mut pool::lock(), self.0))
    }
}

impl fmt::Debug for Marker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Marker({self})")
    }
}
