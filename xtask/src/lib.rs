//! The command line of every maintenance task: arguments in, what people read and an exit code out.

pub mod cli;
pub mod report;
pub mod tasks;
