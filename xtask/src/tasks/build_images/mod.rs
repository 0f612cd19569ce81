//! Builds images through `docker-bake.json`: what a workflow calls, so that it holds no Docker options of its own.

mod chosen;

use std::{
    io::Write,
    path::Path,
    process::{Command, Stdio},
};

use serde_json::Value;

use crate::{
    Exit,
    artifact::bake,
    image::Flavour,
    repo::{Frontend, Repo, RepoPath, Service, toml::quoted},
    report::Problem,
    tasks::up::pages,
    wheels::git,
};
use chosen::Chosen;

/// Build images of services with `docker buildx bake`: both flavours, or production for several platforms to push
///
/// The frontend counts as a service where its folder holds a Dockerfile; its image is for production.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Services to build [default: all]
    #[arg(value_name = "SERVICE")]
    services: Vec<String>,

    /// Build only the services that what has changed since this revision can affect
    #[arg(long, value_name = "REV", conflicts_with = "services", num_args = 0..=1, default_missing_value = "")]
    affected: Option<String>,

    /// Build the test stage of production too, and run the unit tests in it; of the frontend, run `image-test`
    #[arg(long)]
    test: bool,

    /// Build production alone, with SBOM and provenance, push it, and print `image=…` and `digest=…` of each; logs in
    /// first where the environment holds `REGISTRY_USER` and `REGISTRY_PASSWORD`
    #[arg(long, conflicts_with_all = ["test", "affected"])]
    push: bool,

    /// What a pushed image is built for
    #[arg(
        long,
        value_name = "LIST",
        requires = "push",
        default_value = "linux/amd64,linux/arm64"
    )]
    platform: String,

    /// The tag; a leading `v` of a git tag is left out [default: the version in the service's manifest]
    #[arg(long, value_name = "VERSION")]
    tag: Option<String>,
}

/// What was built.
#[derive(Debug)]
pub struct Outcome {
    pub targets: Vec<String>,
    /// The services whose tests ran in their test stage.
    pub tested: Vec<String>,
    pub pushed: Vec<Pushed>,
    /// Whether there were services to choose from.
    pub is_empty: bool,
}

/// An image that a registry holds now.
#[derive(Debug, PartialEq, Eq)]
pub struct Pushed {
    /// Without a tag.
    pub image: String,
    pub digest: String,
}

impl Outcome {
    /// That a change affects no service is a good end; that there is none to build is not.
    pub fn exit(&self) -> Exit {
        if self.is_empty { Exit::Nothing } else { Exit::Clean }
    }
}

pub fn run(root: &Path, args: &Args, on_step: &dyn Fn(&str, &str)) -> Result<Outcome, Vec<Problem>> {
    let mut problems = Vec::new();
    let repo = Repo::read(root, &mut problems);
    let Some(repo) = repo.filter(|_| problems.is_empty()) else {
        return Err(problems);
    };
    let chosen = Chosen::by(&repo, args)?;
    let mut outcome = Outcome {
        targets: Vec::new(),
        tested: Vec::new(),
        pushed: Vec::new(),
        is_empty: repo.services.is_empty() && repo.pages.is_none(),
    };
    if chosen.is_empty() {
        return Ok(outcome);
    }
    let flavours: &[Flavour] = match args.push {
        true => &[Flavour::Prod],
        false => &[Flavour::Prod, Flavour::Dev],
    };
    outcome.targets = chosen.targets(flavours);
    on_step("Building", &outcome.targets.join(", "));
    match args.push {
        true => outcome.pushed = push(&repo, args, &outcome.targets)?,
        false => bake(&repo, args, &outcome.targets, &[])?,
    }
    if !args.test {
        return Ok(outcome);
    }
    let mut failed = Vec::new();
    for service in chosen
        .services
        .into_iter()
        .filter(|service| !service.settings.test_groups.is_empty())
    {
        let name = service.package.name.as_str();
        on_step("Testing", &format!("{name} in its test stage"));
        match test(&repo, args, service) {
            Ok(()) => outcome.tested.push(name.to_owned()),
            Err(problem) => failed.push(problem),
        }
    }
    let frontend = repo.settings.frontend.as_ref().filter(|_| chosen.pages.is_some());
    if let Some(frontend) = frontend
        && let Some(command) = &frontend.image_test
    {
        on_step("Testing", &format!("{} as an image", frontend.name));
        match test_pages(&repo, frontend, command) {
            Ok(()) => outcome.tested.push(frontend.name.clone()),
            Err(problems) => failed.extend(problems),
        }
    }
    if failed.is_empty() { Ok(outcome) } else { Err(failed) }
}

fn bake(repo: &Repo, args: &Args, targets: &[String], options: &[String]) -> Result<(), Problem> {
    let mut command = Command::new("docker");
    command
        .current_dir(&repo.root)
        .args(["buildx", "bake", "--file", bake::FILE])
        .args(options)
        .args(targets)
        .stdin(Stdio::null());
    let services = repo.services.iter().map(|service| &service.package);
    let packages = services.chain(&repo.libs).map(|package| package.dir.clone());
    let pages = repo.pages.iter().map(|pages| pages.dockerfile.parent());
    let folders: Vec<RepoPath> = packages.chain(pages).collect();
    let facts = git::ask(&repo.root, &folders)?;
    if let Some(revision) = facts.revision {
        let dirty = if revision.is_dirty { "-dirty" } else { "" };
        command.env("REVISION", format!("{}{dirty}", revision.commit));
    }
    if let Some(tag) = &args.tag {
        let is_version = tag
            .strip_prefix('v')
            .filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        command.env("VERSION", is_version.unwrap_or(tag));
    }
    succeed(
        &format!(
            "build {}",
            quoted(&targets.iter().map(String::as_str).collect::<Vec<_>>())
        ),
        &mut command,
    )
}

/// One index of all platforms for each target. Its digest is what there is to sign, to attest and to deploy.
fn push(repo: &Repo, args: &Args, targets: &[String]) -> Result<Vec<Pushed>, Problem> {
    log_in(repo)?;
    let metadata = repo.root.join(format!("target/xtask/bake-{}.json", std::process::id()));
    let unable = |error: std::io::Error| Problem::error(format!("cannot use `{}`: {error}", metadata.display()));
    std::fs::create_dir_all(repo.root.join("target/xtask")).map_err(unable)?;
    let platforms = args.platform.split(',').map(str::trim);
    let mut options: Vec<String> = platforms
        .map(|platform| format!("--set=*.platform={platform}"))
        .collect();
    options.extend(["--sbom=true", "--provenance=mode=max", "--push"].map(str::to_owned));
    options.push(format!("--metadata-file={}", metadata.display()));
    bake(repo, args, targets, &options)?;
    let text = std::fs::read_to_string(&metadata).map_err(unable)?;
    let _ = std::fs::remove_file(&metadata);
    let said: Value = serde_json::from_str(&text).map_err(|error| unreadable(&metadata, &error.to_string()))?;
    targets
        .iter()
        .map(|target| pushed(&said[target]).ok_or_else(|| unreadable(&metadata, target)))
        .collect()
}

/// Where the environment says as whom. Otherwise Docker knows already, or the registry asks nobody.
fn log_in(repo: &Repo) -> Result<(), Problem> {
    let said = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let (Some(user), Some(password)) = (said("REGISTRY_USER"), said("REGISTRY_PASSWORD")) else {
        return Ok(());
    };
    let Some(host) = repo
        .settings
        .image_registry
        .as_deref()
        .and_then(|registry| registry.split('/').next())
    else {
        return Err(Problem::error(
            "`image-registry` is missing: nothing says where to push",
        ));
    };
    let mut command = Command::new("docker");
    command.args(["login", host, "--username", &user, "--password-stdin"]);
    command.stdin(Stdio::piped()).stdout(Stdio::null());
    let unable = |error: std::io::Error| Problem::error(format!("cannot run `docker login`: {error}"));
    let mut child = command.spawn().map_err(unable)?;
    if let Some(mut stdin) = child.stdin.take() {
        // One that ends before it has read all says so by its status.
        let _ = stdin.write_all(password.as_bytes());
    }
    match child.wait().map_err(unable)?.success() {
        true => Ok(()),
        false => Err(
            Problem::error(format!("the registry `{host}` does not let `{user}` in"))
                .remedy("see `REGISTRY_USER` and `REGISTRY_PASSWORD` in the environment"),
        ),
    }
}

/// What buildx says of a target. Behind several tags there is one digest.
fn pushed(said: &Value) -> Option<Pushed> {
    let name = said["image.name"].as_str()?.split(',').next()?;
    let digest = said["containerimage.digest"].as_str()?;
    // A colon before the last slash belongs to the port of a registry.
    let (folder, last) = name
        .rsplit_once('/')
        .map_or(("", name), |(folder, last)| (folder, last));
    let last = last.split(':').next()?;
    Some(Pushed {
        image: if folder.is_empty() {
            last.to_owned()
        } else {
            format!("{folder}/{last}")
        },
        digest: digest.to_owned(),
    })
}

fn unreadable(file: &Path, what: &str) -> Problem {
    Problem::error(format!(
        "`docker buildx bake` did not say which digest it pushed: {what}"
    ))
    .note(format!("looked into `{}`", file.display()))
}

/// Builds the test stage, and runs it as production may run: nothing writable but `/tmp`.
fn test(repo: &Repo, args: &Args, service: &Service) -> Result<(), Problem> {
    let target = bake::test_target(service);
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
    let (program, arguments) = command
        .split_first()
        .unwrap_or_else(|| unreachable!("`words` refuses an empty one"));
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

fn succeed(purpose: &str, command: &mut Command) -> Result<(), Problem> {
    let status = command.status().map_err(|error| {
        Problem::error(format!("cannot run `docker`: {error}"))
            .remedy("install Docker with the buildx plugin, and start it")
    })?;
    if status.success() {
        return Ok(());
    }
    Err(Problem::error(format!("cannot {purpose}: docker ended with {status}")).note("what failed is told above"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pushed_image_is_named_without_its_tag() {
        let said = |name: &str| serde_json::json!({ "image.name": name, "containerimage.digest": "sha256:12" });
        let image = |name: &str| pushed(&said(name)).unwrap().image;
        assert_eq!(image("localhost:5000/team/web:1.0"), "localhost:5000/team/web");
        assert_eq!(image("r.example.org/web:1,r.example.org/web:2"), "r.example.org/web");
        assert_eq!(image("web"), "web");
        assert_eq!(pushed(&serde_json::json!({})), None);
    }
}
