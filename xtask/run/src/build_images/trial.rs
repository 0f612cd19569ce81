//! The tests of what was built: those of a service in its test stage, those of the pages by a command of their own.

use std::process::{Command, Stdio};

use super::{Args, Pushed, bake, chosen::Chosen, layers::Layers, succeed};
use crate::up::pages;
use diagnostics::{Place, Problem};
use formats::PackageName;
use generate::{
    artifact::{bake::test_target, dockerfile_name},
    image::Flavour,
};
use repo::{Frontend, Repo, Service};

/// The stage of a production Dockerfile that its test stage is based on.
const PRODUCTION: &str = "production";

/// Runs all, whatever fails, and names those that passed. What was pushed is tested by its digest, and is not built again.
pub(super) fn run(
    repo: &Repo,
    args: &Args,
    chosen: &Chosen<'_>,
    pushed: &[Pushed],
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
        match test(repo, args, service, reference(repo, &service.package.name, pushed)) {
            Ok(()) => tested.push(name.to_owned()),
            Err(problem) => failed.push(problem),
        }
    }
    let frontend = repo.settings.frontend.as_ref().filter(|_| chosen.pages.is_some());
    if let Some(frontend) = frontend
        && let Some(command) = &frontend.image_test
    {
        on_step("Testing", &format!("{} as an image", frontend.name));
        let image = chosen.pages.and_then(|pages| reference(repo, &pages.name, pushed));
        match test_pages(repo, frontend, command, image) {
            Ok(()) => tested.push(frontend.name.clone()),
            Err(problems) => failed.extend(problems),
        }
    }
    if failed.is_empty() { Ok(tested) } else { Err(failed) }
}

/// What the images of a service, or of the pages, are called.
fn called<'a>(repo: &'a Repo, name: &'a PackageName) -> &'a str {
    let service = repo.services.iter().find(|service| service.package.name == *name);
    service.map_or(name.as_str(), |service| service.image())
}

/// The digest of a service's production image, among those that were pushed.
fn reference(repo: &Repo, name: &PackageName, pushed: &[Pushed]) -> Option<String> {
    let image = Flavour::Prod.image(repo.settings.image_registry.as_deref(), called(repo, name));
    let found = pushed.iter().find(|pushed| pushed.image == image);
    found.map(|pushed| format!("{image}@{}", pushed.digest))
}

/// Builds the test stage, and runs it as production may run: nothing writable but `/tmp`. With a `reference`, the stage
/// is based on that image.
fn test(repo: &Repo, args: &Args, service: &Service, reference: Option<String>) -> Result<(), Problem> {
    let target = test_target(service);
    let tag = format!("xtask-test/{}:{}", service.package.name, std::process::id());
    let mut options = vec![format!("--set={target}.tags={tag}"), "--load".into()];
    if let Some(reference) = reference {
        check_stage(repo, service)?;
        options.push(format!(
            "--set={target}.contexts.{PRODUCTION}=docker-image://{reference}"
        ));
    }
    let layers = Layers::from_environment(&repo.root).filter(|_| !args.push);
    if let Some(layers) = &layers {
        options.extend(layers.options(std::slice::from_ref(&target)));
    }
    let targets = [target];
    bake(repo, args, &targets, &options)?;
    if let Some(layers) = layers {
        layers.keep(&targets)?;
    }
    let mut command = Command::new("docker");
    command.args(["run", "--rm", "--read-only", "--tmpfs", "/tmp", &tag]);
    let result = succeed(&format!("test `{}` in its image", service.package.name), &mut command);
    let _ = Command::new("docker")
        .args(["image", "rm", "--force", &tag])
        .stdout(Stdio::null())
        .status();
    result
}

/// A Dockerfile without that stage would build production again, and what was pushed would not be tested.
fn check_stage(repo: &Repo, service: &Service) -> Result<(), Problem> {
    let path = service.package.dir.child(dockerfile_name(Flavour::Prod));
    let source = repo.root.source(&path)?;
    let is_named = |line: &str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        matches!(words.as_slice(), [.., before, name] if before.eq_ignore_ascii_case("as") && *name == PRODUCTION)
    };
    if source.text().lines().any(is_named) {
        return Ok(());
    }
    Err(Problem::error(format!(
        "`{path}` has no stage `{PRODUCTION}`, so its tests cannot run on the pushed image"
    ))
    .at(Place::File(path.to_string()))
    .remedy(format!(
        "name the stage that is released: `FROM … AS {PRODUCTION}`, and start the test stage from it"
    )))
}

/// By a command of its own, with its packages installed; `IMAGE` in its environment names what is to be tested.
fn test_pages(repo: &Repo, frontend: &Frontend, command: &[String], image: Option<String>) -> Result<(), Vec<Problem>> {
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
        .envs(image.map(|image| ("IMAGE", image)))
        .stdin(Stdio::null());
    let status = command.status().map_err(|error| {
        Problem::error(format!("cannot run `{program}`: {error}")).at(frontend.folder.place.clone())
    })?;
    if status.success() {
        return Ok(());
    }
    let problem = Problem::error(format!("the image of `{}` fails its tests: {status}", frontend.name));
    Err(problem.note("see the errors above").into())
}
