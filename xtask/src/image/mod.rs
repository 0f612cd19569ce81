//! What a service's image is: one description, drawn as two flavours.

mod command;
mod contents;
mod spec;

pub use command::{Command, launcher};
pub use contents::{Input, LocalPackage};
pub use spec::ImageSpec;

/// The two images of a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Flavour {
    Dev,
    Prod,
}
