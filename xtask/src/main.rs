use std::process::ExitCode;

use clap::Parser;
use console::terminal;
use diagnostics::Exit;
use xtask::cli::Cli;

fn main() -> ExitCode {
    match Cli::parse().run() {
        Ok(exit) => exit.into(),
        Err(problems) => {
            anstream::eprint!("{}", terminal::problems(&problems));
            Exit::Failed.into()
        }
    }
}
