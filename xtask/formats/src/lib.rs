//! Formats that others define, read with the place of every value: Dockerfiles, shell text, YAML, JSON, Starlark, Go templates as
//! Helm renders them, requirement files, tar archives, and the long part of locks; and paths in a repository. Knows no service and touches
//! no disk.

pub mod dockerfile;
pub mod growth;
mod ignore_pattern;
pub mod json;
mod name;
mod path;
mod path_index;
pub mod poetry_lock;
mod repo_path;
pub mod requirements;
pub mod shell;
pub mod starlark;
pub mod tar;
pub mod template;
mod unmerged;
pub mod uv_lock;
pub mod yaml;

pub use ignore_pattern::{IgnorePattern, decisive};
pub use name::{PackageName, normalised};
pub use path::{absolute, followed};
pub use path_index::PathIndex;
pub use repo_path::RepoPath;
pub use unmerged::conflict_marker;
