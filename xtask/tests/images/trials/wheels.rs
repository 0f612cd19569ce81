//! The wheels that the images hold are those that are published.

use std::{fs, path::Path, process::Command};

use repo::Service;
use tempfile::TempDir;

use super::{Outcome, ensure};
use crate::{docker, lab::Lab};

/// The image's wheel stages and `build-wheels` make the same bytes, with another Python, on another system.
pub fn are_the_published_ones(lab: &Lab, service: &Service) -> Outcome {
    if service.libs.is_empty() {
        println!("{}: needs no lib", service.package.name);
        return Ok(());
    }
    let folder = || TempDir::new().map_err(|error| format!("cannot make a folder: {error}"));
    let (in_image, by_task) = (folder()?, folder()?);
    let dockerfile = service.package.dir.child("Dockerfile");
    docker::export(&lab.clean()?, dockerfile.as_str(), "wheels", in_image.path())?;
    let mut task = Command::new(env!("CARGO_BIN_EXE_xtask"));
    task.arg("--root").arg(&lab.repo.root).arg("build-wheels");
    task.args(["--service", service.package.name.as_str(), "--out"])
        .arg(by_task.path());
    let output = task.output().map_err(|error| format!("cannot run xtask: {error}"))?;
    ensure(output.status.success(), || {
        format!("`build-wheels` failed:\n{}", String::from_utf8_lossy(&output.stderr))
    })?;
    let wheels = wheels(by_task.path())?;
    ensure(wheels.len() == service.libs.len(), || {
        format!("{} libs gave {} wheels", service.libs.len(), wheels.len())
    })?;
    for name in wheels {
        let read = |folder: &Path| {
            let path = folder.join(&name);
            fs::read(&path).map_err(|error| format!("cannot read `{}`: {error}", path.display()))
        };
        let (ours, theirs) = (read(by_task.path())?, read(&in_image.path().join("wheels"))?);
        ensure(ours == theirs, || {
            format!(
                "`{name}` has {} bytes by the task and {} in the image, and they differ",
                ours.len(),
                theirs.len()
            )
        })?;
    }
    Ok(())
}

fn wheels(folder: &Path) -> Result<Vec<String>, String> {
    let entries = fs::read_dir(folder).map_err(|error| format!("cannot read `{}`: {error}", folder.display()))?;
    let names = entries
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned());
    Ok(names.filter(|name| name.ends_with(".whl")).collect())
}
