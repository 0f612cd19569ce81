//! The files of an image: every path with its digest, owner and mode, and the few texts that say what is installed.

use formats::{
    absolute,
    tar::{self, Kind, Meta},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    io::{self, Read},
    ops::Bound,
};

use super::content::{Content, Reader};

/// As many as Linux follows.
const LINKS: usize = 40;
/// A name with this character sorts behind all that lies below the name.
const BEHIND_A_SLASH: char = '0';
/// More than any image has that could be run.
const MOST_FILES: usize = 8_000_000;

/// The files of a built image, by absolute path.
#[derive(Clone, Debug, Default)]
pub struct Files {
    nodes: BTreeMap<String, Node>,
}

#[derive(Clone, Debug)]
struct Node {
    what: What,
    meta: Meta,
}

#[derive(Clone, Debug)]
enum What {
    File(Content),
    Link(String),
    Folder,
    Other,
}

/// What is at a path, links not followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At<'a> {
    /// A file.
    File,
    /// A folder.
    Folder,
    /// A link, with what it says.
    Link(&'a str),
    /// A device, a pipe, a socket; or the second name of a file that is nowhere.
    Other,
}

impl Files {
    /// Reads a whole tar. Names are only ever compared: nothing that is in it leads to a file of this machine.
    pub fn read(stream: &mut dyn Read) -> io::Result<Self> {
        let mut files = Self::default();
        let mut reader = Reader::default();
        let mut second_names = Vec::new();
        tar::read(stream, &mut |name, kind, meta, content| {
            let path = absolute("/", name);
            let what = match kind {
                Kind::Folder => What::Folder,
                Kind::Symlink(target) => What::Link(target),
                Kind::Other => What::Other,
                Kind::Hardlink(target) => {
                    second_names.push((path.clone(), absolute("/", &target)));
                    What::Other
                }
                Kind::File => What::File(reader.read(&path, content)?),
            };
            if path != "/" {
                files.nodes.insert(path, Node { what, meta });
            }
            if files.nodes.len() > MOST_FILES {
                return Err(io::Error::other(format!("it has more than {MOST_FILES} files")));
            }
            Ok(())
        })?;
        // What it is a second name of may come later.
        for (path, target) in second_names {
            if let Some(first) = files
                .nodes
                .get(&target)
                .filter(|node| matches!(node.what, What::File(_)))
                .cloned()
            {
                files.nodes.insert(path, first);
            }
        }
        files.drop_what_links_hide();
        Ok(files)
    }

    /// No file system has anything below a link, so a path that is here is what it says, without a link on the way.
    fn drop_what_links_hide(&mut self) {
        let links = self.nodes.iter().filter(|(_, node)| matches!(node.what, What::Link(_)));
        let hidden: Vec<String> = links
            .flat_map(|(path, _)| self.below(path))
            .map(str::to_owned)
            .collect();
        for path in hidden {
            self.nodes.remove(&path);
        }
    }

    /// Where a path leads when all links are followed; `None` where nothing is, or links lead in a circle.
    pub fn resolve(&self, path: &str) -> Option<String> {
        if self
            .nodes
            .get(path)
            .is_some_and(|node| !matches!(node.what, What::Link(_)))
        {
            return Some(path.to_owned());
        }
        let mut left: Vec<String> = parts(path);
        let (mut at, mut links) = (String::new(), 0);
        while let Some(part) = left.pop() {
            if part == ".." {
                at.truncate(at.rfind('/').unwrap_or(0));
                continue;
            }
            let next = format!("{at}/{part}");
            match self.nodes.get(&next) {
                Some(Node {
                    what: What::Link(target),
                    ..
                }) => {
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
        self.content(path).is_some()
    }

    /// Whether something is at the path, with links followed.
    pub fn exists(&self, path: &str) -> bool {
        self.resolve(path).is_some()
    }

    /// The content of a file of which it was kept.
    pub fn text(&self, path: &str) -> Option<&str> {
        self.content(path)?.text.as_deref()
    }

    /// The SHA-256 of a file.
    pub fn digest(&self, path: &str) -> Option<&[u8; 32]> {
        Some(&self.content(path)?.digest)
    }

    /// What bytecode says of its source.
    pub fn head(&self, path: &str) -> Option<&[u8]> {
        self.content(path)?.head.as_deref()
    }

    /// Owner, mode and size, with links followed.
    pub fn meta(&self, path: &str) -> Option<Meta> {
        Some(self.node(path)?.meta)
    }

    /// What is at each path, sorted by path; links are not followed.
    pub fn entries(&self) -> impl Iterator<Item = (&str, At<'_>, Meta)> {
        self.nodes
            .iter()
            .map(|(path, node)| (path.as_str(), node.at(), node.meta))
    }

    /// What is at a path, links not followed but for those in the folders above it.
    pub fn at(&self, path: &str) -> Option<At<'_>> {
        let (folder, name) = path.rsplit_once('/')?;
        let folder = self.resolve(folder)?;
        let node = self.nodes.get(&format!("{}/{name}", folder.trim_end_matches('/')))?;
        Some(node.at())
    }

    /// The files below a folder, by their paths in it, sorted.
    pub fn under(&self, folder: &str) -> Vec<&str> {
        let Some(folder) = self.resolve(folder) else {
            return Vec::new();
        };
        let folder = folder.trim_end_matches('/');
        let prefix = format!("{folder}/");
        let from = (Bound::Included(prefix.as_str()), Bound::Unbounded);
        let nodes = self
            .nodes
            .range::<str, _>(from)
            .take_while(|(path, _)| path.starts_with(&prefix));
        nodes
            .filter(|(path, node)| match node.what {
                What::File(_) => true,
                What::Link(_) => self.is_file(path),
                What::Folder | What::Other => false,
            })
            .map(|(path, _)| &path[prefix.len()..])
            .collect()
    }

    /// The names in a folder, sorted.
    pub fn names(&self, folder: &str) -> Vec<&str> {
        let Some(folder) = self.resolve(folder) else {
            return Vec::new();
        };
        let prefix = format!("{}/", folder.trim_end_matches('/'));
        let mut names = BTreeSet::new();
        let mut from = prefix.clone();
        while let Some(rest) = self.first_from(&from).and_then(|path| path.strip_prefix(&prefix)) {
            let (name, next) = match rest.split_once('/') {
                // Past all that lies below it: a folder of packages has thousands.
                Some((name, _)) => (name, BEHIND_A_SLASH),
                // `a-b` is between `a` and what lies below that.
                None => (rest, '\0'),
            };
            names.insert(name);
            from = format!("{prefix}{name}{next}");
        }
        names.into_iter().collect()
    }

    /// Every path, sorted.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.nodes.keys().map(String::as_str)
    }

    fn content(&self, path: &str) -> Option<&Content> {
        match &self.node(path)?.what {
            What::File(content) => Some(content),
            What::Link(_) | What::Folder | What::Other => None,
        }
    }

    fn node(&self, path: &str) -> Option<&Node> {
        // Most paths are asked for as they are.
        if let Some(node) = self.nodes.get(path).filter(|node| !matches!(node.what, What::Link(_))) {
            return Some(node);
        }
        self.nodes.get(&self.resolve(path)?)
    }

    fn first_from(&self, path: &str) -> Option<&str> {
        let from = (Bound::Included(path), Bound::Unbounded);
        self.nodes.range::<str, _>(from).next().map(|(path, _)| path.as_str())
    }

    fn below(&self, folder: &str) -> impl Iterator<Item = &str> {
        let prefix = format!("{folder}/");
        let from = (Bound::Included(prefix.clone()), Bound::Unbounded);
        let paths = self.nodes.range::<String, _>(from).map(|(path, _)| path.as_str());
        paths.take_while(move |path| path.starts_with(&prefix))
    }
}

impl Node {
    fn at(&self) -> At<'_> {
        match &self.what {
            What::File(_) => At::File,
            What::Folder => At::Folder,
            What::Link(target) => At::Link(target),
            What::Other => At::Other,
        }
    }
}

/// The parts of a path, the last first.
fn parts(path: &str) -> Vec<String> {
    let parts = path.split('/').filter(|part| !matches!(*part, "" | "."));
    parts.rev().map(String::from).collect()
}
