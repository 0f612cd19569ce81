//! The installed program.

use std::process::ExitCode;

fn main() -> ExitCode {
    twinfile::run(&twinfile::installed_name())
}
