//! Images start, work, are edited and end as those who run them expect.

use std::{
    thread,
    time::{Duration, Instant},
};

use repo::Service;

use super::{Outcome, ensure};
use crate::{
    container::Container,
    docker,
    lab::{Build, Flavour, Lab, port_of},
    probe,
};

/// What a container may take to end, and Docker to say so on a machine that has other work.
const MOST: Duration = Duration::from_secs(2);

/// On SIGTERM at any moment: before Python runs, while it imports, when it serves, with a request in flight; under a debugger,
/// too, also while it waits for somebody to join.
pub fn end_on_sigterm(lab: &Lab, service: &Service) -> Outcome {
    let port = port_of(service)?;
    let debugger = format!("DEBUGPY_PORT={}", service.debug_port().unwrap_or_default());
    let waiting = ["--env", &debugger, "--env", "DEBUGPY_WAIT=1"];
    for (flavour, options) in [
        (Flavour::Production, &[][..]),
        (Flavour::Development, &[][..]),
        (Flavour::Development, &waiting[..2]),
        (Flavour::Development, &waiting[..]),
    ] {
        let image = lab.image(service, Build::Clean(flavour))?;
        // The kernel drops a signal that comes before the first program of the image runs, so that is given a moment.
        for milliseconds in [50, 200, 500] {
            let container = Container::start_with(&image, options)?;
            thread::sleep(Duration::from_millis(milliseconds));
            stops(&container)
                .map_err(|why| format!("{flavour:?} {options:?}, {milliseconds} ms after its start: {why}"))?;
        }
        if options.len() < waiting.len() {
            let container = Container::start_with(&image, options)?;
            probe::answer(&container, port, "/healthz", "")?;
            stops(&container).map_err(|why| format!("{flavour:?}, when it serves: {why}"))?;
            let container = Container::start_with(&image, options)?;
            probe::answer(&container, port, "/healthz", "")?;
            let held = probe::hold_request(&container, port)?;
            stops(&container).map_err(|why| format!("{flavour:?}, with a request to `{held}` in flight: {why}"))?;
            let name = &service.package.name;
            if held.is_empty() {
                println!("{name}: {flavour:?} has no path that takes a body, so no request was in flight");
            } else {
                println!("{name}: {flavour:?} ends with a request to `{held}` in flight");
            }
        }
    }
    Ok(())
}

fn stops(container: &Container) -> Outcome {
    let started = Instant::now();
    docker::docker(&["stop", "--time", "20", container.id()])?;
    let took = started.elapsed();
    let status = docker::docker(&["inspect", "--format", "{{.State.ExitCode}}", container.id()])?;
    ensure(took < MOST && matches!(status.as_str(), "0" | "143"), || {
        format!("it ends after {took:?} with {status}; it said:\n{}", container.logs())
    })
}

/// A line in a file of a package, written by root, is seen by the next Python.
pub fn edits_take_effect(lab: &Lab, service: &Service) -> Outcome {
    for flavour in [Flavour::Production, Flavour::Development] {
        let image = lab.image(service, Build::Clean(flavour))?;
        let label = docker::label();
        let script = include_str!("../probes/edit.py");
        let arguments = ["run", "--rm", "--user", "0", "--network", "none", "--label", &label];
        let command = ["--entrypoint", "python", &image, "-c", script];
        docker::docker(&[&arguments[..], &command[..]].concat()).map_err(|error| format!("{flavour:?}: {error}"))?;
    }
    Ok(())
}

/// What a service keeps goes to a folder of its user, also into a volume that Docker makes there.
pub fn keep_state_in_a_volume(lab: &Lab, service: &Service) -> Outcome {
    let kept = service.settings.up.env.iter().filter(|(_, text)| text.is_of_state());
    let names: Vec<&str> = kept.map(|(name, _)| name.as_str()).collect();
    if names.is_empty() {
        println!("{}: keeps nothing", service.package.name);
        return Ok(());
    }
    for flavour in [Flavour::Production, Flavour::Development] {
        let image = lab.image(service, Build::Clean(flavour))?;
        // One without a name goes with its container.
        let container = Container::start_with(&image, &["--read-only", "--volume", "/data"])?;
        let script = "import os, sys\nfor name in sys.argv[1:]: os.makedirs(os.environ[name]); print(os.environ[name])";
        let said = container.python(script, &names)?;
        ensure(said.lines().all(|folder| folder.starts_with("/data/")), || {
            format!("{flavour:?}: state is kept in {said}")
        })?;
    }
    Ok(())
}

/// Labels of both images, and `/version`, say what a build was told.
pub fn know_what_they_are(lab: &Lab, service: &Service) -> Outcome {
    let settings = &lab.repo.settings;
    let base = &settings
        .base_image()
        .map_err(|problem| problem.message)?
        .reference
        .value;
    let name = service.package.name.as_str();
    for (flavour, file) in [
        (Flavour::Production, "Dockerfile"),
        (Flavour::Development, "Dockerfile.dev"),
    ] {
        // So that what it is told is all that is new.
        lab.image(service, Build::Clean(flavour))?;
        let dockerfile = service.package.dir.child(file);
        let tag = format!(
            "xtask-images/about-{name}-{}:{}",
            file.to_ascii_lowercase(),
            std::process::id()
        );
        let told = [
            "VERSION=9.8.7",
            "REVISION=abc",
            "CREATED=2001-02-03T04:05:06Z",
            "SOURCE=https://example.org/rag",
        ];
        docker::build_with(&lab.clean()?, dockerfile.as_str(), &told, &tag)?;
        let checked = says(service, &tag, base);
        docker::docker(&["rmi", "--force", &tag])?;
        checked.map_err(|why| format!("{flavour:?}: {why}"))?;
    }
    Ok(())
}

fn says(service: &Service, tag: &str, base: &str) -> Outcome {
    let labels = docker::inspect(tag)?["Config"]["Labels"].clone();
    let (base, digest) = base
        .split_once('@')
        .map_or((base, None), |(base, digest)| (base, Some(digest)));
    for (label, expected) in [
        ("title", Some(service.package.name.as_str())),
        ("version", Some("9.8.7")),
        ("revision", Some("abc")),
        ("created", Some("2001-02-03T04:05:06Z")),
        ("source", Some("https://example.org/rag")),
        ("base.name", Some(base)),
        ("base.digest", digest),
    ] {
        let said = labels[format!("org.opencontainers.image.{label}")].as_str();
        ensure(said == expected, || {
            format!("the label `{label}` is {said:?}, not {expected:?}")
        })?;
    }
    let port = port_of(service)?;
    let version = probe::answer(&Container::start(tag)?, port, "/version", "")?;
    ensure(version["version"] == "9.8.7", || format!("/version answers {version}"))
}

/// Docker calls a container healthy once it serves, and one that does not serve unhealthy.
pub fn tell_their_health(lab: &Lab, service: &Service) -> Outcome {
    for flavour in [Flavour::Production, Flavour::Development] {
        let image = lab.image(service, Build::Clean(flavour))?;
        let container = Container::start(&image)?;
        probe::wait_for(&format!("{flavour:?} is healthy"), || {
            let status = docker::docker(&["inspect", "--format", "{{.State.Health.Status}}", container.id()])?;
            Ok(status == "healthy")
        })?;
        let config = &docker::inspect(&image)?["Config"];
        let test: Vec<&str> = config["Healthcheck"]["Test"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|word| word.as_str())
            .collect();
        let [_, probe @ ..] = test.as_slice() else {
            return Err(format!("{flavour:?} has no health check"));
        };
        let (program, arguments) = probe.split_first().ok_or("the health check is empty")?;
        let label = docker::label();
        let run = [
            "run",
            "--rm",
            "--network",
            "none",
            "--label",
            &label,
            "--entrypoint",
            program,
            &image,
        ];
        let asked = docker::docker(&[&run[..], arguments].concat());
        ensure(asked.is_err(), || {
            format!("{flavour:?}: the probe passes where nothing serves")
        })?;
    }
    Ok(())
}
