//! One service of a compose file: what it is built from, and what of its image is set aside where it runs.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    needs::{self, Networks, Wait},
    values::{health, mount, pairs, port, text, words},
};
use diagnostics::{Located, Place};
use evidence::health::Health;
use formats::yaml::Node;
use repo::RepoPath;
use repo::Root;

/// `*` in a value stands for what only whoever starts it knows.
#[derive(Clone, Debug)]
pub struct Service {
    /// The key under `services`.
    pub name: Located<String>,
    /// What its image is built from.
    pub build: Option<Build>,
    /// The reference of its image.
    pub image: Option<Located<String>>,
    /// `entrypoint`, split into words.
    pub entrypoint: Option<Located<Vec<String>>>,
    /// `command`, split into words.
    pub command: Option<Located<Vec<String>>>,
    /// `user`.
    pub user: Option<Located<String>>,
    /// `working_dir`.
    pub workdir: Option<Located<String>>,
    /// Environment variables by name.
    pub environment: BTreeMap<String, Located<String>>,
    /// Files of variables are named, of which some may be on one machine alone.
    pub has_env_file: bool,
    /// Ports of the container that are published or that the labels of a load balancer name.
    pub ports: Vec<Located<String>>,
    /// `healthcheck`, where it says more than when to ask.
    pub health: Option<Located<Health>>,
    /// Its mounts, in the order of the files; what is kept in memory among them.
    pub mounts: Vec<Mount>,
    /// `develop.watch`: what happens after an edit.
    pub watched: Vec<Watch>,
    /// Services that have to be there first.
    pub depends: Vec<Located<String>>,
    /// What has to be true of them.
    pub waits: Vec<Wait>,
    /// Names by which it is started, where it is not always.
    pub profiles: BTreeSet<String>,
    /// How it reaches others.
    pub networks: Networks,
    /// Whether it takes the rest from a service of another file or name.
    pub extends: bool,
    /// Keys behind which `!reset` or `!override` stands.
    pub(super) cleared: BTreeSet<String>,
}

/// `build` of a service.
#[derive(Clone, Debug)]
pub struct Build {
    /// The folder that is sent. `None` where it is none of the repository, or cannot be told.
    pub context: Option<RepoPath>,
    /// As written, as seen from the context.
    pub dockerfile: Option<Located<String>>,
    /// The stage that is built.
    pub target: Option<Located<String>>,
    /// Build arguments by name.
    pub arguments: BTreeMap<String, Located<String>>,
    /// Where `build` is written.
    pub place: Place,
    pub(super) has_context: bool,
    pub(super) is_inline: bool,
}

/// A folder or volume over what an image has at that path.
#[derive(Clone, Debug)]
pub struct Mount {
    /// The folder or file of the repository. `None` for volumes, and for what lies elsewhere.
    pub source: Option<RepoPath>,
    /// Absolute.
    pub target: String,
    /// Where it is written.
    pub place: Place,
}

/// An entry of `develop.watch`.
#[derive(Clone, Debug)]
pub struct Watch {
    /// Whether edits are copied into the container; otherwise the image is built again.
    pub syncs: bool,
    /// What is watched, in the repository.
    pub path: RepoPath,
    /// Where edits are copied to, absolute.
    pub target: Option<String>,
    /// Where it is written.
    pub place: Place,
}

impl Service {
    /// What a file says of it; paths are seen from that folder.
    pub fn read(root: &Root, folder: &RepoPath, name: &Node, node: &Node) -> Self {
        let get = |key: &str| node.get(key);
        let listed = |key: &str| get(key).map(Node::items).unwrap_or_default().iter();
        let mut environment = BTreeMap::new();
        for (name, value) in env_files(root, folder, node) {
            environment.insert(name, value);
        }
        environment.extend(get("environment").map(pairs).unwrap_or_default());
        let mounts = listed("volumes").filter_map(|volume| {
            let (source, target) = mount(volume)?;
            Some(Mount {
                source: source.and_then(|source| folder.join(&source).filter(|_| !source.contains(['*', '~']))),
                target: format!("/{}", target.value.trim_matches('/')),
                place: target.place,
            })
        });
        let in_memory = listed("tmpfs").chain(get("tmpfs").filter(|said| !said.is_sequence()));
        let in_memory = in_memory.filter_map(text).map(|said| Mount {
            source: None,
            target: format!(
                "/{}",
                said.value.split(':').next().unwrap_or_default().trim_matches('/')
            ),
            place: said.place,
        });
        let watched = get("develop").and_then(|develop| develop.get("watch"));
        let watched = watched.map(Node::items).unwrap_or_default().iter();
        let cleared = node.entries().iter().filter(|(_, value)| is_cleared(value));
        Self {
            name: Located {
                value: name.text().unwrap_or_default().to_owned(),
                place: name.place(),
            },
            build: get("build")
                .filter(|build| !build.is_null())
                .map(|build| Build::read(folder, build)),
            image: get("image").and_then(text),
            entrypoint: get("entrypoint").and_then(words),
            command: get("command").and_then(words),
            user: get("user").and_then(text),
            workdir: get("working_dir").and_then(text),
            environment,
            has_env_file: get("env_file").is_some(),
            ports: listed("ports").filter_map(port).chain(balanced(node)).collect(),
            health: get("healthcheck").and_then(health),
            mounts: mounts.chain(in_memory).collect(),
            watched: watched.filter_map(|node| Watch::read(folder, node)).collect(),
            depends: get("depends_on").map(needs::needed).unwrap_or_default(),
            waits: get("depends_on").map(needs::waits).unwrap_or_default(),
            profiles: listed("profiles").filter_map(|name| Some(text(name)?.value)).collect(),
            networks: Networks::read(node),
            extends: get("extends").is_some(),
            cleared: cleared.filter_map(|(key, _)| key.text().map(str::to_owned)).collect(),
        }
    }
}

impl Service {
    /// Whether a mount lies over a folder of the image or over something in it.
    pub fn covers(&self, folder: &str) -> bool {
        let folder = folder.trim_end_matches('/');
        self.mounts.iter().any(|mount| {
            let target = mount.target.trim_end_matches('/');
            let is_below = |path: &str, other: &str| {
                let rest = path.strip_prefix(other);
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            };
            is_below(target, folder) || is_below(folder, target)
        })
    }
}

impl Watch {
    fn read(folder: &RepoPath, node: &Node) -> Option<Self> {
        let get = |key: &str| node.get(key).and_then(text);
        let path = get("path").filter(|path| !path.value.contains(['*', '~']))?;
        let target = get("target").map(|target| format!("/{}", target.value.trim_matches('/')));
        Some(Self {
            syncs: get("action")?.value.starts_with("sync"),
            path: folder.join(&path.value)?,
            target,
            place: node.place(),
        })
    }
}

impl Build {
    fn read(folder: &RepoPath, node: &Node) -> Self {
        let get = |key: &str| node.get(key).and_then(text);
        let said = text(node).or_else(|| get("context"));
        // A place in the web holds what it contains.
        let is_folder =
            |context: &&Located<String>| !context.value.contains(['*', '~']) && !context.value.contains("://");
        let context = match &said {
            Some(said) => Some(said).filter(is_folder).and_then(|said| folder.join(&said.value)),
            None => Some(folder.clone()),
        };
        let arguments = node.get("args").map(pairs).unwrap_or_default();
        Self {
            context,
            dockerfile: get("dockerfile"),
            target: get("target"),
            arguments: arguments.into_iter().collect(),
            place: node.place(),
            has_context: said.is_some(),
            is_inline: node.get("dockerfile_inline").is_some(),
        }
    }

    /// The Dockerfile, where its path can be told.
    pub fn dockerfile(&self) -> Option<RepoPath> {
        let name = self
            .dockerfile
            .as_ref()
            .map_or("Dockerfile", |said| said.value.as_str());
        let is_known = !self.is_inline && !name.contains('*');
        self.context.as_ref().filter(|_| is_known)?.join(name)
    }
}

/// The ports that labels tell Traefik to send requests to.
fn balanced(node: &Node) -> impl Iterator<Item = Located<String>> {
    let labels = node.get("labels").map(pairs).unwrap_or_default();
    let deployed = node.at(&["deploy", "labels"]).map(pairs).unwrap_or_default();
    let ports = labels.into_iter().chain(deployed);
    ports.filter_map(|(name, value)| {
        let is_port = name.ends_with(".loadbalancer.server.port") && value.value.parse::<u16>().is_ok();
        is_port.then_some(value)
    })
}

/// Environment out of files that the repository holds. What is only on one machine, `.env`, is none of it.
fn env_files(root: &Root, folder: &RepoPath, node: &Node) -> Vec<(String, Located<String>)> {
    let said = node.get("env_file");
    let one = said.filter(|said| !said.is_sequence()).into_iter();
    let all = one.chain(said.map(Node::items).unwrap_or_default());
    let paths = all.filter_map(|file| file.get("path").or(Some(file)).and_then(text));
    let mut found = Vec::new();
    for path in paths.filter_map(|said| folder.join(&said.value)) {
        if path.file_name() == ".env" {
            continue;
        }
        // One that is not there, or not text, is nobody's fault here: it may be made where it is used.
        let Ok(Some(source)) = root.source_if_present(&path) else {
            continue;
        };
        let mut at = 0;
        for line in source.text().split_inclusive('\n') {
            if let Some((name, value)) = line.trim().split_once('=').filter(|(name, _)| !name.starts_with('#')) {
                let value = value.trim().trim_matches(['"', '\'']).to_owned();
                let place = source.place(at..at + line.trim_end().len());
                let name = name.trim().trim_start_matches("export ").to_owned();
                found.push((name, Located { value, place }));
            }
            at += line.len();
        }
    }
    found
}

/// Whether the value is literal, and is not laid over that of another file.
fn is_cleared(node: &Node) -> bool {
    let place = node.place();
    let Some((source, span)) = place.text() else {
        return false;
    };
    let before = source.text().get(..span.start).unwrap_or_default().trim_end();
    let within = source.text().get(span).unwrap_or_default();
    ["!reset", "!override"]
        .iter()
        .any(|tag| before.ends_with(tag) || within.starts_with(tag))
}
