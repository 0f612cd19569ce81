//! Problems and outcomes, to people.

pub mod bench;
pub mod diff;
pub mod parity;
mod problem;
pub mod progress;
pub mod release;
pub mod running;
pub mod status;
mod style;
pub mod table;
pub mod terminal;
pub mod tilt;
pub mod wheels;

pub use problem::{Level, Place, Problem, count};
