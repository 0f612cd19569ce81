//! The files of an image: every path, the digests of those that may belong to Python packages, and the few texts that
//! say what is installed.

use formats::absolute;
use std::{
    collections::BTreeMap,
    io::{self, Read},
    ops::Bound,
};

use sha2::{Digest, Sha256};

use super::tar::{self, Kind};

/// As many as Linux follows.
const LINKS: usize = 40;
/// No text that says what is installed is larger.
const LARGEST_TEXT: u64 = 64 << 20;
/// Where Debian and Alpine keep what is theirs, which their own databases tell about.
const OF_THE_SYSTEM: [&str; 12] = [
    "/bin/", "/boot/", "/dev/", "/etc/", "/lib/", "/lib64/", "/proc/", "/run/", "/sbin/", "/sys/", "/usr/", "/var/",
];

/// The files of a built image, by absolute path.
#[derive(Clone, Debug, Default)]
pub struct Files {
    nodes: BTreeMap<String, Node>,
}

#[derive(Clone, Debug)]
enum Node {
    File {
        digest: Option<[u8; 32]>,
        text: Option<String>,
    },
    Link(String),
    Folder,
    Other,
}

impl Files {
    /// Reads a whole tar. Names are only ever compared: nothing that is in it leads to a file of this machine.
    pub fn read(stream: &mut dyn Read) -> io::Result<Self> {
        let mut files = Self::default();
        tar::read(stream, &mut |name, kind, content| {
            let path = absolute("/", name);
            let node = match kind {
                Kind::Folder => Node::Folder,
                Kind::Symlink(target) => Node::Link(target),
                Kind::Other => Node::Other,
                Kind::Hardlink(target) => match files.nodes.get(&absolute("/", &target)) {
                    Some(first) => first.clone(),
                    None => Node::Other,
                },
                Kind::File => file(&path, content)?,
            };
            if path != "/" {
                files.nodes.insert(path, node);
            }
            Ok(())
        })?;
        Ok(files)
    }

    /// Where a path leads when all links are followed; `None` where nothing is, or links lead in a circle.
    pub fn resolve(&self, path: &str) -> Option<String> {
        let mut left: Vec<String> = parts(path);
        let (mut at, mut links) = (String::new(), 0);
        while let Some(part) = left.pop() {
            if part == ".." {
                at.truncate(at.rfind('/').unwrap_or(0));
                continue;
            }
            let next = format!("{at}/{part}");
            match self.nodes.get(&next) {
                Some(Node::Link(target)) => {
                    links += 1;
                    if links > LINKS {
                        return None;
                    }
                    if target.starts_with('/') {
                        at.clear();
                    }
                    left.extend(parts(target));
                }
                Some(_) => at = next,
                None if self.below(&next).next().is_some() => at = next,
                None => return None,
            }
        }
        Some(if at.is_empty() { "/".to_owned() } else { at })
    }

    /// Whether a file is at the path, with links followed.
    pub fn is_file(&self, path: &str) -> bool {
        matches!(self.node(path), Some(Node::File { .. }))
    }

    /// Whether something is at the path, with links followed.
    pub fn exists(&self, path: &str) -> bool {
        self.resolve(path).is_some()
    }

    /// The content of a file of which it was kept.
    pub fn text(&self, path: &str) -> Option<&str> {
        match self.node(path)? {
            Node::File { text, .. } => text.as_deref(),
            Node::Link(_) | Node::Folder | Node::Other => None,
        }
    }

    /// The SHA-256 of a file of which it was taken.
    pub fn digest(&self, path: &str) -> Option<&[u8; 32]> {
        match self.node(path)? {
            Node::File { digest, .. } => digest.as_ref(),
            Node::Link(_) | Node::Folder | Node::Other => None,
        }
    }

    /// The names in a folder, sorted.
    pub fn names(&self, folder: &str) -> Vec<&str> {
        let Some(folder) = self.resolve(folder) else {
            return Vec::new();
        };
        let start = folder.trim_end_matches('/').len() + 1;
        let mut names: Vec<&str> = self
            .below(folder.trim_end_matches('/'))
            .filter_map(|path| path[start..].split('/').next())
            .collect();
        names.dedup();
        names
    }

    /// Every path, sorted.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.nodes.keys().map(String::as_str)
    }

    fn node(&self, path: &str) -> Option<&Node> {
        self.nodes.get(&self.resolve(path)?)
    }

    fn below(&self, folder: &str) -> impl Iterator<Item = &str> {
        let prefix = format!("{folder}/");
        let from = (Bound::Included(prefix.clone()), Bound::Unbounded);
        let paths = self.nodes.range::<String, _>(from).map(|(path, _)| path.as_str());
        paths.take_while(move |path| path.starts_with(&prefix))
    }
}

fn file(path: &str, content: &mut dyn Read) -> io::Result<Node> {
    if is_telling(path) {
        let mut bytes = Vec::new();
        content.take(LARGEST_TEXT).read_to_end(&mut bytes)?;
        return Ok(Node::File {
            digest: Some(Sha256::digest(&bytes).into()),
            text: Some(String::from_utf8_lossy(&bytes).into_owned()),
        });
    }
    if !may_be_python(path) {
        return Ok(Node::File {
            digest: None,
            text: None,
        });
    }
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match content.read(&mut buffer)? {
            0 => break,
            read => hasher.update(&buffer[..read]),
        }
    }
    Ok(Node::File {
        digest: Some(hasher.finalize().into()),
        text: None,
    })
}

/// Whether what the file says is asked for.
fn is_telling(path: &str) -> bool {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let in_info = folder.ends_with(".dist-info") || folder.ends_with(".egg-info");
    match name {
        "METADATA" | "RECORD" | "INSTALLER" | "direct_url.json" | "PKG-INFO" => in_info,
        "pyvenv.cfg" | "patchlevel.h" => true,
        "status" => folder == "/var/lib/dpkg",
        "installed" => folder.ends_with("lib/apk/db"),
        _ => {
            name.ends_with(".pth")
                || name.ends_with(".egg-link")
                || name.ends_with(".egg-info")
                || (folder == "/var/lib/dpkg/status.d" && !name.ends_with(".md5sums"))
        }
    }
}

fn may_be_python(path: &str) -> bool {
    path.contains("/site-packages/")
        || path.contains("/dist-packages/")
        || path.starts_with("/usr/local/")
        || !OF_THE_SYSTEM.iter().any(|folder| path.starts_with(folder))
}

/// The parts of a path, the last first.
fn parts(path: &str) -> Vec<String> {
    let parts = path.split('/').filter(|part| !matches!(*part, "" | "."));
    parts.rev().map(String::from).collect()
}
