//! Problems and results, to people.

mod problem;
pub mod progress;
mod style;
pub mod summary;
pub mod table;
pub mod terminal;

pub use problem::{Level, Place, Problem, count};
