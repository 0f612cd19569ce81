//! What a lock says for an environment. Read by Python's own parsers, so that the xtask's are not their own checks.

use std::{collections::BTreeMap, path::Path, process::Command};

use repo::Service;
use tempfile::NamedTempFile;

use crate::probe::Marks;

const SCRIPT: &str = include_str!("probes/read_lock.py");

/// Third-party packages and their versions, by normalised name.
pub type Software = BTreeMap<String, String>;

/// The third-party packages of these groups, `main` among them, that the environment of an image gets.
pub fn software(root: &Path, service: &Service, groups: &[&str], marks: &Marks) -> Result<Software, String> {
    let lock = service.package.dir.child("poetry.lock").under(root);
    let exported;
    let lock = if lock.exists() {
        lock
    } else {
        exported = export_of_uv(root, service, groups)?;
        exported.path().to_owned()
    };
    let output = Command::new("python3")
        .arg("-c")
        .arg(SCRIPT)
        .arg(&lock)
        .arg(groups.join(","))
        .arg(&marks.0)
        .output()
        .map_err(|error| format!("cannot run python3: {error}"))?;
    if !output.status.success() {
        return Err(format!(
            "reading {}: {}",
            lock.display(),
            String::from_utf8_lossy(&output.stderr)
        ));
    }
    serde_json::from_slice(&output.stdout).map_err(|error| format!("reading {}: {error}", lock.display()))
}

/// What uv itself makes of the lock of a workspace.
fn export_of_uv(root: &Path, service: &Service, groups: &[&str]) -> Result<NamedTempFile, String> {
    let xtask = env!("CARGO_BIN_EXE_xtask");
    let this = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    let file = NamedTempFile::with_suffix(".txt").map_err(|error| format!("cannot make a file: {error}"))?;
    let mut command = Command::new(xtask);
    command
        .current_dir(root)
        .args(["--root", this, "tool", "uv", "export", "--quiet", "--frozen"]);
    command.args([
        "--no-emit-workspace",
        "--no-default-groups",
        "--no-hashes",
        "--no-header",
        "--no-annotate",
    ]);
    command
        .args(["--package", service.package.name.as_str(), "--output-file"])
        .arg(file.path());
    for group in groups.iter().filter(|group| **group != "main") {
        command.args(["--group", group]);
    }
    let output = command.output().map_err(|error| format!("cannot run uv: {error}"))?;
    if output.status.success() {
        Ok(file)
    } else {
        Err(format!("uv export: {}", String::from_utf8_lossy(&output.stderr)))
    }
}
