//! Pushes images by their digests, with what attests them. They have no tag before they are tested.

#![expect(
    clippy::disallowed_methods,
    reason = "below `target/`, in folders that this module makes and owns"
)]

use std::{
    io::Write,
    path::Path,
    process::{Command, Stdio},
};

use serde_json::Value;

use super::{Args, Pushed, bake, base::Base, chosen::Image};
use diagnostics::Problem;
use repo::Repo;

/// One image for each target, for the platform of this machine. Nobody finds it without its digest.
pub(super) fn push(
    repo: &Repo,
    args: &Args,
    targets: &[String],
    images: &[Image],
    bases: &[Base],
) -> Result<Vec<Pushed>, Problem> {
    log_in(repo)?;
    let metadata = repo.root.join(format!("target/xtask/bake-{}.json", std::process::id()));
    let unable = |error: std::io::Error| Problem::error(format!("cannot use `{}`: {error}", metadata.display()));
    std::fs::create_dir_all(repo.root.join("target/xtask")).map_err(unable)?;
    let platform = platform()?;
    let mut options = vec![format!("--set=*.platform={platform}")];
    for image in images {
        // A name with a tag is refused where the digest alone is pushed.
        options.push(format!("--set={}.tags={}", image.service, image.name));
    }
    options.push("--set=*.output=type=image,push-by-digest=true,name-canonical=true,push=true".into());
    options.extend(["--sbom=true", "--provenance=mode=max"].map(str::to_owned));
    options.push(format!("--metadata-file={}", metadata.display()));
    options.extend(bases.iter().flat_map(Base::options));
    bake(repo, args, targets, &options)?;
    let text = std::fs::read_to_string(&metadata).map_err(unable)?;
    let _ = std::fs::remove_file(&metadata);
    let said: Value = serde_json::from_str(&text).map_err(|error| unreadable(&metadata, &error.to_string()))?;
    targets
        .iter()
        .map(|target| {
            let found = pushed(&said[target]).ok_or_else(|| unreadable(&metadata, target))?;
            Ok(Pushed {
                platform: Some(platform.clone()),
                ..found
            })
        })
        .collect()
}

/// What the engine here runs without emulation, such as `linux/arm64`.
fn platform() -> Result<String, Problem> {
    let mut command = Command::new("docker");
    command.args(["version", "--format", "{{.Server.Os}}/{{.Server.Arch}}"]);
    let output = command.output();
    let output = output.map_err(|error| Problem::error(format!("cannot run `docker`: {error}")))?;
    let said = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    if output.status.success() && said.contains('/') {
        return Ok(said);
    }
    Err(Problem::error("the platform of the Docker engine is unknown")
        .note(String::from_utf8_lossy(&output.stderr).trim().to_owned()))
}

/// Where the environment says as whom. Otherwise Docker knows already, or the registry asks nobody.
pub(super) fn log_in(repo: &Repo) -> Result<(), Problem> {
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
    if child.wait().map_err(unable)?.success() {
        Ok(())
    } else {
        Err(
            Problem::error(format!("the registry `{host}` rejected the login of `{user}`"))
                .remedy("check `REGISTRY_USER` and `REGISTRY_PASSWORD` in the environment"),
        )
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
        platform: None,
    })
}

fn unreadable(file: &Path, what: &str) -> Problem {
    Problem::error(format!(
        "`docker buildx bake` did not say which digest it pushed: {what}"
    ))
    .note(format!("looked into `{}`", file.display()))
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
