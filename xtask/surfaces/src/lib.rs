//! What is said about images outside of their Dockerfiles: who builds, names and runs which image. Knows nothing of what has to hold.

pub mod chart;
pub mod compose;
pub mod devcontainer;
pub mod reference;
mod surroundings;
pub mod tilt;
pub mod tiltfile;
pub mod workflows;

pub use surroundings::Surroundings;

/// Where GitHub looks for workflows.
pub const WORKFLOWS: &str = ".github/workflows";
