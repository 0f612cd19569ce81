//! The command line of every maintenance task: arguments in, what people read and an exit code out. The program `cargo xtask` of this
//! repository is one call of [`run`], and so is that of any other repository which embeds the tool.

#![cfg_attr(
    test,
    allow(
        clippy::disallowed_methods,
        reason = "folders of the tests, not the repository that is worked on"
    )
)]

pub mod cli;
mod installed;
pub mod report;
pub mod tasks;

use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches};
use console::{output, terminal};
use diagnostics::{Exit, called, merged};

use cli::Cli;

/// The name on the package registries, of the installed program, and of the table in a `pyproject.toml`.
pub const NAME: &str = repo::TOOL;

/// Runs the task that the arguments of this process name. `command` is how the program was called: help, errors and fixes name it so.
pub fn run(command: &str) -> ExitCode {
    called::call_it(command);
    if command != called::WRITTEN {
        // Until a repository that is read says otherwise.
        called::settings_are_in(called::Settings::Pyproject);
    }
    let matches = cli::named(Cli::command(), command).get_matches();
    let cli = Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    match cli.run() {
        Ok(exit) => exit.into(),
        Err(problems) => {
            output::eprint(&terminal::problems(&merged(problems)));
            Exit::Failed.into()
        }
    }
}

/// How the installed program was called: by its name, or by the runner that fetched it for this one call.
pub fn installed_name() -> String {
    installed::name(std::env::current_exe().ok().as_deref())
}
