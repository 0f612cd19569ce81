//! `[tool.uv.sources]`: where uv takes a package from that is not simply looked for on an index.

use std::collections::BTreeMap;

use super::manifests::Manifests;
use crate::{
    RepoPath,
    manifest::{Dependency, DependencySource, MAIN, Manifest},
    toml::{Node, Table},
};
use formats::{PackageName, normalised};
use python::marker::Marker;

/// The sources that hold for one manifest: its own, and for other names those of the root of the workspace.
pub struct Sources<'a> {
    workspace: &'a Manifests,
    by_name: BTreeMap<PackageName, (RepoPath, Vec<Asked>)>,
    indexes: BTreeMap<String, String>,
}

/// One source of a package, as it is written.
#[derive(Clone)]
struct Asked {
    extra: Option<String>,
    group: Option<String>,
    marker: Marker,
    texts: BTreeMap<&'static str, String>,
    is_member: bool,
    editable: Option<bool>,
}

/// Where a package comes from, in the words of the lock.
pub enum Origin {
    /// An index, the named one or any.
    Index(Option<String>),
    /// A folder, an archive, a repository or an address.
    Elsewhere(String),
    /// An index that is not described in the repository.
    UnknownIndex,
    /// No index; which folder or repository cannot be determined.
    Unknown,
}

const TEXTS: [&str; 8] = ["path", "git", "url", "index", "rev", "tag", "branch", "subdirectory"];

impl<'a> Sources<'a> {
    pub fn of_manifest(workspace: &'a Manifests, dir: &RepoPath, manifest: &Manifest) -> Self {
        let mut sources = Self {
            workspace,
            by_name: BTreeMap::new(),
            indexes: BTreeMap::new(),
        };
        let root = workspace.root_manifest.as_ref();
        let root = root.filter(|_| *dir != workspace.dir && workspace.has(dir));
        for (dir, manifest) in root
            .map(|root| (&workspace.dir, root))
            .into_iter()
            .chain([(dir, manifest)])
        {
            let Some(uv) = manifest.tool("uv") else { continue };
            let table = uv.table("sources", &mut Vec::new());
            for (name, node) in table.map(|table| table.entries()).unwrap_or_default() {
                if let Some(name) = PackageName::parse(name.value) {
                    sources.by_name.insert(name, (dir.clone(), asked(&node)));
                }
            }
            sources.indexes.extend(indexes(uv));
        }
        sources
    }

    /// Where a dependency comes from, and in which environments.
    pub fn of(&self, group: &str, dependency: &Dependency) -> Vec<(Marker, Origin)> {
        match &dependency.source {
            // The reader of manifests leaves parts of such an address out.
            DependencySource::Git { .. } => return vec![(Marker::TRUE, Origin::Unknown)],
            DependencySource::Url(url) => {
                let plain = url.value.split('#').next().unwrap_or_default();
                return vec![(Marker::TRUE, Origin::Elsewhere(format!("url {plain}")))];
            }
            DependencySource::Index(_) | DependencySource::Path { .. } | DependencySource::Workspace { .. } => {}
        }
        let Some((dir, all)) = self.by_name.get(&dependency.name.value) else {
            return vec![(Marker::TRUE, Origin::Index(None))];
        };
        let is_meant = |asked: &&Asked| {
            let extra = asked.extra.as_ref();
            let of_group = asked.group.as_ref();
            extra.is_none_or(|extra| dependency.extra.as_ref() == Some(extra))
                && of_group.is_none_or(|of| of == group && group != MAIN)
        };
        let meant: Vec<&Asked> = all.iter().filter(is_meant).collect();
        let covered = meant
            .iter()
            .fold(Marker::FALSE, |covered, asked| covered.or(asked.marker));
        let rest = covered.negated();
        let named = meant
            .into_iter()
            .map(|asked| (asked.marker, self.origin(dir, dependency, asked)));
        let mut found: Vec<_> = named.collect();
        if !rest.is_false() {
            found.push((rest, Origin::Index(None)));
        }
        found
    }

    fn origin(&self, dir: &RepoPath, dependency: &Dependency, asked: &Asked) -> Origin {
        let text = |key: &str| asked.texts.get(key).map(String::as_str);
        if asked.is_member {
            return self.member(&dependency.name.value, asked);
        }
        if let Some(git) = text("git") {
            let pairs = ["rev", "tag", "branch", "subdirectory"].map(|key| Some((key, text(key)?.to_owned())));
            return Origin::Elsewhere(git_text(git, pairs.into_iter().flatten()));
        }
        if let Some(url) = text("url") {
            return Origin::Elsewhere(format!("url {}", url.split('#').next().unwrap_or_default()));
        }
        if let Some(path) = text("path") {
            let Some(target) = dir.join(path) else {
                return Origin::Unknown;
            };
            let seen = seen_from(&target, &self.workspace.dir);
            let kind = if is_archive(path) {
                "path"
            } else if asked.editable == Some(true) {
                "editable"
            } else {
                "directory"
            };
            return Origin::Elsewhere(format!("{kind} {seen}"));
        }
        match text("index") {
            Some(index) => self
                .indexes
                .get(index)
                .map_or(Origin::UnknownIndex, |url| Origin::Index(Some(url.clone()))),
            None => Origin::Unknown,
        }
    }

    fn member(&self, name: &PackageName, asked: &Asked) -> Origin {
        let Some(member) = self.workspace.members.get(name) else {
            return Origin::Unknown;
        };
        let kind = match asked.editable {
            Some(false) => "directory",
            Some(true) => "editable",
            None if member.is_no_package() => "directory",
            None => "editable",
        };
        Origin::Elsewhere(format!("{kind} {}", seen_from(&member.dir, &self.workspace.dir)))
    }
}

impl Origin {
    /// Whether a range chooses among what it has.
    pub fn has_versions(&self) -> bool {
        matches!(self, Self::Index(_) | Self::UnknownIndex)
    }

    /// In the form of [`Origin::locked`].
    pub fn text(&self) -> Option<String> {
        match self {
            Self::Index(None) => Some(String::new()),
            Self::Index(Some(url)) => Some(format!("index {}", url.trim_end_matches('/'))),
            Self::Elsewhere(text) => Some(text.clone()),
            Self::UnknownIndex | Self::Unknown => None,
        }
    }

    /// What the lock has behind one of its keys. A folder is one whether it is built or only its dependencies count.
    pub fn locked(key: &str, value: &str) -> String {
        match key {
            "git" => {
                let (url, query) = value.split_once('?').unwrap_or((value, ""));
                let query = query.split('#').next().unwrap_or_default();
                let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
                git_text(url, pairs.map(|(key, value)| (key, decoded(value))))
            }
            "virtual" => format!("directory {value}"),
            "index" => format!("index {}", value.trim_end_matches('/')),
            key => format!("{key} {value}"),
        }
    }
}

/// One form for a repository and what is asked of it.
fn git_text<'k>(url: &str, pairs: impl Iterator<Item = (&'k str, String)>) -> String {
    let url = url.strip_prefix("git+").unwrap_or(url).trim_end_matches('/');
    let pairs: BTreeMap<&str, String> = pairs.collect();
    let query: Vec<String> = pairs.iter().map(|(key, value)| format!("{key}={value}")).collect();
    format!("git {url}?{}", query.join("&"))
}

fn asked(node: &Node<'_>) -> Vec<Asked> {
    let ignored = &mut Vec::new();
    let one = |table: Table<'_>| {
        let text = |key: &str| table.string(key, &mut Vec::new()).map(|text| text.value);
        let flag = |key: &str| table.boolean(key, &mut Vec::new()).map(|flag| flag.value);
        Asked {
            extra: text("extra").map(|extra| normalised(&extra)),
            group: text("group").map(|group| normalised(&group)),
            marker: text("marker").map_or(Marker::TRUE, |text| Marker::parse(&text).unwrap_or(Marker::TRUE)),
            texts: TEXTS.into_iter().filter_map(|key| Some((key, text(key)?))).collect(),
            is_member: flag("workspace") == Some(true),
            editable: flag("editable"),
        }
    };
    if node.is_array() {
        let nodes = node.array(ignored).unwrap_or_default();
        return nodes.iter().filter_map(|node| node.table(ignored)).map(one).collect();
    }
    node.table(ignored).map(one).into_iter().collect()
}

/// `[[tool.uv.index]]`, by name.
pub fn indexes(uv: Table<'_>) -> BTreeMap<String, String> {
    let nodes = uv.get("index").and_then(|node| node.array(&mut Vec::new()));
    let nodes = nodes.unwrap_or_default();
    let pairs = nodes.iter().filter_map(|node| {
        let table = node.table(&mut Vec::new())?;
        let text = |key: &str| table.string(key, &mut Vec::new()).map(|text| text.value);
        Some((text("name")?, text("url")?))
    });
    pairs.collect()
}

fn is_archive(path: &str) -> bool {
    [".whl", ".tar.gz", ".zip", ".tgz", ".tar.bz2"]
        .iter()
        .any(|end| path.ends_with(end))
}

/// How the lock writes a folder: from the folder of the lock.
pub fn seen_from(target: &RepoPath, folder: &RepoPath) -> String {
    if target == folder {
        return ".".into();
    }
    if let Some(inside) = target.relative_to(folder) {
        return inside.to_owned();
    }
    let mut base = folder.clone();
    let mut up = String::new();
    loop {
        up.push_str("../");
        base = base.parent();
        if *target == base {
            return up.trim_end_matches('/').to_owned();
        }
        match target.relative_to(&base) {
            Some(rest) => return format!("{up}{rest}"),
            None if base == RepoPath::root() => return target.as_str().to_owned(),
            None => {}
        }
    }
}

/// Text without the escapes of an address.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let code = (*first == b'%').then(|| after.get(..2)).flatten();
        let code = code
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match code {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
