//! Releases: an index of all platforms for each image, with what attests it.

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

use super::{Args, Pushed, bake, base::Base};
use diagnostics::Problem;
use repo::Repo;

/// One index of all platforms for each target. Its digest is what there is to sign, to attest and to deploy.
pub(super) fn push(repo: &Repo, args: &Args, targets: &[String], bases: &[Base]) -> Result<Vec<Pushed>, Problem> {
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
    options.extend(bases.iter().flat_map(Base::options));
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
    if child.wait().map_err(unable)?.success() {
        Ok(())
    } else {
        Err(
            Problem::error(format!("the registry `{host}` does not let `{user}` in"))
                .remedy("see `REGISTRY_USER` and `REGISTRY_PASSWORD` in the environment"),
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
