//! Problems and outcomes, to people.

pub mod diff;
mod problem;
pub mod progress;
pub mod running;
pub mod status;
mod style;
pub mod table;
pub mod terminal;

pub use problem::{Level, Place, Problem, count};
