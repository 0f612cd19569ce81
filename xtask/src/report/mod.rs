//! Problems and outcomes, to people.

pub mod affected;
pub mod bench;
pub mod ci;
pub mod diff;
pub mod docs;
mod fix;
pub mod images;
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

pub use fix::{Edit, Fix};
pub use problem::{Level, Place, Problem, count, distinct, joined};
