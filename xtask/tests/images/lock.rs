//! What a lock says for an environment. Read by Python's own parsers, so that the xtask's are not their own judges.

use std::{collections::BTreeMap, path::Path, process::Command};

use repo::Service;

use crate::probe::Marks;

const SCRIPT: &str = include_str!("probes/read_lock.py");

/// Third-party packages and their versions, by normalised name.
pub type Software = BTreeMap<String, String>;

/// The third-party packages of these groups, `main` among them, that the environment of an image gets.
pub fn software(root: &Path, service: &Service, groups: &[&str], marks: &Marks) -> Result<Software, String> {
    let lock = service.package.dir.child("poetry.lock").under(root);
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
