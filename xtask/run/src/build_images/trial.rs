//! The tests of what was built: those of a service in its test stage, those of the pages by a command of their own.

use std::process::{Command, Stdio};

use super::{Args, bake, chosen::Chosen, succeed};
use crate::up::pages;
use diagnostics::Problem;
use generate::artifact::bake::test_target;
use repo::{Frontend, Repo, Service};

/// Runs all, whatever fails, and names those that passed.
pub(super) fn run(
    repo: &Repo,
    args: &Args,
    chosen: &Chosen<'_>,
    on_step: &dyn Fn(&str, &str),
) -> Result<Vec<String>, Vec<Problem>> {
    let mut tested = Vec::new();
    let mut failed = Vec::new();
    for service in chosen
        .services
        .iter()
        .filter(|service| !service.settings.test_groups.is_empty())
    {
        let name = service.package.name.as_str();
        on_step("Testing", &format!("{name} in its test stage"));
        match test(repo, args, service) {
            Ok(()) => tested.push(name.to_owned()),
            Err(problem) => failed.push(problem),
        }
    }
    let frontend = repo.settings.frontend.as_ref().filter(|_| chosen.pages.is_some());
    if let Some(frontend) = frontend
        && let Some(command) = &frontend.image_test
    {
        on_step("Testing", &format!("{} as an image", frontend.name));
        match test_pages(repo, frontend, command) {
            Ok(()) => tested.push(frontend.name.clone()),
            Err(problems) => failed.extend(problems),
        }
    }
    if failed.is_empty() { Ok(tested) } else { Err(failed) }
}

/// Builds the test stage, and runs it as production may run: nothing writable but `/tmp`.
fn test(repo: &Repo, args: &Args, service: &Service) -> Result<(), Problem> {
    let target = test_target(service);
    let tag = format!("xtask-test/{}:{}", service.package.name, std::process::id());
    let options = [format!("--set={target}.tags={tag}"), "--load".into()];
    bake(repo, args, &[target], &options)?;
    let mut command = Command::new("docker");
    command.args(["run", "--rm", "--read-only", "--tmpfs", "/tmp", &tag]);
    let result = succeed(&format!("test `{}` in its image", service.package.name), &mut command);
    let _ = Command::new("docker")
        .args(["image", "rm", "--force", &tag])
        .stdout(Stdio::null())
        .status();
    result
}

/// By a command of its own, with its packages installed.
fn test_pages(repo: &Repo, frontend: &Frontend, command: &[String]) -> Result<(), Vec<Problem>> {
    pages::install(&repo.root, frontend)?;
    let Some((program, arguments)) = command.split_first() else {
        return Err(Problem::error("`image-test` is empty")
            .at(frontend.folder.place.clone())
            .into());
    };
    let mut command = Command::new(program);
    command
        .args(arguments)
        .current_dir(frontend.folder.value.under(&repo.root))
        .stdin(Stdio::null());
    let status = command.status().map_err(|error| {
        Problem::error(format!("cannot run `{program}`: {error}")).at(frontend.folder.place.clone())
    })?;
    if status.success() {
        return Ok(());
    }
    let problem = Problem::error(format!("the image of `{}` fails its tests: {status}", frontend.name));
    Err(problem.note("what failed is told above").into())
}
