//! `poetry.lock` by its lines, as Poetry writes them: most of a lock is of two forms, and a parser of TOML takes its time.

mod archives;
mod blocks;
mod edges;
mod files;
mod outline;

pub use archives::{Files, LockedFile};
pub use blocks::{Block, blocks, without};
pub use edges::{Edge, edges};
pub(crate) use files::lift_with;
pub use files::{Lifted, Lists, lift};
pub use outline::{Key, outline};
