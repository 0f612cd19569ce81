//! Every maintenance task of a Python monorepo whose services ship as two images, development and production.
//!
//! Data flows one way: read (`repo`), describe (`image`), draw (`artifact`), compare and write (`sync`), report (`report`).

#![cfg_attr(
    test,
    allow(
        clippy::disallowed_methods,
        reason = "folders of the tests, not the repository that is worked on"
    )
)]

pub mod affected;
pub mod artifact;
mod at_once;
pub mod cli;
pub mod evidence;
mod exit;
mod git;
pub mod image;
mod process;
pub mod python;
pub mod release;
pub mod repo;
pub mod report;
pub mod requirements;
mod root;
pub mod rules;
pub mod sync;
pub mod tasks;
pub mod tilt;
pub mod wheels;

pub use exit::Exit;
