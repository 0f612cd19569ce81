use super::{Frontend, RepoPath};
use crate::Root;
use diagnostics::{Place, Problem, Source};
use formats::{
    PackageName,
    dockerfile::{Arguments, Dockerfile, Keyword},
};

/// The image of the frontend, where its folder holds a Dockerfile: somebody wrote it, and it is built from the root.
#[derive(Clone, Debug)]
pub struct PagesImage {
    /// That of the folder, as images are named.
    pub name: PackageName,
    /// The Dockerfile.
    pub dockerfile: RepoPath,
    /// What its version is read from.
    pub manifest: RepoPath,
    /// `version` of `package.json`.
    pub version: Option<String>,
    /// What its Dockerfile exposes, where that is one number.
    pub port: Option<u16>,
}

impl PagesImage {
    pub(super) fn of(frontend: &Frontend, root: &Root, problems: &mut Vec<Problem>) -> Option<Self> {
        let folder = &frontend.folder;
        let dockerfile = folder.value.child("Dockerfile");
        if !root.has_file(&dockerfile) {
            return None;
        }
        let Some(name) = PackageName::parse(&frontend.name) else {
            problems.push(
                Problem::error(format!("an image cannot be named `{}`", frontend.name))
                    .at(folder.place.clone())
                    .remedy("rename the folder: letters, digits and `-`"),
            );
            return None;
        };
        let manifest = folder.value.child("package.json");
        let version = version(root, &manifest).unwrap_or_else(|problem| {
            problems.push(*problem);
            None
        });
        Some(Self {
            name,
            port: port(root, &dockerfile),
            dockerfile,
            manifest,
            version,
        })
    }
}

/// The last port that the last stage exposes.
fn port(root: &Root, path: &RepoPath) -> Option<u16> {
    let source = root.source_if_present(path).ok()??;
    exposed(&source)
}

fn exposed(source: &Source) -> Option<u16> {
    // What cannot be read in it is reported where the image is checked.
    let dockerfile = Dockerfile::read(source, &mut Vec::new());
    let statements = dockerfile.stages.last()?.statements.iter();
    let mut words = statements.filter_map(|statement| match (statement.keyword, &statement.arguments) {
        (Keyword::Expose, Arguments::Words(words)) => words.last(),
        _ => None,
    });
    words.next_back()?.value.split('/').next()?.parse().ok()
}

/// What npm takes for the version, where one is said.
fn version(root: &Root, manifest: &RepoPath) -> Result<Option<String>, Box<Problem>> {
    let place = || Place::File(manifest.to_string());
    let Some(source) = root.source_if_present(manifest)? else {
        return Ok(None);
    };
    let said: serde_json::Value = serde_json::from_str(source.text())
        .map_err(|error| Box::new(Problem::error(format!("is not JSON: {error}")).at(place())))?;
    match &said["version"] {
        serde_json::Value::Null => Ok(None),
        serde_json::Value::String(version) if is_tag(version) => Ok(Some(version.clone())),
        other => Err(Box::new(
            Problem::error(format!("{other} is not a version")).at(place()),
        )),
    }
}

/// Whether an image can be tagged so, after `+` was replaced.
fn is_tag(version: &str) -> bool {
    !version.is_empty()
        && version.len() <= 128
        && !version.starts_with(['.', '-', '+'])
        && version
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"._-+".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_may_be_written_in_many_ways() {
        for (text, port) in [
            ("FROM nginx\nEXPOSE 8080\n", Some(8080)),
            ("FROM nginx\n  expose\t8080/tcp\r\n", Some(8080)),
            (
                "FROM node AS build\nEXPOSE 5173\nFROM nginx\nEXPOSE \\\n  8080\n",
                Some(8080),
            ),
            ("FROM node AS build\nEXPOSE 5173\nFROM nginx\n", None),
            ("FROM nginx\nEXPOSE ${PORT}\n", None),
            ("", None),
        ] {
            assert_eq!(exposed(&Source::new("Dockerfile", text)), port, "{text}");
        }
    }
}
