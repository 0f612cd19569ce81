//! The command line. These comments are the user documentation.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

use crate::{
    Exit,
    report::Problem,
    root,
    tasks::{export_requirements, gen_dockerfiles},
};

/// Owns the maintenance tasks of this repository: developers, CI and release engineers run the same commands.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", disable_help_subcommand = true, after_help = EXIT_CODES)]
pub struct Cli {
    /// The repository to work on [default: the cargo workspace around the current folder]
    #[arg(long, value_name = "DIR", global = true)]
    root: Option<PathBuf>,

    #[command(subcommand)]
    task: Task,
}

const EXIT_CODES: &str = "\
Exit codes: 0 clean, 1 the tool could not do its work, 2 wrong usage, 3 nothing found to work on, \
4 generated files are stale, 5 parity is broken";

#[derive(Debug, Subcommand)]
enum Task {
    GenDockerfiles(gen_dockerfiles::Args),
    ExportRequirements(export_requirements::Args),
}

impl Cli {
    /// Runs the task. Problems come back as data: `main` prints them.
    pub fn run(self) -> Result<Exit, Vec<Problem>> {
        match self.task {
            Task::ExportRequirements(args) => export_requirements::run(&args),
            Task::GenDockerfiles(args) => gen_dockerfiles::run(&root::find(self.root.as_deref())?, &args),
        }
    }
}
