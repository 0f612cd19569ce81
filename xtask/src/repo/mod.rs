//! What the repository says: manifests, locks and settings, read once, typed, with places for errors.

pub mod constraint;
pub mod manifest;
pub mod marker;
mod name;
mod path;
mod source;
pub mod toml;

pub use name::PackageName;
pub use path::RepoPath;
pub use source::Source;
pub use toml::Located;
