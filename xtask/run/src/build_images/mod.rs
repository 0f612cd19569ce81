//! Builds images through `docker-bake.json`: what a workflow calls, so that it holds no Docker options of its own.

mod base;
mod chosen;
mod layers;
mod push;
mod release;
mod sizes;
mod source;
mod trial;

use std::{
    path::PathBuf,
    process::{Command, Stdio},
};

use chosen::Chosen;
use diagnostics::{Exit, Problem};
use generate::{artifact::bake, image::Flavour};
use layers::Layers;
use repo::Root;
use repo::{Repo, RepoPath, toml::quoted};
use wheels::git;

pub use sizes::{Size, Sizes};

/// Build the development and production images of services with `docker buildx bake`, or push and release production
///
/// A release builds each image once. `--push`, run on a machine of each platform, builds production, pushes it by digest without a tag, and
/// tests that digest. `--release` then tags all of these digests.
///
/// The frontend counts as a service if its folder has a Dockerfile. It has only a production image.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Services to build [default: all]
    #[arg(value_name = "SERVICE")]
    services: Vec<String>,

    /// Build only the services that are affected by changes since this revision
    #[arg(long, value_name = "REV", conflicts_with = "services", num_args = 0..=1, default_missing_value = "")]
    affected: Option<String>,

    /// Also build the test stage of production and run the unit tests in it; for the frontend, run `image-test`
    #[arg(long)]
    test: bool,

    /// Build only production for the platform of this machine, with SBOM and provenance; push it by digest without a tag; test that digest;
    /// print `image=…`, `digest=…` and `platform=…` of each. If `REGISTRY_USER` and `REGISTRY_PASSWORD` are set, log in first
    #[arg(long, conflicts_with_all = ["test", "affected"])]
    push: bool,

    /// Build nothing: tag the digests that `--push` printed into files of this folder, as one index per image, and print its `image=…` and
    /// `digest=…`
    #[arg(long, value_name = "DIR", conflicts_with_all = ["push", "test", "affected"])]
    release: Option<PathBuf>,

    /// Platforms that the image must have been tested for
    #[arg(
        long,
        value_name = "LIST",
        requires = "release",
        default_value = "linux/amd64,linux/arm64"
    )]
    platform: String,

    /// Tag of the images, without the leading `v` of a git tag [default: the version in the manifest of the service]
    #[arg(long, value_name = "VERSION")]
    tag: Option<String>,
}

impl Args {
    /// The version that the tag says.
    fn said_version(&self) -> Option<&str> {
        let tag = self.tag.as_deref()?;
        let is_version = tag
            .strip_prefix('v')
            .filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        Some(is_version.unwrap_or(tag))
    }
}

/// What was built.
#[derive(Debug)]
pub struct Outcome {
    /// The names of the targets.
    pub targets: Vec<String>,
    /// Those whose tests passed, in their test stage or against their image.
    pub tested: Vec<String>,
    /// The images that a registry holds now.
    pub pushed: Vec<Pushed>,
    /// Whether there were services to choose from.
    pub is_empty: bool,
}

/// An image that a registry holds now.
#[derive(Debug, PartialEq, Eq)]
pub struct Pushed {
    /// Without a tag.
    pub image: String,
    /// The digest of the image, `sha256:…`.
    pub digest: String,
    /// Of the machine that built and tested it; nothing for an index of several.
    pub platform: Option<String>,
}

impl Outcome {
    /// That a change affects no service is a good end; that there is none to build is not.
    pub fn exit(&self) -> Exit {
        if self.is_empty { Exit::Nothing } else { Exit::Clean }
    }
}

/// Builds the chosen images, and pushes them where it is asked to. `on_step` is called with a verb and its object.
pub fn run(root: &Root, args: &Args, on_step: &dyn Fn(&str, &str)) -> Result<Outcome, Vec<Problem>> {
    let repo = Repo::sound(root)?;
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
    if let Some(dir) = &args.release {
        outcome.pushed = release::release(&repo, args, &root.join(dir), &chosen)?;
        outcome.targets = chosen.targets(&[Flavour::Prod]);
        return Ok(outcome);
    }
    let flavours: &[Flavour] = if args.push {
        &[Flavour::Prod]
    } else {
        &[Flavour::Prod, Flavour::Dev]
    };
    outcome.targets = chosen.targets(flavours);
    on_step("Building", &outcome.targets.join(", "));
    if args.push {
        let bases = base::resolve(&repo, &chosen)?;
        for base in &bases {
            on_step("Pinned", &format!("{}@{}", base.name, base.digest));
        }
        outcome.pushed = push::push(
            &repo,
            args,
            &outcome.targets,
            &chosen.images(&repo, args.said_version(), flavours),
            &bases,
        )?
    } else {
        let layers = Layers::from_environment(root);
        let options = layers
            .as_ref()
            .map(|layers| layers.options(&outcome.targets))
            .unwrap_or_default();
        bake(&repo, args, &outcome.targets, &options)?;
        if let Some(layers) = layers {
            layers.keep(&outcome.targets)?;
        }
        if let Some(dir) = sizes::folder(root) {
            sizes::note(&dir, &chosen.images(&repo, args.said_version(), flavours))?;
        }
    }
    if args.test || args.push {
        outcome.tested = trial::run(&repo, args, &chosen, &outcome.pushed, on_step)?;
    }
    Ok(outcome)
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
        // Not the time of the build: the same commit makes the same image.
        if let Some(time) = commit_time(repo, &revision.commit) {
            command.env("CREATED", time);
        }
    }
    if let Some(source) = source::of(repo) {
        command.env("SOURCE", source);
    }
    if let Some(version) = args.said_version() {
        command.env("VERSION", version);
    }
    succeed(
        &format!(
            "build {}",
            quoted(&targets.iter().map(String::as_str).collect::<Vec<_>>())
        ),
        &mut command,
    )
}

/// When a commit was made, in UTC, as labels have it (RFC 3339).
fn commit_time(repo: &Repo, commit: &str) -> Option<String> {
    let format = ["--date=format-local:%Y-%m-%dT%H:%M:%SZ", "--format=%cd"];
    let mut command = ::repo::git::command(&repo.root);
    command
        .env("TZ", "UTC")
        .args(["show", "--no-patch"])
        .args(format)
        .arg(commit);
    let output = command.output().ok().filter(|output| output.status.success())?;
    let text = String::from_utf8(output.stdout).ok()?;
    Some(text.trim().to_owned()).filter(|time| time.ends_with('Z'))
}

fn succeed(purpose: &str, command: &mut Command) -> Result<(), Problem> {
    let status = command.status().map_err(|error| {
        Problem::error(format!("cannot run `docker`: {error}"))
            .remedy("install Docker with the buildx plugin, and start it")
    })?;
    if status.success() {
        return Ok(());
    }
    Err(Problem::error(format!("cannot {purpose}: docker ended with {status}")).note("see the errors above"))
}
