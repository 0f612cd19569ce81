//! What a service's image is: one description, drawn as two flavours.

mod command;
mod contents;
mod pins;
mod script;
mod spec;
mod tools;

pub use command::{Command, launcher};
pub use contents::{Input, LocalPackage};
pub use pins::Pins;
pub use spec::ImageSpec;
pub use tools::Tools;

/// The two images of a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Flavour {
    Dev,
    Prod,
}
