//! The program `cargo xtask`.

use std::process::ExitCode;

use clap::Parser;
use console::{output, terminal};
use diagnostics::{Exit, merged};
use xtask::cli::Cli;

fn main() -> ExitCode {
    match Cli::parse().run() {
        Ok(exit) => exit.into(),
        Err(problems) => {
            output::eprint(&terminal::problems(&merged(problems)));
            Exit::Failed.into()
        }
    }
}
