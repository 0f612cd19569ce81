//! Several things said at once.

use diagnostics::{Located, Place};
use evidence::image::{Placed, Reach};
use formats::PackageName;
use repo::toml::quoted;

/// What one command brings is one problem: the names, by the place of the command, in their order.
pub fn by_place<'a>(packages: impl Iterator<Item = (&'a str, &'a Place)>) -> Vec<(Vec<&'a str>, &'a Place)> {
    let mut groups: Vec<(Vec<&str>, &Place)> = Vec::new();
    for (name, place) in packages {
        match groups.iter_mut().find(|(_, known)| *known == place) {
            Some((names, _)) if names.contains(&name) => {}
            Some((names, _)) => names.push(name),
            None => groups.push((vec![name], place)),
        }
    }
    groups
}

/// The system packages of the image: of its own stages, and of those whose system folders are copied.
pub fn inside(system: &[Placed<Located<String>>]) -> impl Iterator<Item = &Located<String>> {
    let inside = system.iter().filter(|package| package.reach <= Reach::Copied);
    inside.map(|package| &package.what)
}

/// Names as a sentence has them, with its verb: `a` is, `a` and `b` are.
pub fn are(names: &[&str]) -> String {
    let verb = if names.len() == 1 { "is" } else { "are" };
    format!("{} {verb}", quoted(names))
}

/// As many names as a person reads.
pub fn some(names: &[&PackageName]) -> String {
    let shown: Vec<String> = names.iter().take(3).map(|name| format!("`{name}`")).collect();
    match names.len() - shown.len() {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}
