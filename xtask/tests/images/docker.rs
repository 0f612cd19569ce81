//! The Docker command line, as far as the trials need it.

use std::{
    collections::BTreeSet,
    fs::File,
    io,
    ops::Range,
    path::Path,
    process::{Command, Output, Stdio},
};

use serde_json::Value;

use crate::saved::{self, Entries};

/// On every container, image and network that a run makes, with the id of the process that made it.
const LABEL: &str = "org.xtask.images";

pub fn label() -> String {
    format!("{LABEL}={}", std::process::id())
}

pub fn version() -> Result<String, String> {
    docker(&["version", "--format", "{{.Server.Version}}"])
}

/// Runs `docker`. What it wrote to both streams is the error.
pub fn docker(arguments: &[&str]) -> Result<String, String> {
    run(Command::new("docker").args(arguments))
}

/// Runs `docker`, which reads a file. What it wrote to both streams is the error.
pub fn docker_with_input(arguments: &[&str], input: &Path) -> Result<String, String> {
    let file = File::open(input).map_err(|error| format!("cannot read {}: {error}", input.display()))?;
    let mut command = Command::new("docker");
    finish(command.args(arguments).stdin(file).output())
}

/// Runs `docker`, and takes what it wrote to both streams.
pub fn docker_said(arguments: &[&str]) -> Result<String, String> {
    let output = output(Command::new("docker").args(arguments))?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ok(text(&output.stdout) + &text(&output.stderr))
}

/// A plain build, as a person who cloned would run it, but for name and label. What comes back is its log.
pub fn build(context: &Path, dockerfile: &str, target: Option<&str>, tag: &str) -> Result<String, String> {
    let label = label();
    let mut command = Command::new("docker");
    command.current_dir(context).env("DOCKER_BUILDKIT", "1");
    command.args([
        "build",
        "--progress=plain",
        "--label",
        &label,
        "--tag",
        tag,
        "--file",
        dockerfile,
    ]);
    if let Some(target) = target {
        command.args(["--target", target]);
    }
    let output = output(command.arg("."))?;
    let log = String::from_utf8_lossy(&output.stderr).into_owned();
    if output.status.success() {
        return Ok(log);
    }
    Err(format!(
        "`docker build --file {dockerfile} .`: {}\n{log}",
        output.status
    ))
}

/// A build for which nothing that was built before is used, and which no other build uses: a name that every step knows keeps
/// its results apart. Otherwise images of other trials would have layers of two builds.
pub fn build_again(context: &Path, dockerfile: &str, target: Option<&str>, tag: &str) -> Result<(), String> {
    let label = label();
    let mut command = Command::new("docker");
    command.current_dir(context).env("DOCKER_BUILDKIT", "1");
    let apart = ["--add-host", "again.invalid:127.0.0.1"];
    let options = ["build", "--quiet", "--no-cache", "--label", &label, "--tag", tag];
    command.args(options).args(apart).args(["--file", dockerfile]);
    if let Some(target) = target {
        command.args(["--target", target]);
    }
    run(command.arg("."))
        .map(drop)
        .map_err(|error| format!("`docker build --no-cache --file {dockerfile} .`: {error}"))
}

/// A plain build of the last stage, which is told these arguments.
pub fn build_with(context: &Path, dockerfile: &str, arguments: &[&str], tag: &str) -> Result<(), String> {
    let label = label();
    let mut command = Command::new("docker");
    command.current_dir(context).env("DOCKER_BUILDKIT", "1");
    command.args([
        "build", "--quiet", "--label", &label, "--tag", tag, "--file", dockerfile,
    ]);
    for argument in arguments {
        command.args(["--build-arg", argument]);
    }
    run(command.arg("."))
        .map(drop)
        .map_err(|error| format!("`docker build --file {dockerfile} .`: {error}"))
}

/// Builds a target of the checkout's `docker-bake.json`.
pub fn bake(context: &Path, target: &str, tag: &str) -> Result<(), String> {
    let mut command = Command::new("docker");
    command.current_dir(context);
    command.args(["buildx", "bake", "--progress=plain", "--load"]);
    command.arg(format!("--set={target}.tags={tag}")).arg(target);
    run(&mut command)
        .map(drop)
        .map_err(|error| format!("`docker buildx bake {target}`: {error}"))
}

/// Builds a stage and writes its files to a folder.
pub fn export(context: &Path, dockerfile: &str, target: &str, to: &Path) -> Result<(), String> {
    let mut command = Command::new("docker");
    command.current_dir(context).env("DOCKER_BUILDKIT", "1");
    command.args(["build", "--quiet", "--file", dockerfile, "--target", target, "--output"]);
    run(command.arg(to).arg("."))
        .map(drop)
        .map_err(|error| format!("`docker build --file {dockerfile} --target {target} .`: {error}"))
}

pub fn inspect(image: &str) -> Result<Value, String> {
    let text = docker(&["image", "inspect", "--format", "{{json .}}", image])?;
    serde_json::from_str(&text).map_err(|error| format!("cannot read `docker image inspect`: {error}"))
}

/// The digests of an image's layers, the lowest first.
pub fn layers(image: &str) -> Result<Vec<String>, String> {
    let inspected = inspect(image)?;
    let layers = inspected["RootFS"]["Layers"]
        .as_array()
        .ok_or("the image has no layers")?;
    Ok(layers.iter().filter_map(Value::as_str).map(str::to_owned).collect())
}

/// Whether these layers of two images hold the same. Where digests differ, entries are compared: the classic image store of
/// Docker writes them in another order where it knows the layer below from another build of the same bytes.
pub fn same_layers(one: &str, other: &str, heights: Range<usize>) -> Result<bool, String> {
    let (a, b) = (layers(one)?, layers(other)?);
    let (Some(a), Some(b)) = (a.get(heights.clone()), b.get(heights.clone())) else {
        return Ok(false);
    };
    if a == b {
        return Ok(true);
    }
    let (a, b) = (saved::unordered(one)?, saved::unordered(other)?);
    let (Some(a), Some(b)) = (a.get(heights.clone()), b.get(heights)) else {
        return Ok(false);
    };
    if a == b {
        println!("{one} and {other} have layers that differ in the order of their entries alone");
    } else {
        println!("{one} and {other} differ in {}", differing(a, b).join(", "));
    }
    Ok(a == b)
}

/// The first names of entries that are in one of these layers alone, or differ.
fn differing(a: &[Entries], b: &[Entries]) -> Vec<String> {
    let in_one_only = |(a, b): (&Entries, &Entries)| {
        let (a, b): (BTreeSet<_>, BTreeSet<_>) = (a.iter().cloned().collect(), b.iter().cloned().collect());
        a.symmetric_difference(&b)
            .map(|(name, _)| name.clone())
            .collect::<BTreeSet<String>>()
    };
    a.iter().zip(b).flat_map(in_one_only).take(10).collect()
}

/// Removes what runs that were killed have left.
pub fn remove_leftovers() {
    if !Path::new("/proc/self").exists() {
        return; // Nothing here tells whether another run is alive.
    }
    let format = format!("{{{{.ID}}}} {{{{.Label \"{LABEL}\"}}}}");
    let filter = format!("label={LABEL}");
    let containers = docker(&["ps", "--all", "--no-trunc", "--filter", &filter, "--format", &format]);
    for line in containers.unwrap_or_default().lines() {
        if let Some(id) = of_the_dead(line) {
            let _ = docker(&["rm", "--force", "--volumes", id]);
        }
    }
    let networks = docker(&["network", "ls", "--no-trunc", "--filter", &filter, "--format", &format]);
    for line in networks.unwrap_or_default().lines() {
        if let Some(id) = of_the_dead(line) {
            let _ = docker(&["network", "rm", id]);
        }
    }
    let images = docker(&["images", "--quiet", "--no-trunc", "--filter", &filter]).unwrap_or_default();
    for id in images.lines() {
        let owner = inspect(id)
            .ok()
            .and_then(|image| Some(image["Config"]["Labels"][LABEL].as_str()?.to_owned()));
        let line = format!("{id} {}", owner.unwrap_or_default());
        if let Some(id) = of_the_dead(&line) {
            let _ = docker(&["rmi", "--force", id]);
        }
    }
}

/// The id on a line `ID PROCESS`, when the process is gone.
fn of_the_dead(line: &str) -> Option<&str> {
    let (id, process) = line.split_once(' ')?;
    let process: u32 = process.trim().parse().ok()?;
    (!Path::new("/proc").join(process.to_string()).exists()).then_some(id)
}

fn run(command: &mut Command) -> Result<String, String> {
    finish(command.stdin(Stdio::null()).output())
}

fn finish(output: io::Result<Output>) -> Result<String, String> {
    let Output { status, stdout, stderr } = output.map_err(|error| format!("cannot run docker: {error}"))?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    if status.success() {
        return Ok(text(&stdout));
    }
    Err(format!("{status}\n{}\n{}", text(&stdout), text(&stderr)))
}

fn output(command: &mut Command) -> Result<Output, String> {
    let output = command.stdin(Stdio::null()).output();
    output.map_err(|error| format!("cannot run docker: {error}"))
}
