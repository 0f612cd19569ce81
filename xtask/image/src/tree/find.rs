//! What stands at one path.

use std::{cell::Cell, sync::Arc};

use super::{Layer, Tree, What, joined, outward::Outward, parts, plain};
use crate::{
    Checkout, Kind,
    origin::{Copied, Entry, Origin},
};

/// What stands at a path of an image.
#[derive(Clone, Debug)]
pub enum Found {
    /// A file.
    File(File),
    /// A folder.
    Folder,
    /// Nothing of the repository, and nothing that a step is known to have put there.
    Nothing,
    /// It cannot be told: the entry that is why.
    Unknown(Arc<Entry>),
}

/// A file of an image.
#[derive(Clone, Debug)]
pub struct File {
    /// What it is and where it comes from.
    pub entry: Arc<Entry>,
    /// The file of the repository that it is, where it is one.
    pub source: Option<String>,
}

/// What a layer has at a path.
enum Here {
    Found(Found),
    /// It leads to this path.
    Link(String),
    /// A link of the repository came along, and leads to whatever lies there, seen from where it lies now.
    Outward(Outward),
}

/// Copies of copies of copies could be followed for ever.
const MOST_STEPS: usize = 10_000;
/// So could links in rings; a kernel follows forty.
const DEEPEST: usize = 2 * super::DEEPEST as usize;

/// How far one question has led.
#[derive(Default)]
pub(super) struct Steps {
    taken: Cell<usize>,
    depth: Cell<usize>,
}

impl Steps {
    /// One step further, as far as anybody would go.
    pub(super) fn goes_on(&self) -> bool {
        self.taken.set(self.taken.get() + 1);
        self.taken.get() <= MOST_STEPS
    }
}

impl Tree {
    /// What is at an absolute path of the image, with links followed.
    pub fn find(&self, path: &str, checkout: &dyn Checkout) -> Found {
        self.at(&plain(path), checkout, &Steps::default())
    }

    /// The file of the repository that stands at a path.
    pub fn source(&self, path: &str, checkout: &dyn Checkout) -> Option<String> {
        match self.find(path, checkout) {
            Found::File(file) => file.source,
            Found::Folder | Found::Nothing | Found::Unknown(_) => None,
        }
    }

    pub(super) fn at(&self, path: &str, checkout: &dyn Checkout, steps: &Steps) -> Found {
        if steps.depth.get() >= DEEPEST {
            return Found::Nothing;
        }
        steps.depth.set(steps.depth.get() + 1);
        let found = match self.newest(path, checkout, steps) {
            Here::Found(found) => found,
            Here::Link(target) => self.at(&target, checkout, steps),
            Here::Outward(link) => link.shown(self.at(&link.seen_from(path), checkout, steps)),
        };
        steps.depth.set(steps.depth.get() - 1);
        found
    }

    fn newest(&self, path: &str, checkout: &dyn Checkout, steps: &Steps) -> Here {
        let mut over = self.over(path);
        let mut doubt = None;
        for (layer, below) in over.by_ref() {
            steps.taken.set(steps.taken.get() + 1);
            if steps.taken.get() > MOST_STEPS {
                return Here::Found(Found::Nothing);
            }
            let here = match &layer.what {
                What::Gone(_) => break,
                What::Access(_) | What::Stripped { .. } => continue,
                // A link that is copied by its name is followed where it is copied from.
                What::Copy { from, source, .. } if below.is_empty() => Here::Found(from.at(source, checkout, steps)),
                // One that comes along leads to what is here.
                What::Copy { from, source, .. } => from.below(&joined(source, below), checkout, steps),
                What::Entry(entry) => match &entry.origin {
                    Origin::Link(target) => Here::Link(joined(target, below)),
                    Origin::Repository(copied) => match Outward::of(copied, below, checkout) {
                        Some(link) => Here::Outward(link),
                        None => Here::Found(Self::of_entry(entry, below, checkout)),
                    },
                    _ => Here::Found(Self::of_entry(entry, below, checkout)),
                },
            };
            match here {
                // It may have added something, and what was there before is there still.
                Here::Found(Found::Unknown(entry)) => drop(doubt.get_or_insert(entry)),
                Here::Found(Found::Nothing) => {}
                // What came later hides the rest. A folder that is here twice is one folder.
                found @ (Here::Found(Found::File(_) | Found::Folder) | Here::Link(_) | Here::Outward(_)) => {
                    return found;
                }
            }
        }
        Here::Found(match doubt {
            _ if over.has_below() => Found::Folder,
            Some(entry) => Found::Unknown(entry),
            None => Found::Nothing,
        })
    }

    /// The same as [`Tree::at`], with a link left to whoever has a copy of this tree.
    fn below(&self, path: &str, checkout: &dyn Checkout, steps: &Steps) -> Here {
        if steps.depth.get() >= DEEPEST {
            return Here::Found(Found::Nothing);
        }
        steps.depth.set(steps.depth.get() + 1);
        let found = self.newest(path, checkout, steps);
        steps.depth.set(steps.depth.get() - 1);
        found
    }

    fn of_entry(entry: &Arc<Entry>, below: &str, checkout: &dyn Checkout) -> Found {
        let file = |source| {
            Found::File(File {
                entry: entry.clone(),
                source,
            })
        };
        match &entry.origin {
            Origin::Base(_) => Found::Nothing,
            Origin::Repository(copied) => match copied.at(below, checkout) {
                Some((path, Kind::File)) => file(Some(path)),
                Some((_, Kind::Folder)) => Found::Folder,
                None => Found::Nothing,
            },
            Origin::Installed(wheel) => {
                let contents = wheel.contents(checkout);
                match contents.members.get(below) {
                    Some(source) => file(Some(source.clone())),
                    None if contents.has_folder(below) => Found::Folder,
                    None if contents.may_hold(below) => Found::Unknown(entry.clone()),
                    None => Found::Nothing,
                }
            }
            Origin::Editable(_)
            | Origin::Metadata(_)
            | Origin::Distributions(_)
            | Origin::Environment { .. }
            | Origin::Folder => {
                if below.is_empty() {
                    Found::Folder
                } else {
                    Found::Nothing
                }
            }
            Origin::Archive(_) | Origin::Written(_) => {
                if below.is_empty() {
                    file(None)
                } else {
                    Found::Nothing
                }
            }
            // Followed by whoever asks.
            Origin::Link(_) => Found::Nothing,
            Origin::Unknown(_) => Found::Unknown(entry.clone()),
        }
    }

    /// Every put at the path and at the folders above it, the newest first.
    pub(super) fn over<'a>(&'a self, path: &'a str) -> Over<'a> {
        let path = path.trim_start_matches('/');
        let mut over = Over {
            left: Vec::new(),
            end: None,
        };
        let mut node = &*self.root;
        let mut rest = path;
        over.add(node, rest);
        for part in parts(path) {
            rest = rest[part.len()..].trim_start_matches('/');
            match node.children.get(part) {
                Some(child) => node = child,
                None => return over,
            }
            over.add(node, rest);
        }
        over.end = Some(node);
        over
    }

    /// All layers above a path and at it, from the first to the last: what [`Tree::list`] starts from.
    pub(super) fn layers_over<'a>(&'a self, path: &'a str) -> Vec<(u32, &'a What, &'a str)> {
        let mut layers: Vec<_> = self
            .over(path)
            .map(|(layer, below)| (layer.order, &layer.what, below))
            .collect();
        layers.reverse();
        layers
    }
}

/// The layers of the nodes on the way to a path, the newest first, each with the rest of the path. A folder of packages may have
/// thousands, of which a question mostly needs one or two.
pub(super) struct Over<'a> {
    /// Of each node what was not taken yet, in the order in which it was put there.
    left: Vec<(&'a [Layer], &'a str)>,
    /// The node of the path itself, where it has one.
    end: Option<&'a super::Node>,
}

impl<'a> Over<'a> {
    fn add(&mut self, node: &'a super::Node, rest: &'a str) {
        if !node.layers.is_empty() {
            self.left.push((&node.layers, rest));
        }
    }

    /// Whether anything was put below the path.
    pub(super) fn has_below(&self) -> bool {
        self.end
            .is_some_and(|node| node.children.values().any(|child| child.holds()))
    }
}

impl<'a> Iterator for Over<'a> {
    type Item = (&'a Layer, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        let newest = self
            .left
            .iter_mut()
            .max_by_key(|(layers, _)| layers.last().map(|layer| layer.order))?;
        let (last, before) = newest.0.split_last()?;
        newest.0 = before;
        Some((last, newest.1))
    }
}

impl super::Node {
    /// Whether something is here, or below.
    fn holds(&self) -> bool {
        let mut layers = self.layers.iter().rev();
        let last = layers.find(|layer| !matches!(layer.what, What::Access(_) | What::Stripped { .. }));
        last.is_some_and(|layer| !matches!(layer.what, What::Gone(_)))
            || self.children.values().any(|child| child.holds())
    }
}

impl Copied {
    /// What of the repository stands at a path below the copy.
    pub(super) fn at(&self, below: &str, checkout: &dyn Checkout) -> Option<(String, Kind)> {
        if !self.is_folder {
            return below.is_empty().then(|| (self.source.clone(), Kind::File));
        }
        let path = match (self.source.as_str(), below) {
            (source, "") => source.to_owned(),
            ("", below) => below.to_owned(),
            (source, below) => format!("{source}/{below}"),
        };
        let kind = checkout.kind(&path)?;
        // An ignored folder may still let files through; a builder makes none for nothing.
        let comes = match kind {
            Kind::Folder => self.sends.sends_of(&path),
            Kind::File => self.sends.sends(&path),
        };
        comes.then_some((path, kind))
    }
}
