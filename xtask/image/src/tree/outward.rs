//! Links of the repository that lead out of what is copied: BuildKit copies them as links, and what they lead to in the image is
//! whatever lies there.

use std::cell::Cell;

use formats::absolute;

use super::{Found, Held, Listing, Tree};
use crate::{Checkout, Kind, origin::Copied};

/// A link to a file outside the folder that was copied.
#[derive(Clone, Debug)]
pub(super) struct Outward {
    /// The path of the link in the repository.
    path: String,
    /// What it says.
    target: String,
}

impl Outward {
    /// The link that a file below a copied folder is. One within the folder leads to the same file wherever that lies.
    pub(super) fn of(copied: &Copied, below: &str, checkout: &dyn Checkout) -> Option<Self> {
        if !copied.is_folder || below.is_empty() {
            return None;
        }
        let path = match copied.source.as_str() {
            "" => below.to_owned(),
            source => format!("{source}/{below}"),
        };
        let target = checkout.link(&path)?;
        let link = Self { path, target };
        let inside = format!("/{}", copied.source);
        let leads_to = link.in_repository();
        let stays = leads_to
            .strip_prefix(inside.trim_end_matches('/'))
            .is_some_and(|rest| rest.starts_with('/'));
        let is_sent = copied.at(below, checkout).is_some_and(|(_, kind)| kind == Kind::File);
        (!stays && is_sent).then_some(link)
    }

    /// Where it leads to in the repository, with a slash in front.
    fn in_repository(&self) -> String {
        absolute(folder_of(&format!("/{}", self.path)), &self.target)
    }

    /// Where it leads to from a path of the image that it lies at.
    pub(super) fn seen_from(&self, path: &str) -> String {
        absolute(folder_of(path), &self.target)
    }

    /// The file that it leads to. Where that is the one that it leads to in the repository, it is the link that people know.
    pub(super) fn shown(&self, found: Found) -> Found {
        match found {
            Found::File(mut file) if file.source.as_deref() == self.in_repository().strip_prefix('/') => {
                file.source = Some(self.path.clone());
                Found::File(file)
            }
            found => found,
        }
    }
}

fn folder_of(path: &str) -> &str {
    match path.rsplit_once('/') {
        Some(("", _)) | None => "/",
        Some((folder, _)) => folder,
    }
}

impl Tree {
    /// Looks up where the links in a listing lead to in this tree, and takes out those that lead to nothing.
    pub(crate) fn follow_links(&self, folder: &str, listing: &mut Listing, checkout: &dyn Checkout) {
        let left = Cell::new(MOST_LINKS);
        listing.files.retain(|below, held| {
            let is_link = held
                .source
                .as_deref()
                .is_some_and(|source| checkout.link(source).is_some());
            if !is_link || left.get() == 0 {
                return true;
            }
            left.set(left.get() - 1);
            match self.find(&format!("{folder}/{below}"), checkout) {
                Found::File(file) => {
                    *held = Held {
                        entry: file.entry,
                        source: file.source,
                    };
                    true
                }
                Found::Nothing => false,
                Found::Folder | Found::Unknown(_) => true,
            }
        });
    }
}

/// Each is looked up by itself.
const MOST_LINKS: usize = 10_000;
