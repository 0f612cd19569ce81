//! What is really there: facts read back from the files, whoever wrote them.

pub mod chart;
pub mod dockerfile;
pub mod image;
pub mod requirements;
pub mod shell;
mod surroundings;
pub mod yaml;

pub use surroundings::Surroundings;
