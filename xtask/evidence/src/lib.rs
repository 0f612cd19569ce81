//! What images are made of: facts read back from Dockerfiles, built images and Python sources, whoever wrote them. Does not know what
//! should be there.

pub mod absent;
pub mod built;
pub mod code;
pub mod config;
pub mod development;
mod env_call;
pub mod health;
pub mod image;
pub mod import_path;
pub mod loaded;
pub mod released;
pub mod secret;
pub mod token;
