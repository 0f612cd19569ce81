//! What `cargo xtask verify-parity` says of one repository in every format, and what `--fix` does about it.

#[path = "../fixture/mod.rs"]
mod fixture;

mod formats;
mod mending;
mod repository;
