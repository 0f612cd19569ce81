//! What `cargo xtask verify-parity` says of one repository in every format, and what `--fix` does about it.

#![allow(
    clippy::disallowed_methods,
    reason = "folders of the tests, not the repository that is worked on"
)]

#[path = "../fixture/mod.rs"]
mod fixture;

mod formats;
mod mending;
mod page;
mod repository;
