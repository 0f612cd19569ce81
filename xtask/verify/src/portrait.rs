//! The services with their images and libs, as reports show them beside what was found.

use std::collections::BTreeSet;

use super::images::Probed;
use diagnostics::{Located, Source};
use evidence::{
    built::{Built, Identity},
    config::Config,
    image::Image,
};
use facts::Subject;
use formats::PackageName;
use repo::{Repo, RepoPath};

/// One service.
#[derive(Debug)]
pub struct Portrait {
    /// The name of the service.
    pub service: String,
    /// Its folder.
    pub dir: RepoPath,
    /// The development image, where there is one.
    pub dev: Option<Shown>,
    /// The production image, where there is one.
    pub prod: Option<Shown>,
    /// Libs that it depends on directly.
    pub libs: Vec<String>,
    /// Its lock, where it belongs to the manifest.
    pub lock: Option<Source>,
    /// The commit that its production image was built from, where that image is bound to the files of that commit.
    pub commit: Option<String>,
}

/// One image.
#[derive(Debug)]
pub struct Shown {
    /// The file that it is built from, or its reference.
    pub origin: String,
    /// What people call it.
    pub name: String,
    /// What it is started with, by [`TOPICS`].
    pub facts: Vec<(&'static str, String)>,
    /// The digest, where a built image was read.
    pub digest: Option<ImageDigest>,
    /// The Dockerfile, where it is known by that.
    pub file: Option<Source>,
}

/// What tells the bytes of an image from those of any other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageDigest {
    /// The name without tag and digest.
    pub name: String,
    /// SHA-256 in hexadecimal digits.
    pub sha256: String,
    /// Whether it is the digest that a registry knows. That of an image which no registry has is one of this machine's engine.
    pub is_of_registry: bool,
}

/// A lib with the libs that it depends on directly.
#[derive(Debug)]
pub struct LibPortrait {
    /// The name of the lib.
    pub name: String,
    /// Its folder.
    pub dir: RepoPath,
    /// Libs that it depends on directly.
    pub libs: Vec<String>,
}

/// What the facts of an image are about, in the order in which they are shown.
pub const TOPICS: [&str; 9] = [
    "base image",
    "user",
    "folder",
    "command",
    "ports",
    "environment",
    "health check",
    "volumes",
    "stop signal",
];

/// Each service that was looked at.
pub fn of_services(repo: &Repo, subjects: &[Subject<'_>]) -> Vec<Portrait> {
    subjects.iter().map(|subject| of_service(repo, subject)).collect()
}

fn of_service(repo: &Repo, subject: &Subject<'_>) -> Portrait {
    let package = &subject.service.package;
    Portrait {
        service: package.name.to_string(),
        dir: package.dir.clone(),
        dev: subject.dev.as_ref().map(of_file),
        prod: subject.prod.as_ref().map(of_file),
        libs: names(repo.direct_libs(package).map(|lib| &lib.name)),
        lock: subject.lock().map(|lock| lock.source.clone()),
        commit: None,
    }
}

/// Two images that are compared by themselves.
pub fn of_images(repo: &Repo, name: &str, dir: &RepoPath, probed: &Probed, subject: Option<&Subject<'_>>) -> Portrait {
    let mut portrait = match subject {
        Some(subject) => of_service(repo, subject),
        None => Portrait {
            service: name.to_owned(),
            dir: dir.clone(),
            dev: None,
            prod: None,
            libs: Vec::new(),
            lock: None,
            commit: None,
        },
    };
    portrait.dev = probed.dev.as_ref().map(of_built);
    portrait.prod = probed.prod.as_ref().map(of_built);
    portrait
}

/// Notes the digests of what was built and read.
pub fn add_digests(portrait: &mut Portrait, probed: &Probed) {
    let digest = |built: &Option<Built>| {
        let built = built.as_ref()?;
        digest(&built.reference, &built.identity)
    };
    if let Some(dev) = &mut portrait.dev {
        dev.digest = digest(&probed.dev);
    }
    if let Some(prod) = &mut portrait.prod {
        prod.digest = digest(&probed.prod);
    }
}

/// The libs that these services need, and what those need.
pub fn of_libs(repo: &Repo, subjects: &[Subject<'_>]) -> Vec<LibPortrait> {
    let needed: BTreeSet<&PackageName> = subjects.iter().flat_map(|subject| &subject.service.libs).collect();
    let libs = repo.libs.iter().filter(|lib| needed.contains(&lib.name));
    libs.map(|lib| LibPortrait {
        name: lib.name.to_string(),
        dir: lib.dir.clone(),
        libs: names(repo.direct_libs(lib).map(|lib| &lib.name)),
    })
    .collect()
}

fn names<'a>(libs: impl Iterator<Item = &'a PackageName>) -> Vec<String> {
    let names: BTreeSet<String> = libs.map(ToString::to_string).collect();
    names.into_iter().collect()
}

fn of_file(image: &Image) -> Shown {
    Shown {
        origin: image.path.to_string(),
        name: image.name(),
        facts: of_config(&image.config, Some(&image.base.value)),
        digest: None,
        file: image.place.text().map(|(source, _)| source.clone()),
    }
}

fn of_built(built: &Built) -> Shown {
    Shown {
        origin: format!("image:{}", built.reference),
        name: built.reference.clone(),
        facts: of_config(&built.config, None),
        digest: digest(&built.reference, &built.identity),
        file: None,
    }
}

fn of_config(config: &Config, base: Option<&str>) -> Vec<(&'static str, String)> {
    let words = |words: &Option<Located<Vec<String>>>| words.as_ref().map(|words| words.value.clone());
    let start = [words(&config.entrypoint), words(&config.command)];
    let texts = |texts: &[Located<String>]| texts.iter().map(|text| text.value.clone()).collect();
    let text = |text: &Option<Located<String>>| text.as_ref().map(|text| text.value.clone()).unwrap_or_default();
    let env = config.env.iter().map(|(name, said)| format!("{name}={}", said.value));
    let health = config.health.iter().flat_map(|health| &health.commands);
    let is_told = config.is_complete || config.workdir.is_some();
    let values = [
        base.map(str::to_owned).into_iter().collect(),
        vec![text(&config.user)],
        vec![if is_told { config.folder() } else { "" }.to_owned()],
        vec![start.into_iter().flatten().flatten().collect::<Vec<_>>().join(" ")],
        texts(&config.ports),
        env.collect(),
        health.map(|words| words.join(" ")).collect(),
        texts(&config.volumes),
        vec![text(&config.stop_signal)],
    ];
    facts(values)
}

/// One entry for each topic, with a line for each value.
fn facts(values: [Vec<String>; TOPICS.len()]) -> Vec<(&'static str, String)> {
    let values = values.map(|values| values.join("\n"));
    TOPICS.into_iter().zip(values).collect()
}

/// The digest that a registry has for the image under that name, else that of the engine. Of several, as an index and one of its
/// manifests are, it is the one that the reference names.
pub fn digest(reference: &str, identity: &Identity) -> Option<ImageDigest> {
    let name = name_of(reference);
    let named = reference.split_once("@sha256:").map(|(_, digest)| digest);
    let mut in_registry = identity.repo_digests.iter().filter_map(|digest| {
        let (repository, digest) = digest.split_once("@sha256:")?;
        (familiar(repository) == familiar(name)).then_some(digest)
    });
    let in_registry = match named {
        Some(named) => in_registry.find(|digest| *digest == named),
        None => in_registry.next(),
    };
    let sha256 = in_registry.or_else(|| identity.id.strip_prefix("sha256:"))?;
    Some(ImageDigest {
        name: name.to_owned(),
        sha256: sha256.to_owned(),
        is_of_registry: in_registry.is_some(),
    })
}

/// A reference without digest and tag.
fn name_of(reference: &str) -> &str {
    let name = reference.split('@').next().unwrap_or_default();
    match name.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => name,
        Some(_) | None => name,
    }
}

/// A name as Docker writes it: `web` for `docker.io/library/web`.
fn familiar(name: &str) -> &str {
    let name = name.strip_prefix("docker.io/").unwrap_or(name);
    name.strip_prefix("library/").unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_what_stands_before_tag_and_digest() {
        for (reference, name) in [
            ("web", "web"),
            ("web:1", "web"),
            (
                "registry.example.org:5000/team/web",
                "registry.example.org:5000/team/web",
            ),
            (
                "registry.example.org:5000/team/web:1",
                "registry.example.org:5000/team/web",
            ),
            ("registry.example.org/web:1@sha256:0ab", "registry.example.org/web"),
        ] {
            assert_eq!(name_of(reference), name);
        }
        assert_eq!(familiar("docker.io/library/web"), familiar("web"));
    }
}
