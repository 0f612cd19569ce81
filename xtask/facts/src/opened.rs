//! What a line of code finds that opens a file by a path that is written out.

use ::image::Module;

use crate::own_code::Side;
use evidence::code::{Anchor, Read};
use formats::absolute;

/// What an image has at such a path. `None` where the code is not in the image, or opens a file of a package of others.
pub fn opened(side: &Side<'_>, read: &Read) -> Option<Module> {
    let python = &side.loaded.python;
    let Module::File { at, source, .. } = python.module(&read.module) else {
        return None;
    };
    if source.as_deref() != Some(read.file.as_str()) {
        return None;
    }
    let found = match &read.from {
        Anchor::Above(above) => {
            let folder = "/..".repeat(*above);
            python.file(&absolute("/", &format!("{at}{folder}/{}", read.path)))
        }
        Anchor::Package(Some(package)) => python.data(package, &read.path),
        Anchor::Package(None) => match read.module.rsplit_once('.') {
            Some((package, _)) if !at.ends_with("/__init__.py") => python.data(package, &read.path),
            _ => python.data(&read.module, &read.path),
        },
    };
    // A package of others has files that nobody lists.
    let is_own = match &read.from {
        Anchor::Package(Some(package)) => matches!(python.module(package), Module::File { source: Some(_), .. }),
        Anchor::Above(_) | Anchor::Package(None) => true,
    };
    is_own.then_some(found)
}
