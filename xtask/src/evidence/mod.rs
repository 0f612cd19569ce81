//! What is really there: facts read back from the files, whoever wrote them.

pub mod built;
pub mod chart;
pub mod code;
pub mod compose;
pub mod development;
pub mod health;
pub mod image;
pub mod import_path;
pub mod loaded;
pub mod released;
mod surroundings;
pub mod tiltfile;
pub mod workflows;

pub use formats::{dockerfile, requirements, shell, yaml};
pub use surroundings::Surroundings;

/// Where GitHub looks for workflows.
pub const WORKFLOWS: &str = ".github/workflows";
