//! Problems and outcomes, to people.

pub mod affected;
pub mod bench;
pub mod ci;
pub mod diff;
pub mod docs;
pub mod images;
pub mod parity;
pub mod progress;
pub mod release;
pub mod running;
pub mod status;
mod style;
pub mod table;
pub mod terminal;
pub mod tilt;
pub mod wheels;

pub use formats::{Edit, Fix, Level, Place, Problem, count, distinct, joined, once_a_place};
