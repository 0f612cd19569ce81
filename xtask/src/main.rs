use std::process::ExitCode;

use clap::Parser;
use xtask::{Exit, cli::Cli, report::terminal};

fn main() -> ExitCode {
    match Cli::parse().run() {
        Ok(exit) => exit.into(),
        Err(problems) => {
            anstream::eprint!("{}", terminal::problems(&problems));
            Exit::Failed.into()
        }
    }
}
