//! The files of a built image as the model of images has them: the second producer of its tree, beside the interpreter of
//! Dockerfiles.

use std::{collections::HashMap, sync::Arc};

use diagnostics::Place;
use formats::absolute;
use image::{Entry, Origin, Tree};

use super::files::{At, Files};

/// Every path with its owner and mode; the image itself is the step that put it there.
pub fn tree(files: &Files, place: &Place) -> Tree {
    let mut tree = Tree::default();
    // Most images have two or three owners.
    let mut names: HashMap<u32, Arc<str>> = HashMap::new();
    let mut name = move |number: u32| {
        let name = names.entry(number).or_insert_with(|| number.to_string().into());
        Arc::clone(name)
    };
    for (path, at, meta) in files.entries() {
        let origin = match at {
            At::Folder => Origin::Folder,
            At::Link(target) => {
                let folder = path.rsplit_once('/').map_or("/", |(folder, _)| folder);
                Origin::Link(absolute(folder, target))
            }
            At::File | At::Other => Origin::Written(files.text(path).map(str::to_owned)),
        };
        let entry = Entry {
            owner: Some(name(meta.owner)),
            group: Some(name(meta.group)),
            mode: Some(meta.mode),
            ..Entry::new(origin, place.clone())
        };
        tree.put(path, entry);
    }
    tree
}
