//! Starts, tests, measures and builds what is in the repository, with the environments that this takes. Renders nothing.

pub mod bench;
pub mod build_images;
pub mod ci;
pub mod environments;
pub mod sbom;
pub mod test;
pub mod tool;
pub mod up;
