//! Releasing a lib: its next version, and all that has to follow from it before anything is written.

pub mod calendar;
pub mod changelog;
pub mod dependents;
/// Edits of files that keep everything around them.
pub mod edit;
pub mod history;
pub mod index;
pub mod literal;
pub mod locks;
pub mod preparation;
pub mod publish;
pub mod range;
pub mod stage;
/// The next version of a release.
pub mod version;
