//! Problems, to people.

mod problem;
pub mod terminal;

pub use problem::{Level, Place, Problem, count};
