//! The Docker command line: builds images, and hands out what they hold.

use std::{
    io::Read,
    process::{Child, Command, Output, Stdio},
};

use super::{Built, Inspected, leftovers::Leftover};
use crate::image::Image;
use diagnostics::{Place, Problem};
use formats::shell::quoted;
use repo::Root;
use subprocess::watcher::Watched;

/// Whether an engine answers. Asked first, so that this is said once, and not of every image.
pub fn check() -> Result<(), Problem> {
    let output = docker(&["version", "--format", "{{.Server.Version}}"])?;
    if output.status.success() {
        return Ok(());
    }
    let host = std::env::var("DOCKER_HOST").map(|host| format!(" at `DOCKER_HOST={host}`"));
    let host = host.unwrap_or_default();
    Err(Problem::error(format!("no Docker engine answers{host}"))
        .note(said(&output))
        .remedy("start it and try again; without `--built` and `--images` no engine is needed"))
}

/// Builds the image that was followed in its Dockerfile: that stage, with those arguments and that context. It is removed
/// with the value.
pub fn build(root: &Root, image: &Image, name: &str) -> Result<Leftover, Problem> {
    let tag = Leftover::image(name).map_err(absent)?;
    let options = options(image);
    let mut command = Command::new("docker");
    command.current_dir(root).env("DOCKER_BUILDKIT", "1");
    command
        .args(["build", "--progress=plain", "--tag", tag.name()])
        .args(&options);
    let output = run_watched(&mut command).map_err(absent)?;
    if output.status.success() {
        return Ok(tag);
    }
    let log = said(&output);
    let words: Vec<String> = options.iter().map(|word| quoted(word)).collect();
    Err(Problem::error(format!("`{}` does not build", image.name()))
        .at(Place::File(image.path.to_string()))
        .note(failed_step(&log))
        .remedy(format!("see all of it: `docker build {}`", words.join(" "))))
}

fn options(image: &Image) -> Vec<String> {
    let target = image
        .target
        .iter()
        .flat_map(|stage| ["--target".to_owned(), stage.clone()]);
    let arguments = image.build_arguments.iter();
    let arguments = arguments.flat_map(|(name, value)| ["--build-arg".to_owned(), format!("{name}={value}")]);
    ["--file".to_owned(), image.path.to_string()]
        .into_iter()
        .chain(target)
        .chain(arguments)
        .chain([image.context.dir.shown().to_owned()])
        .collect()
}

/// What BuildKit repeats of the step that failed; of another builder, the last lines.
fn failed_step(log: &str) -> String {
    const RULER: &str = "\n------\n";
    let parts: Vec<&str> = log.split(RULER).collect();
    if let Some(step) = parts.iter().rev().find(|part| part.starts_with(" > ")) {
        return step.trim().to_owned();
    }
    let lines: Vec<&str> = log.lines().collect();
    lines[lines.len().saturating_sub(20)..].join("\n")
}

/// Reads an image, pulled where it is not here.
pub fn read(reference: &str) -> Result<Built, Problem> {
    read_as(reference, reference)
}

/// Reads an image by one name, and calls it by another.
pub fn read_as(name: &str, reference: &str) -> Result<Built, Problem> {
    let container = Container::create(name)?;
    let config = config_of(reference, &container)?;
    let mut child = container.export()?;
    let failed = |why: String| {
        Problem::error(format!("cannot read the files of `{reference}`: {why}"))
            .at(place(reference))
            .remedy("see whether `docker export` of a container of it works")
    };
    let mut stream = child
        .stdout
        .take()
        .ok_or_else(|| failed("docker wrote nothing".to_owned()))?;
    let built = Built::read(reference, config, &mut stream);
    // Where reading stopped early, docker must not wait for its reader.
    drop(stream);
    let output = child.wait_with_output().map_err(|error| failed(error.to_string()))?;
    if !output.status.success() && !said(&output).is_empty() {
        return Err(failed(said(&output)));
    }
    built.map_err(|error| failed(error.to_string()))
}

/// The configuration of an image alone, pulled where it is not here.
pub fn inspect(reference: &str) -> Result<Inspected, Problem> {
    config_of(reference, &Container::create(reference)?)
}

fn config_of(reference: &str, container: &Container) -> Result<Inspected, Problem> {
    let image = succeed(reference, &["inspect", "--format", "{{.Image}}", container.0.name()])?;
    let inspected = succeed(reference, &["image", "inspect", "--format", "{{json .}}", image.trim()])?;
    let inspected = Inspected::read(&inspected, &place(reference)).map_err(|error| {
        Problem::error(format!(
            "cannot read what `docker image inspect` says of `{reference}`: {error}"
        ))
        .at(place(reference))
    })?;
    let asked = [
        "image",
        "history",
        "--no-trunc",
        "--format",
        "{{json .CreatedBy}}",
        image.trim(),
    ];
    let history = succeed(reference, &asked)?;
    let commands = history.lines().filter_map(|line| serde_json::from_str(line).ok());
    Ok(Inspected {
        history: commands.collect(),
        ..inspected
    })
}

fn place(reference: &str) -> Place {
    Place::File(format!("image:{reference}"))
}

/// A container that is never started, and is removed when this value goes.
struct Container(Leftover);

impl Container {
    fn create(reference: &str) -> Result<Self, Problem> {
        // What would be started does not matter, but an image without any command needs one to be named.
        let container = Leftover::container().map_err(absent)?;
        let name = container.name();
        let output = docker(&[
            "create",
            "--name",
            name,
            "--network",
            "none",
            "--",
            reference,
            "nothing",
        ])?;
        if output.status.success() {
            return Ok(Self(container));
        }
        Err(Problem::error(format!(
            "image `{reference}` does not exist, locally or in the registry"
        ))
        .at(place(reference))
        .note(said(&output))
        .remedy("`docker images` lists those that are here"))
    }

    fn export(&self) -> Result<Child, Problem> {
        let mut command = Command::new("docker");
        command.args(["export", self.0.name()]).stdin(Stdio::null());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().map_err(absent)
    }
}

fn succeed(reference: &str, arguments: &[&str]) -> Result<String, Problem> {
    let output = docker(arguments)?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    Err(Problem::error(format!("`docker {}` failed for `{reference}`", arguments[0])).note(said(&output)))
}

fn docker(arguments: &[&str]) -> Result<Output, Problem> {
    run(Command::new("docker").args(arguments))
}

/// One that takes long, and ends with this process.
fn run_watched(command: &mut Command) -> std::io::Result<Output> {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    let mut child = Watched::spawn(command)?;
    let mut stderr = Vec::new();
    if let Some(mut stream) = child.0.stderr.take() {
        stream.read_to_end(&mut stderr)?;
    }
    Ok(Output {
        status: child.wait()?,
        stdout: Vec::new(),
        stderr,
    })
}

fn run(command: &mut Command) -> Result<Output, Problem> {
    command.stdin(Stdio::null()).output().map_err(absent)
}

fn absent(error: std::io::Error) -> Problem {
    Problem::error(format!("cannot run `docker`: {error}"))
        .remedy("install Docker; without `--built` and `--images` it is not needed")
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_step_that_failed_is_told_once() {
        let log =
            "#5 [2/2] RUN a\n#5 0.1 no\n#5 ERROR: exit code: 1\n------\n > [2/2] RUN a:\n0.1 no\n------\nERROR: failed";
        assert_eq!(failed_step(log), "> [2/2] RUN a:\n0.1 no");
        let lines: Vec<String> = (0..30).map(|line| line.to_string()).collect();
        assert!(failed_step(&lines.join("\n")).starts_with("10\n"));
        assert_eq!(failed_step(""), "");
    }
}
