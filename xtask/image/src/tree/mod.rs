//! The tree: paths to entries, later ones over earlier ones.
//!
//! Nodes are shared: a stage that is based on another, a snapshot of a moment and a copy of a subtree cost as much as a pointer.
//! What an instruction does is one put at one path, and a question walks down one path, so both take the time that the path
//! is long, however many instructions there are.

mod access;
mod children;
mod find;
mod list;
mod mode;
mod outward;
mod perhaps;
mod shown;
#[cfg(test)]
mod tests;
mod who;

use std::{borrow::Cow, sync::Arc};

use diagnostics::Place;
use formats::absolute;

use crate::origin::{Entry, Origin};

use children::Children;

pub use access::{Access, Change, Closed, ROOT};
pub use find::{File, Found};
pub use list::{Held, Listing};
pub use mode::Mode;
pub use perhaps::Losses;
pub use who::Who;

/// What is at each path.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    root: Arc<Node>,
    /// Of the next put.
    next: u32,
    /// How deep trees lie in trees, in copies and wheels.
    depth: u32,
    /// Whose step puts entries here.
    acting: access::Acting,
}

/// Trees in trees are followed by recursion.
const DEEPEST: u32 = 64;
/// A wheel that keeps the tree around it lies in the next one.
const MOST_AROUND: u32 = 16;

#[derive(Clone, Debug, Default)]
struct Node {
    /// In the order in which they were put here.
    layers: Vec<Layer>,
    children: Children,
}

/// What one step puts at a path.
#[derive(Clone, Debug)]
struct Layer {
    /// When it was put there, among all layers of the tree: what comes later hides what came before.
    order: u32,
    what: What,
}

#[derive(Clone, Debug)]
enum What {
    Entry(Arc<Entry>),
    /// Nothing that was put before is here any longer, by this command where one is known.
    Gone(Option<Place>),
    /// Files of this name are no longer here, nor anywhere below.
    Stripped {
        name: Box<str>,
        step: Place,
    },
    /// What stood at a path of a tree when it was copied.
    Copy {
        from: Tree,
        source: Box<str>,
        owner: CopiedOwner,
    },
    /// What is here belongs to somebody else, or has another mode.
    Access(Arc<Change>),
}

/// Who something belongs to that is copied or moved.
#[derive(Clone, Debug)]
pub enum CopiedOwner {
    /// This user, whoever it belonged to.
    Set(Arc<str>),
    /// Whoever it belonged to.
    Kept,
    /// Whoever it belonged to, and this user where nothing tells.
    KeptOr(Arc<str>),
}

impl Tree {
    /// Puts an entry at an absolute path, over what was there.
    pub fn put(&mut self, path: &str, entry: Entry) {
        // `lib64` is another name for `lib` here, and a link between the two is there already.
        if matches!(&entry.origin, Origin::Link(target) if plain(target) == plain(path)) {
            return;
        }
        let depth = entry.origin.wheel().map_or(0, |wheel| wheel.depth() + 1);
        if depth > DEEPEST {
            return self.too_deep(path, entry.step);
        }
        self.depth = self.depth.max(depth);
        let entry = self.owned(entry);
        self.add(path, What::Entry(Arc::new(entry)));
    }

    /// Takes out a path and all below it.
    pub fn remove(&mut self, path: &str) {
        self.add(path, What::Gone(None));
    }

    /// The same by a command, which is shown where somebody misses what was there.
    pub fn remove_by(&mut self, path: &str, step: &Place) {
        self.add(path, What::Gone(Some(step.clone())));
    }

    /// Takes out what is called so, at a path and anywhere below; `name` is a pattern.
    pub fn strip(&mut self, path: &str, name: &str, step: &Place) {
        self.add(
            path,
            What::Stripped {
                name: name.into(),
                step: step.clone(),
            },
        );
    }

    /// Puts back what stood at a path and below it before a step: the step had something else mounted there.
    pub fn undo(&mut self, path: &str, before: &Self) {
        let path = plain(path);
        let kept = before.node_at(&path).cloned();
        if kept.is_none() && self.node_at(&path).is_none() {
            return;
        }
        let mut node = Arc::make_mut(&mut self.root);
        let mut rest = parts(&path).peekable();
        while let Some(part) = rest.next() {
            if rest.peek().is_some() {
                node = Arc::make_mut(node.children.entry(part));
                continue;
            }
            match &kept {
                Some(kept) => node.children.insert(part, kept.clone()),
                None => node.children.remove(part),
            }
        }
    }

    fn node_at(&self, path: &str) -> Option<&Arc<Node>> {
        let mut node = &self.root;
        for part in parts(path) {
            node = node.children.get(part)?;
        }
        Some(node)
    }

    /// Lays what stands at a path of a tree, and all below it, over a path of this one.
    pub fn copy(&mut self, from: &Self, source: &str, path: &str, owner: CopiedOwner, step: &Place) {
        let source = plain(source);
        let from = from.only(&source);
        if from.depth >= DEEPEST {
            return self.too_deep(path, step.clone());
        }
        self.depth = self.depth.max(from.depth + 1);
        self.add(
            path,
            What::Copy {
                from,
                source: source.into(),
                owner,
            },
        );
    }

    /// Moves a path and all below it.
    pub fn rename(&mut self, source: &str, path: &str, step: &Place) {
        if plain(source) == plain(path) {
            return;
        }
        let before = self.clone();
        self.remove(source);
        self.copy(&before, source, path, CopiedOwner::Kept, step);
    }

    /// The same tree with something else in it for the time of one step.
    pub fn with(&self, change: impl FnOnce(&mut Self)) -> Self {
        let mut changed = self.clone();
        change(&mut changed);
        changed
    }

    /// What stands at a path, below it, and over it; the rest of the tree is left out, so that what keeps it keeps little.
    pub fn only(&self, path: &str) -> Self {
        let path = plain(path);
        let root = self.root.only(&mut parts(&path));
        Self {
            depth: root.depth(),
            root,
            next: self.next,
            acting: self.acting.clone(),
        }
    }

    /// The whole of it, for links that lead out of a folder. `None` where it would keep much: trees in trees in trees.
    pub(crate) fn around(&self) -> Option<Self> {
        (self.depth < MOST_AROUND).then(|| self.clone())
    }

    /// How deep trees lie in it.
    pub(crate) fn depth(&self) -> u32 {
        self.depth
    }

    fn too_deep(&mut self, path: &str, step: Place) {
        let why = "copies of copies are followed only so far".to_owned();
        self.add(path, What::Entry(Arc::new(Entry::new(Origin::Unknown(why), step))));
    }

    fn add(&mut self, path: &str, what: What) {
        let order = self.next;
        self.next += 1;
        let path = plain(path);
        let mut node = Arc::make_mut(&mut self.root);
        for part in parts(&path) {
            node = Arc::make_mut(node.children.entry(part));
        }
        // What covers everything here makes what lies below it forgotten.
        if matches!(what, What::Gone(_)) {
            node.children.clear();
            node.layers.clear();
        }
        node.layers.push(Layer { order, what });
    }
}

impl Node {
    fn only<'a>(self: &Arc<Self>, rest: &mut impl Iterator<Item = &'a str>) -> Arc<Self> {
        let Some(part) = rest.next() else { return self.clone() };
        let mut children = Children::default();
        if let Some(child) = self.children.get(part) {
            children.insert(part, child.only(rest));
        }
        Arc::new(Self {
            layers: self.layers.clone(),
            children,
        })
    }

    fn depth(&self) -> u32 {
        let layers = self.layers.iter().map(|layer| match &layer.what {
            What::Gone(_) | What::Stripped { .. } | What::Access(_) => 0,
            What::Copy { from, .. } => from.depth + 1,
            What::Entry(entry) => entry.origin.wheel().map_or(0, |wheel| wheel.depth() + 1),
        });
        layers
            .chain(self.children.values().map(|child| child.depth()))
            .max()
            .unwrap_or(0)
    }
}

/// Absolute, and with one name for the folder of every Python version: a path is compared, and never opened.
fn plain(path: &str) -> Cow<'_, str> {
    if is_plain(path) {
        return Cow::Borrowed(path);
    }
    let path = absolute("/", path);
    if !path.contains("/lib") {
        return Cow::Owned(path);
    }
    let mut before = "";
    let parts = path.split('/').map(|part| {
        let is_python = matches!(before, "lib" | "lib64") && is_versioned_python(part);
        let shown = match part {
            _ if is_python => "python3",
            "lib64" => "lib",
            part => part,
        };
        before = part;
        shown
    });
    Cow::Owned(parts.collect::<Vec<_>>().join("/"))
}

/// Whether nothing has to be done, as with most paths that are asked for.
fn is_plain(path: &str) -> bool {
    let Some(rest) = path.strip_prefix('/') else {
        return false;
    };
    rest.split('/')
        .all(|part| !matches!(part, "" | "." | ".." | "lib64") && (part == "python3" || !is_versioned_python(part)))
}

fn is_versioned_python(part: &str) -> bool {
    part.strip_prefix("python3").is_some_and(|rest| {
        rest.bytes()
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b't' | b'*' | b'?'))
    })
}

fn parts(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|part| !part.is_empty())
}

fn joined(folder: &str, below: &str) -> String {
    match (folder.trim_end_matches('/'), below) {
        (folder, "") => if folder.is_empty() { "/" } else { folder }.to_owned(),
        (folder, below) => format!("{folder}/{below}"),
    }
}

/// What is left of a path below a folder; nothing for the folder itself, `None` for what is elsewhere.
pub fn below(path: &str, folder: &str) -> Option<String> {
    let (path, folder) = (plain(path), plain(folder));
    let rest = path.strip_prefix(folder.trim_end_matches('/'))?;
    (rest.is_empty() || rest.starts_with('/')).then(|| rest.trim_start_matches('/').to_owned())
}

/// The environment that a folder of packages belongs to, where it is one of an environment.
pub fn packages_at(path: &str) -> Option<String> {
    let path = plain(path);
    path.strip_suffix("/lib/python3/site-packages").map(str::to_owned)
}

/// The folder of packages of an environment, or of the system's Python by its prefix.
pub fn site_packages(prefix: &str) -> String {
    joined(prefix, "lib/python3/site-packages")
}

impl Entry {
    /// An entry of this origin; `step` is the instruction that puts it there.
    pub fn new(origin: Origin, step: Place) -> Self {
        Self {
            origin,
            owner: None,
            group: None,
            mode: None,
            step,
        }
    }
}
