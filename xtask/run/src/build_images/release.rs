//! Gives a tag to digests that were pushed and tested: one index of all platforms for each image.

#![expect(
    clippy::disallowed_methods,
    reason = "in a folder that a person names, outside of the repository or below `target/`"
)]

use std::{collections::BTreeMap, fs, path::Path, process::Command};

use diagnostics::{Place, Problem};
use generate::image::Flavour;
use repo::{Repo, toml::quoted};

use super::{Args, Pushed, chosen::Chosen, push, succeed};

/// What `build-images --push` printed for one platform of an image.
#[derive(Debug, PartialEq, Eq)]
struct Tested {
    image: String,
    digest: String,
    platform: String,
}

/// Names the digests in the files of a folder. An image without a tested digest for each platform gets no tag.
pub(super) fn release(repo: &Repo, args: &Args, dir: &Path, chosen: &Chosen<'_>) -> Result<Vec<Pushed>, Vec<Problem>> {
    let tested = read(dir)?;
    let mut images = Vec::new();
    let mut problems = Vec::new();
    let platforms: Vec<&str> = args.platform.split(',').map(str::trim).collect();
    for image in chosen.images(repo, args.said_version(), &[Flavour::Prod]) {
        let name = &image.name;
        let of_image = tested.iter().filter(|tested| tested.image == *name);
        let by_platform: BTreeMap<&str, &Tested> = of_image.map(|tested| (tested.platform.as_str(), tested)).collect();
        let missing: Vec<&str> = platforms
            .iter()
            .copied()
            .filter(|platform| !by_platform.contains_key(platform))
            .collect();
        if missing.is_empty() {
            let digests = platforms.iter().map(|platform| by_platform[platform].digest.clone());
            let digests: Vec<String> = digests.collect();
            images.push((image, digests));
        } else {
            problems.push(
                Problem::error(format!("`{name}` has no tested digest for {}", quoted(&missing)))
                    .at(Place::File(dir.display().to_string()))
                    .remedy("run `build-images --push` on a machine of that platform, and keep what it prints in this folder"),
            );
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    push::log_in(repo)?;
    let mut pushed = Vec::new();
    for (image, digests) in images {
        let tag = image.tagged();
        let mut command = Command::new("docker");
        command.args(["buildx", "imagetools", "create", "--tag", &tag]);
        command.args(digests.iter().map(|digest| format!("{}@{digest}", image.name)));
        succeed(&format!("name the digests of `{tag}`"), &mut command)?;
        let digest = digest_of(&tag)?;
        pushed.push(Pushed {
            image: image.name,
            digest,
            platform: None,
        });
    }
    Ok(pushed)
}

/// The digest that a registry has for a tag.
fn digest_of(tag: &str) -> Result<String, Problem> {
    let mut command = Command::new("docker");
    command.args([
        "buildx",
        "imagetools",
        "inspect",
        "--format",
        "{{.Manifest.Digest}}",
        tag,
    ]);
    let output = command
        .output()
        .map_err(|error| Problem::error(format!("cannot run `docker`: {error}")))?;
    let digest = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    if digest.starts_with("sha256:") {
        return Ok(digest);
    }
    let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    Err(Problem::error(format!("the registry did not report the digest of `{tag}`")).note(said))
}

/// All that was noted, in files of any name.
fn read(dir: &Path) -> Result<Vec<Tested>, Problem> {
    let unable = |error: std::io::Error| {
        Problem::error(format!("cannot be read: {error}")).at(Place::File(dir.display().to_string()))
    };
    let mut files = Vec::new();
    for entry in fs::read_dir(dir).map_err(unable)? {
        files.push(entry.map_err(unable)?.path());
    }
    files.sort();
    let mut found = Vec::new();
    for file in files.iter().filter(|file| file.is_file()) {
        let text = fs::read_to_string(file).map_err(unable)?;
        found.extend(parse(&text));
    }
    Ok(found)
}

/// The lines of one image after the other: `image=…`, `digest=…`, `platform=…`.
fn parse(text: &str) -> Vec<Tested> {
    let mut found: Vec<Tested> = Vec::new();
    for (key, value) in text.lines().filter_map(|line| line.split_once('=')) {
        match (key, found.last_mut()) {
            ("image", _) => found.push(Tested {
                image: value.to_owned(),
                digest: String::new(),
                platform: String::new(),
            }),
            ("digest", Some(last)) => last.digest = value.to_owned(),
            ("platform", Some(last)) => last.platform = value.to_owned(),
            _ => {}
        }
    }
    found.retain(|tested| tested.digest.starts_with("sha256:") && !tested.platform.is_empty());
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_whole_is_no_digest() {
        let text = "image=r/a\ndigest=sha256:1\nplatform=linux/amd64\nimage=r/b\ndigest=sha256:2\n";
        let found = parse(text);
        assert_eq!(found.len(), 1);
        assert_eq!(
            (found[0].image.as_str(), found[0].platform.as_str()),
            ("r/a", "linux/amd64")
        );
    }
}
