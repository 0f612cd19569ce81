//! The base of a release, by digest. A tag may move while the platforms of an image are built, and a label that names a digest
//! has to name the one that was built on. What the settings pin already is left as it is.

use std::{collections::BTreeMap, process::Command};

use super::chosen::Chosen;
use diagnostics::Problem;
use generate::image::Flavour;
use repo::{PagesImage, Repo};

/// An image that some targets start from.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Base {
    /// With its tag, as `FROM` says it.
    pub name: String,
    pub digest: String,
    targets: Vec<String>,
    /// Whether the images themselves start from it, and not only a stage that builds.
    is_last: bool,
}

/// Asks the registry what the bases of the chosen images are now.
pub(super) fn resolve(repo: &Repo, chosen: &Chosen<'_>) -> Result<Vec<Base>, Problem> {
    let mut bases = Vec::new();
    if !chosen.services.is_empty() {
        let mut of_reference: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for service in &chosen.services {
            let reference = repo.base_of(service)?.reference.value.as_str();
            let targets = of_reference.entry(reference).or_default();
            targets.push(Flavour::Prod.target(&service.package.name));
        }
        for (reference, targets) in of_reference {
            bases.extend(ask(reference, targets, true)?);
        }
    }
    if let Some(pages) = chosen.pages {
        let references = of_pages(repo, pages)?;
        for (at, reference) in references.iter().enumerate() {
            let targets = vec![Flavour::Prod.target(&pages.name)];
            bases.extend(ask(reference, targets, at + 1 == references.len())?);
        }
    }
    Ok(bases)
}

impl Base {
    /// What makes bake build on this digest, and say so in a label.
    pub(super) fn options(&self) -> Vec<String> {
        let Self { name, digest, .. } = self;
        let set = |target: &String| {
            let context = format!("--set={target}.contexts.{name}=docker-image://{name}@{digest}");
            let label = format!("--set={target}.labels.org.opencontainers.image.base.digest={digest}");
            [Some(context), self.is_last.then_some(label)]
        };
        self.targets.iter().flat_map(set).flatten().collect()
    }
}

/// `None` where the reference has a digest.
fn ask(reference: &str, targets: Vec<String>, is_last: bool) -> Result<Option<Base>, Problem> {
    if reference.contains('@') {
        return Ok(None);
    }
    let mut command = Command::new("docker");
    command.args([
        "buildx",
        "imagetools",
        "inspect",
        reference,
        "--format",
        "{{.Manifest.Digest}}",
    ]);
    let output = command.output();
    let output = output.map_err(|error| Problem::error(format!("cannot run `docker`: {error}")))?;
    let digest = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    if !output.status.success() || !digest.starts_with("sha256:") {
        let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        return Err(
            Problem::error(format!("cannot resolve the digest of the base image `{reference}`"))
                .note(if said.is_empty() { digest } else { said })
                .remedy(format!(
                    "check that `docker buildx imagetools inspect {reference}` works"
                )),
        );
    }
    Ok(Some(Base {
        name: reference.to_owned(),
        digest,
        targets,
        is_last,
    }))
}

/// What the stages of the pages start from, but for other stages and what only a build knows; the last one comes last.
fn of_pages(repo: &Repo, pages: &PagesImage) -> Result<Vec<String>, Problem> {
    let source = repo.root.source(&pages.dockerfile)?;
    Ok(references(source.text()))
}

fn references(dockerfile: &str) -> Vec<String> {
    let mut stages: Vec<String> = Vec::new();
    let mut found: Vec<String> = Vec::new();
    for line in dockerfile.lines() {
        let mut words = line.split_whitespace();
        if !words.next().is_some_and(|word| word.eq_ignore_ascii_case("from")) {
            continue;
        }
        let mut words = words.skip_while(|word| word.starts_with("--"));
        let Some(reference) = words.next() else { continue };
        if reference != "scratch" && !reference.contains('$') && !stages.iter().any(|stage| stage == reference) {
            found.retain(|other| other != reference);
            found.push(reference.to_owned());
        }
        stages.extend(words.nth(1).map(str::to_owned));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stages_and_variables_are_no_bases() {
        let text = "ARG X\nFROM --platform=$BUILDPLATFORM node:22 AS build\nFROM $X AS other\nfrom build AS again\nFROM nginx:1\n";
        assert_eq!(references(text), ["node:22", "nginx:1"]);
    }

    #[test]
    fn only_what_an_image_starts_from_is_labelled() {
        let base = |is_last| Base {
            name: "python:3.13".into(),
            digest: "sha256:1".into(),
            targets: vec!["web".into()],
            is_last,
        };
        let context = "--set=web.contexts.python:3.13=docker-image://python:3.13@sha256:1";
        assert_eq!(base(false).options(), [context]);
        let label = "--set=web.labels.org.opencontainers.image.base.digest=sha256:1";
        assert_eq!(base(true).options(), [context, label]);
    }
}
