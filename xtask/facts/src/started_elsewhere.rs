//! Images with another command than their own: one that a compose file gives, or the one that is left behind an entrypoint that only
//! passes it on.

use ::image::Checkout;

use crate::own_code::OwnCode;
use evidence::image::Image;
use formats::{absolute, shell};
use surfaces::compose::Service;

/// The image as compose starts it. `None` where compose starts what the image does, or where the words cannot be told.
pub fn by_compose(image: &Image, service: &Service) -> Option<Image> {
    let said = service.entrypoint.iter().chain(&service.command);
    let is_told = |word: &String| !word.contains(['*', '$']);
    if !said.flat_map(|said| &said.value).all(is_told) {
        return None;
    }
    let mut started = image.clone();
    if service.entrypoint.is_some() {
        started.config.entrypoint.clone_from(&service.entrypoint);
        started.config.command.clone_from(&service.command);
    } else if service.command.is_some() {
        started.config.command.clone_from(&service.command);
    }
    if let Some(folder) = &service.workdir {
        started.config.workdir = Some(folder.clone());
    }
    (started.program() != image.program()).then_some(started)
}

/// The image without its entrypoint, where that is a script of the repository that becomes the command: `exec "$@"`.
pub fn behind_entrypoint(own: &OwnCode<'_>, image: &Image) -> Option<Image> {
    let entrypoint = image.config.entrypoint.as_ref()?;
    let command = image.config.command.as_ref()?;
    let words = match entrypoint.value.as_slice() {
        [shell, words @ ..] if shell::is_shell(shell) => words,
        words => words,
    };
    let [script] = words else { return None };
    let folder = image.config.folder();
    let source = image.tree.source(&absolute(folder, script), &own.listed)?;
    let text = own.listed.text(&source)?;
    let last = text
        .lines()
        .map(str::trim)
        .rfind(|line| !line.is_empty() && !line.starts_with('#'))?;
    // What it does before, it does to environment and files; what it starts then is the command.
    if last != "exec \"$@\"" || changes_words(&text) {
        return None;
    }
    let mut started = image.clone();
    started.config.entrypoint = None;
    started.config.command = Some(command.clone());
    Some(started)
}

/// Whether a script makes other words of those that it is given.
fn changes_words(text: &str) -> bool {
    text.lines()
        .map(str::trim)
        .any(|line| line.starts_with("set -- ") || line.starts_with("shift"))
}
