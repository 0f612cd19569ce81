//! Why a path was not opened, in words.

use std::{io, path::Path};

use super::{Kind, open::Refusal};
use diagnostics::{Place, Problem};

/// `None` where nothing is there.
pub fn problem(path: &str, refusal: Refusal) -> Option<Problem> {
    let shown = if path.is_empty() { "." } else { path };
    let path = |link: &Path| match link.to_str() {
        Some(link) if link == path => format!("`{shown}`"),
        _ => format!("`{shown}` cannot be read: `{}`", link.display()),
    };
    let problem = match refusal {
        Refusal::Absent => return None,
        Refusal::Dangling { link, target } => Problem::error(format!(
            "{} is a link to `{}`, which does not exist",
            path(&link),
            target.display()
        ))
        .remedy("correct the link, or remove it"),
        Refusal::Leaves { link, target } => Problem::error(format!(
            "{} is a link to `{}`, which is outside the repository",
            path(&link),
            target.display()
        ))
        .note("what is outside the repository is not read, because it is different on every machine")
        .remedy("replace the link with the file or folder itself, or with a link to one in the repository"),
        Refusal::Loop { link } => Problem::error(format!("{} is a link that leads back to itself", path(&link)))
            .remedy("correct the link, or remove it"),
        Refusal::Io(error) if error.kind() == io::ErrorKind::NotFound => return None,
        Refusal::Io(error) => Problem::error(format!("cannot read `{shown}`: {error}")),
    };
    Some(problem.at(Place::File(shown.to_owned())))
}

/// A folder, a pipe or a device, where a file has to be.
pub fn odd(path: &str, kind: Option<Kind>) -> Problem {
    let what = match kind {
        Some(Kind::Folder) => "is a folder, but has to be a file",
        Some(Kind::Other | Kind::File) | None => "is not a regular file",
    };
    Problem::error(format!("`{path}` {what}")).at(Place::File(path.to_owned()))
}
