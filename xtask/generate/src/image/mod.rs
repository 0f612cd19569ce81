//! What a service's image is: one description, drawn as two flavours.

mod archives;
mod command;
mod contents;
mod outline;
mod pins;
mod published;
mod script;
pub mod secrets;
mod spec;
mod tools;

pub use command::{Command, launcher};
pub use contents::{Input, LocalPackage};
pub use outline::Outline;
pub use pins::{GitPin, Pins, Step};
pub use spec::{ImageSpec, STATE, state_folder};
pub use tools::Tools;

use formats::PackageName;

/// The two images of a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Flavour {
    /// The development image: with reload, debugger and sources.
    Dev,
    /// The production image: locked packages only.
    Prod,
}

impl Flavour {
    /// The name in messages: `development` or `production`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Dev => "development",
            Self::Prod => "production",
        }
    }

    /// The name of a service's image of this flavour, without a tag.
    pub fn image(self, registry: Option<&str>, service: &str) -> String {
        let name = match self {
            Self::Dev => format!("{service}-dev"),
            Self::Prod => service.to_string(),
        };
        registry.map_or_else(
            || name.clone(),
            |registry| format!("{}/{name}", registry.trim_end_matches('/')),
        )
    }

    /// What builds that image in `docker-bake.json`.
    pub fn target(self, service: &PackageName) -> String {
        match self {
            Self::Dev => format!("{service}-development"),
            Self::Prod => service.to_string(),
        }
    }
}
