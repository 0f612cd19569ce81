//! The command line of every maintenance task: arguments in, what people read and an exit code out.

#![cfg_attr(
    test,
    allow(
        clippy::disallowed_methods,
        reason = "folders of the tests, not the repository that is worked on"
    )
)]

pub mod cli;
pub mod report;
pub mod tasks;
