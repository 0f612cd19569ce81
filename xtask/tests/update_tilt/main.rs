//! `cargo xtask update-tilt`, through the binary, on Tiltfiles in the styles that people write. What comes out is read
//! by people (snapshots), and run by another implementation of Starlark.

#![allow(
    clippy::disallowed_methods,
    reason = "folders of the tests, not the repository that is worked on"
)]

#[path = "../fixture/mod.rs"]
mod fixture;

mod bad_input;
mod people;
mod real;
mod refused;
mod services;
mod styles;
