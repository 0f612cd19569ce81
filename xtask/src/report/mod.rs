//! Problems and outcomes, to people.

pub mod diff;
mod problem;
pub mod status;
pub mod terminal;

pub use problem::{Level, Place, Problem, count};
