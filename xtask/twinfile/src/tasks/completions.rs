use clap::Command;
use clap_complete::{Shell, generate};

use crate::NAME;

/// Print a script that completes commands and options in a shell
///
/// For the installed program: write it where the shell looks for completions, such as
/// `~/.local/share/bash-completion/completions/` for bash.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

/// The script. `cli` is the tree of the command line.
pub fn run(args: &Args, cli: Command) -> String {
    let mut script = Vec::new();
    let mut cli = crate::cli::named(cli, NAME);
    generate(args.shell, &mut cli, NAME, &mut script);
    String::from_utf8_lossy(&script).into_owned()
}
