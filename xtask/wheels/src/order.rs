//! What is to be built of one lib, completely said: two orders with the same digest give the same files.

use std::{collections::BTreeMap, str::FromStr};

use pep440_rs::Version;

use super::{backend::Backend, digest, git::Facts, inputs::Inputs, legacy};
use diagnostics::{Place, Problem};
use formats::PackageName;
use generate::image::Tools;
use python::invocation::{ENVIRONMENT, UMASK};
use repo::{Package, Repo, RepoPath};

/// Changes when the same inputs are built differently than before.
const FORMAT: &str = "1";

/// One lib to build.
#[derive(Clone, Debug)]
pub struct Order {
    /// The normalised name.
    pub name: PackageName,
    /// The version to build.
    pub version: Version,
    /// The folder of the lib.
    pub dir: RepoPath,
    /// What builds it.
    pub backend: Backend,
    /// As they are staged: a manifest of the older form is rewritten.
    pub inputs: Inputs,
    /// Libs of this repository that the lib needs, and their versions.
    pub siblings: BTreeMap<PackageName, Version>,
    /// Of all that goes into the build: files, backend and its pins, settings.
    pub digest: String,
}

impl Order {
    /// `None` when the lib cannot be built, and why was reported.
    pub fn of(repo: &Repo, lib: &Package, tools: &Tools, facts: &Facts, problems: &mut Vec<Problem>) -> Option<Self> {
        let version = version(lib, problems);
        let backend = Backend::of(lib, tools, problems);
        let mut inputs = Inputs::read(&repo.root, lib, facts.files.as_ref(), problems);
        if facts.files.is_some() {
            for file in &mut inputs.files {
                file.is_executable = facts.executable.contains(&file.path);
            }
        }
        let siblings = siblings(repo, lib);
        let manifest = lib.dir.child("pyproject.toml");
        if let Some(file) = inputs.files.iter_mut().find(|file| file.path == manifest)
            && let Some(text) = legacy::rewrite(lib.manifest.source.text(), &siblings)
        {
            file.content = text.into_bytes();
        }
        let (version, backend) = (version?, backend?);
        let mut parts = vec![
            FORMAT.to_owned(),
            UMASK.to_owned(),
            lib.name.to_string(),
            backend.object.clone(),
        ];
        parts.extend(ENVIRONMENT.iter().map(|(key, value)| format!("{key}={value}")));
        parts.extend(backend.pins.iter().cloned());
        parts.push(inputs.digest());
        Some(Self {
            name: lib.name.clone(),
            version,
            dir: lib.dir.clone(),
            backend,
            digest: digest::of_parts(parts.iter().map(String::as_str)),
            inputs,
            siblings,
        })
    }
}

/// The version as the manifest says it, literally: only then is it known before the build, and the same everywhere.
fn version(lib: &Package, problems: &mut Vec<Problem>) -> Option<Version> {
    let manifest = &lib.manifest;
    let path = manifest.source.path();
    let Some(text) = &lib.version else {
        let named = manifest.name.as_ref().map(|name| name.place.clone());
        let place = named.unwrap_or_else(|| Place::File(path.into()));
        let problem = if repo::version::is_dynamic(manifest) {
            Problem::error(format!("the version in `{path}` is dynamic"))
                .note("a version that the build determines cannot be checked before it is published")
        } else {
            Problem::error(format!("`{path}` has no version"))
        };
        problems.push(
            problem
                .at(place)
                .remedy("write it into `[project]`: `version = \"0.1.0\"`"),
        );
        return None;
    };
    match Version::from_str(&text.value) {
        Ok(version) if !version.is_local() => Some(version),
        Ok(_) => {
            problems.push(
                Problem::error(format!(
                    "`{}` is a local version, which indexes reject (PEP 440)",
                    text.value
                ))
                .at(text.place.clone())
                .remedy("leave out `+` and what follows it"),
            );
            None
        }
        Err(_) => {
            problems.push(
                Problem::error(format!("`{}` is not a version (PEP 440)", text.value))
                    .at(text.place.clone())
                    .remedy("write it like `1.2.3`, `1.2.3rc1` or `1.2.3.post1`"),
            );
            None
        }
    }
}

/// Libs that the main group takes from their folders, with their versions. One without a valid version is reported when it is built.
pub(super) fn siblings(repo: &Repo, lib: &Package) -> BTreeMap<PackageName, Version> {
    let versions = repo.direct_libs(lib).filter_map(|sibling| {
        let version = sibling.version.as_ref()?;
        Some((sibling.name.clone(), Version::from_str(&version.value).ok()?))
    });
    versions.collect()
}
