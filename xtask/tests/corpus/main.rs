//! The export against that of the programs that write locks, on real locks of public projects.

#![allow(
    clippy::disallowed_macros,
    clippy::disallowed_methods,
    reason = "a test prints, and works on folders of its own"
)]

mod compare;
mod poetry;
mod pylock;
mod uv;
