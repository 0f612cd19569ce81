//! Runs a pinned tool, so that people and CI check with the same versions and none of them installs anything.

#![expect(
    clippy::disallowed_methods,
    reason = "programs of an environment that was made below `target/`"
)]

use std::process::Command;

use super::test::python_tests;
use crate::environments::{Environment, Interpreter, Tools, first_on_path, import_path};
use diagnostics::{Exit, Problem};
use repo::Repo;
use repo::Root;

/// Run a program that the tools lock pins: `cargo xtask tool ruff check`
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Run it in the folder and the test environment of this lib or service. A program of that environment takes precedence over a pinned
    /// tool of the same name
    #[arg(long = "for", value_name = "PACKAGE")]
    package: Option<String>,

    /// Program and its arguments
    #[arg(
        required = true,
        trailing_var_arg = true,
        allow_hyphen_values = true,
        value_name = "PROGRAM"
    )]
    command: Vec<String>,
}

/// Runs a program with the environment of a package, and ends as that does.
pub fn run(root: &Root, args: &Args) -> Result<Exit, Vec<Problem>> {
    let repo = Repo::sound(root)?;
    let tests = args
        .package
        .as_ref()
        .map(|package| python_tests(&repo, package))
        .transpose()?;
    let pythons = Interpreter::all(repo.settings.base_image()?.python)?;
    let tools = Tools::provide_all(root, &repo.settings, &pythons[0])?;
    let [name, arguments @ ..] = args.command.as_slice() else {
        return Err(Problem::error("no program is named").into());
    };
    let mut command;
    if let Some(tests) = tests {
        let environment = Environment::provide(root, &tests.package, &tests.groups, &pythons, &tools)?;
        let own = environment.home().join("bin").join(name);
        let program = if own.is_file() { own } else { tools.program(name)? };
        command = Command::new(program);
        command
            .current_dir(tests.package.dir.under(root))
            .env("PYTHONPATH", import_path(root, &tests.import_roots)?)
            .env("VIRTUAL_ENV", environment.home())
            .env("PATH", first_on_path(&environment.home().join("bin"))?);
    } else {
        command = Command::new(tools.program(name)?);
    }
    let status = command
        .args(arguments)
        .status()
        .map_err(|error| Problem::error(format!("cannot run `{name}`: {error}")))?;
    Ok(if status.success() { Exit::Clean } else { Exit::Failed })
}
