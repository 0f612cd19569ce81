//! Problems with their places, severities and fixes, as data. Knows neither a file format nor what a service is.

mod at_once;
pub mod called;
mod exit;
mod fix;
mod located;
mod merge;
mod problem;
mod source;

pub use at_once::at_once;
pub use exit::Exit;
pub use fix::{Edit, Fix};
pub use located::Located;
pub use merge::{Sameness, merged};
pub use problem::{Level, Place, Problem, count};
pub use source::Source;
