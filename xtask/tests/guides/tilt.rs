//! `tilt …` in a guide. Tilt and a cluster are not on the machines that run tests, so what Tilt would read is run: the
//! Tiltfile, with the flags of the command, by another implementation of Starlark.

use std::path::Path;

use serde_json::Value as Json;

use crate::real;

/// Whether the Tiltfile takes the flags of the command, runs, and names files that are there.
pub fn run(root: &Path, command: &str) -> Result<(), String> {
    let (command, flags) = command.split_once(" -- ").unwrap_or((command, ""));
    if command != "tilt up" {
        return Err(format!("`{command}` is not a command of Tilt that can be tried"));
    }
    let flags: Vec<&str> = flags.split_whitespace().collect();
    let calls = real::calls(root, &real::Started::debug(flags.contains(&"--debug")))?;
    let defined = |flag: &str| {
        let name = flag.strip_prefix("--");
        calls
            .iter()
            .any(|call| call["call"] == "config.define" && call["name"].as_str() == name)
    };
    if let Some(unknown) = flags.iter().find(|flag| **flag != "--debug" || !defined(flag)) {
        return Err(format!("the Tiltfile defines no flag `{unknown}`"));
    }
    let builds: Vec<&Json> = calls.iter().filter(|call| call["ref"].is_string()).collect();
    if builds.is_empty() {
        return Err("the Tiltfile builds nothing".into());
    }
    let missing = builds
        .iter()
        .flat_map(|build| files(build))
        .find(|file| !root.join(file).exists());
    match missing {
        Some(file) => Err(format!("the Tiltfile names `{file}`, which is not there")),
        None => Ok(()),
    }
}

/// What a build reads.
fn files(build: &Json) -> Vec<&str> {
    let synced = build["live_update"].as_array().into_iter().flatten();
    let dockerfile = std::iter::once(&build["dockerfile"]);
    dockerfile
        .chain(synced.map(|step| &step["local"]))
        .filter_map(Json::as_str)
        .collect()
}

/// The ports of this machine behind which a debugger is, with `tilt up -- --debug`.
pub fn debug_ports(root: &Path) -> Result<Vec<Json>, String> {
    let calls = real::calls(root, &real::Started::debug(true))?;
    let forwards = calls
        .iter()
        .filter_map(|call| call["port_forwards"].as_array())
        .flatten();
    let debuggers = forwards.filter(|forward| forward["name"] == "debugpy");
    Ok(debuggers.map(|forward| forward["local"].clone()).collect())
}
