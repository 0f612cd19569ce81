//! All files below one path.

use std::{borrow::Cow, cell::Cell, collections::BTreeMap, sync::Arc};

use super::{Node, Tree, What, joined, parts, plain};
use crate::{
    Checkout,
    origin::{Entry, Origin},
};

/// Files by their paths below the one that was asked for.
#[derive(Clone, Debug, Default)]
pub struct Listing {
    /// The files, by path relative to the folder.
    pub files: BTreeMap<String, Held>,
    /// What cannot be told may be there too: the first entry that is why.
    pub unknown: Option<Arc<Entry>>,
}

/// A file in a listing.
#[derive(Clone, Debug)]
pub struct Held {
    /// What it is and where it comes from.
    pub entry: Arc<Entry>,
    /// The file of the repository that it is, where it is one.
    pub source: Option<String>,
}

/// A build that copies everything into everything could list for ever.
const MOST_FILES: usize = 200_000;

impl Tree {
    /// The files of the repository, the archives and what commands write below a path. Distributions are entries by
    /// themselves, at the path of their folder.
    pub fn list(&self, path: &str, checkout: &dyn Checkout) -> Listing {
        let mut listing = self.listed(path, checkout);
        self.follow_links(path, &mut listing, checkout);
        listing
    }

    /// The same, with links of the repository as files.
    pub(crate) fn listed(&self, path: &str, checkout: &dyn Checkout) -> Listing {
        let mut listing = Listing::default();
        self.list_into(&plain(path), "", checkout, &mut listing, &Cell::new(MOST_FILES));
        listing
    }

    /// Every entry that was put into a folder itself, the last one first: what fills a folder of packages.
    pub fn entries(&self, path: &str) -> Vec<Arc<Entry>> {
        let mut found = Vec::new();
        self.entries_into(&plain(path), &mut found, &Cell::new(MOST_FILES));
        found
    }

    /// What was put into a folder itself and begins so, by its names, sorted: not what a copy or an install brings with others.
    pub(crate) fn beginning(&self, folder: &str, start: &str) -> Vec<&str> {
        let Some(node) = self.node(&plain(folder)) else {
            return Vec::new();
        };
        let names = node.children.names();
        let mut names: Vec<&str> = names.filter(|name| name.starts_with(start)).collect();
        names.sort_unstable();
        names
    }

    /// The texts of files in a folder itself that end so: what a command wrote, or a file of the repository. `None` where it is
    /// not known what one holds.
    pub fn texts(&self, folder: &str, end: &str, checkout: &dyn Checkout) -> Vec<(String, Option<String>)> {
        let mut found = Vec::new();
        self.texts_into(folder, end, checkout, &mut found, &Cell::new(MOST_FILES));
        found
    }

    fn texts_into(
        &self,
        folder: &str,
        end: &str,
        checkout: &dyn Checkout,
        found: &mut Vec<(String, Option<String>)>,
        left: &Cell<usize>,
    ) {
        let path = plain(folder);
        for (_, what, below) in self.layers_over(&path) {
            if left.get() == 0 {
                return;
            }
            left.set(left.get() - 1);
            if let What::Copy { from, source, .. } = what {
                from.texts_into(&joined(source, below), end, checkout, found, left);
            }
        }
        let nodes = self.node(&path).into_iter();
        let names = nodes.flat_map(|node| node.children.sorted()).map(|(name, _)| name);
        for name in names.filter(|name| name.ends_with(end)) {
            let path = joined(folder, name);
            if let crate::Found::File(file) = self.find(&path, checkout) {
                let text = match (&file.entry.origin, &file.source) {
                    (Origin::Written(text), _) => text.clone(),
                    (_, Some(source)) => checkout.text(source),
                    (_, None) => None,
                };
                found.push((path, text));
            }
        }
    }

    fn entries_into(&self, path: &str, found: &mut Vec<Arc<Entry>>, left: &Cell<usize>) {
        for (layer, below) in self.over(path) {
            if left.get() == 0 {
                return;
            }
            left.set(left.get() - 1);
            match &layer.what {
                What::Gone(_) => return,
                What::Copy { from, source, .. } => from.entries_into(&joined(source, below), found, left),
                What::Entry(entry) if below.is_empty() || matches!(entry.origin, Origin::Unknown(_)) => {
                    found.push(entry.clone());
                }
                What::Entry(_) | What::Access(_) | What::Stripped { .. } => {}
            }
        }
    }

    fn list_into(&self, path: &str, prefix: &str, checkout: &dyn Checkout, listing: &mut Listing, left: &Cell<usize>) {
        // Above and at the path, then below it, all in the order in which they were put.
        let mut layers: Vec<(u32, &What, String, String)> = Vec::new();
        for (order, what, below) in self.layers_over(path) {
            layers.push((order, what, below.to_owned(), prefix.to_owned()));
        }
        if let Some(node) = self.node(path) {
            for (name, child) in node.children.sorted() {
                child.layers_below(&with(prefix, name), &mut layers);
            }
        }
        layers.sort_by_key(|(order, ..)| *order);
        for (_, what, below, at) in layers {
            if left.get() == 0 {
                return;
            }
            left.set(left.get() - 1);
            match what {
                What::Gone(_) => {
                    let inside = format!("{at}/");
                    listing
                        .files
                        .retain(|path, _| !at.is_empty() && *path != at && !path.starts_with(&inside));
                    if at.is_empty() {
                        listing.unknown = None;
                    }
                }
                What::Access(_) | What::Stripped { .. } => {}
                What::Copy { from, source, .. } => {
                    from.list_into(&joined(source, &below), &at, checkout, listing, left);
                }
                What::Entry(entry) => listing.add(entry, &below, &at, checkout, left),
            }
        }
    }

    /// All layers below a path, each with its path from there.
    pub(super) fn layers_under(&self, path: &str) -> impl Iterator<Item = (String, &What)> {
        let mut layers = Vec::new();
        for (name, child) in self.node(path).map(|node| node.children.sorted()).unwrap_or_default() {
            child.layers_below(name, &mut layers);
        }
        layers.into_iter().map(|(_, what, _, at)| (at, what))
    }

    fn node(&self, path: &str) -> Option<&Node> {
        let mut node = &*self.root;
        for part in parts(path) {
            node = node.children.get(part)?;
        }
        Some(node)
    }
}

impl Node {
    fn layers_below<'a>(&'a self, at: &str, layers: &mut Vec<(u32, &'a What, String, String)>) {
        layers.extend(
            self.layers
                .iter()
                .map(|layer| (layer.order, &layer.what, String::new(), at.to_owned())),
        );
        for (name, child) in self.children.sorted() {
            child.layers_below(&with(at, name), layers);
        }
    }
}

impl Listing {
    fn add(&mut self, entry: &Arc<Entry>, below: &str, at: &str, checkout: &dyn Checkout, left: &Cell<usize>) {
        let mut insert = |path: String, source: Option<String>| {
            if left.get() == 0 {
                return;
            }
            left.set(left.get() - 1);
            let entry = entry.clone();
            self.files.insert(path, Held { entry, source });
        };
        match &entry.origin {
            Origin::Repository(copied) if copied.is_folder => {
                let folder = match (copied.source.as_str(), below) {
                    (source, "") => source.to_owned(),
                    ("", below) => below.to_owned(),
                    (source, below) => format!("{source}/{below}"),
                };
                for path in checkout.below(&folder) {
                    let name = path[folder.len()..].trim_start_matches('/');
                    if copied.sends.sends(&path) {
                        insert(with(at, name), Some(Cow::into_owned(path.clone())));
                    }
                }
            }
            Origin::Repository(copied) if below.is_empty() && !at.is_empty() => {
                insert(at.to_owned(), Some(copied.source.clone()));
            }
            Origin::Installed(wheel) => {
                let inside = if below.is_empty() {
                    String::new()
                } else {
                    format!("{below}/")
                };
                for (member, source) in &wheel.contents(checkout).members {
                    if let Some(rest) = member.strip_prefix(&inside) {
                        insert(with(at, rest), Some(source.clone()));
                    }
                }
            }
            Origin::Archive(_) | Origin::Written(_) | Origin::Link(_) if below.is_empty() && !at.is_empty() => {
                insert(at.to_owned(), None);
            }
            Origin::Unknown(_) => drop(self.unknown.get_or_insert_with(|| entry.clone())),
            Origin::Repository(_)
            | Origin::Archive(_)
            | Origin::Written(_)
            | Origin::Link(_)
            | Origin::Base(_)
            | Origin::Editable(_)
            | Origin::Metadata(_)
            | Origin::Distributions(_)
            | Origin::Environment { .. }
            | Origin::Folder => {}
        }
    }
}

fn with(prefix: &str, name: &str) -> String {
    match prefix {
        "" => name.to_owned(),
        prefix => format!("{prefix}/{name}"),
    }
}
