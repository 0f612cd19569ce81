//! The program `cargo xtask`.

use std::process::ExitCode;

fn main() -> ExitCode {
    twinfile::run("cargo xtask")
}
