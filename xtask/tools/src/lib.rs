//! The lock of the tools as part of the program, for repositories that keep none of their own. Knows nothing else.

/// The manifest of the tools.
pub const MANIFEST: &str = include_str!("../pyproject.toml");

/// Their lock.
pub const LOCK: &str = include_str!("../poetry.lock");
