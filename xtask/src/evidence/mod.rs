//! What is really there: facts read back from the files, whoever wrote them.

pub mod built;
pub mod chart;
pub mod code;
pub mod compose;
pub mod development;
pub mod dockerfile;
pub mod image;
pub mod import_path;
pub mod released;
pub mod requirements;
pub mod shell;
mod surroundings;
pub mod tiltfile;
pub mod workflows;
pub mod yaml;

pub use surroundings::Surroundings;

/// Where GitHub looks for workflows.
pub const WORKFLOWS: &str = ".github/workflows";
