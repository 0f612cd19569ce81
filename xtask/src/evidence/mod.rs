//! What is really there: facts read back from the files, whoever wrote them.

pub mod built;
pub mod dockerfile;
pub mod image;
pub mod requirements;
pub mod shell;
mod surroundings;

pub use surroundings::Surroundings;
