//! One production image that is there, bound to the files that it was built from: a release builds no development image, so what the
//! check says of the files is said of that image.

use evidence::{built::docker, config::Config};
use repo::{Root, git};

use super::portrait::{self, Portrait};
use diagnostics::{Place, Problem};

const TITLE: &str = "org.opencontainers.image.title";
const REVISION: &str = "org.opencontainers.image.revision";

/// Notes the digest of an image and the commit that it was built from, which has to be the one that is checked out, without changes.
pub fn bind(root: &Root, portrait: &mut Portrait, reference: &str) -> Result<(), Problem> {
    docker::check()?;
    let image = docker::inspect(reference)?;
    let commit = commit_of(root, &portrait.service, reference, &image.config)?;
    let Some(prod) = &mut portrait.prod else {
        return Err(about(
            reference,
            &format!("`{}` has no production Dockerfile for this image", portrait.service),
        )
        .remedy("name the service that the image is of"));
    };
    prod.digest = portrait::digest(reference, &image.identity);
    portrait.commit = Some(commit);
    Ok(())
}

/// The commit, where all of it agrees: the image is of the service, and of the files that were checked.
fn commit_of(root: &Root, service: &str, reference: &str, config: &Config) -> Result<String, Problem> {
    if let Some(title) = config.label(TITLE).filter(|title| *title != service) {
        return Err(
            about(reference, &format!("is an image of `{title}`, not of `{service}`"))
                .note(format!("according to its label `{TITLE}`"))
                .remedy("name the service that the image is of"),
        );
    }
    let Some(built) = config.label(REVISION).filter(|revision| !revision.is_empty()) else {
        return Err(about(reference, "does not name the commit that it was built from")
            .note(format!("it has no label `{REVISION}`"))
            .remedy("build it with that label, as `cargo xtask build-images` does"));
    };
    let here = asked(root, &["rev-parse", "HEAD"])?;
    if *built != here {
        return Err(about(
            reference,
            &format!("was built from `{built}`, but `{here}` is checked out"),
        )
        .remedy("check out the commit of the image, or build the image again"));
    }
    let changed = asked(root, &["status", "--porcelain", "--untracked-files=no"])?;
    if let Some(line) = changed.lines().next() {
        return Err(about(
            reference,
            "was built from this commit, but its files have changed since",
        )
        .note(format!("git says `{}`", line.trim()))
        .remedy("commit the changes and build the image again, or revert them"));
    }
    Ok(here)
}

fn about(reference: &str, what: &str) -> Problem {
    let message = if what.starts_with('`') {
        what.to_owned()
    } else {
        format!("`{reference}` {what}")
    };
    Problem::error(message).at(Place::File(format!("image:{reference}")))
}

fn asked(root: &Root, arguments: &[&str]) -> Result<String, Problem> {
    let output = git::command(root).args(arguments).output();
    match output {
        Ok(output) if output.status.success() => Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned()),
        Ok(output) => Err(Problem::error(format!("`git {}` failed", arguments.join(" ")))
            .note(String::from_utf8_lossy(&output.stderr).trim().to_owned())
            .remedy("check out the repository with git, so that the commit of the image can be compared")),
        Err(error) => Err(Problem::error(format!("cannot run `git`: {error}")).remedy("install git")),
    }
}
