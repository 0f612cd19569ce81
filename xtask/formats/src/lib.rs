//! Formats that others define, read with the place of every value: Dockerfiles, shell text, YAML, Go templates as Helm renders
//! them, requirement files, and the long part of locks. Nothing here knows what a service is, or touches the disk.

pub mod dockerfile;
mod fix;
mod located;
mod name;
mod path;
pub mod poetry_lock;
mod problem;
pub mod requirements;
pub mod shell;
mod source;
pub mod template;
mod unmerged;
pub mod yaml;

pub use fix::{Edit, Fix};
pub use located::Located;
pub use name::PackageName;
pub use path::absolute;
pub use problem::{Level, Place, Problem, count, distinct, joined, once_a_place};
pub use source::Source;
pub use unmerged::conflict_marker;
