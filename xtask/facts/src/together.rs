//! Several things said at once.

use std::collections::{BTreeMap, BTreeSet};

use diagnostics::{Located, Place};
use evidence::image::{Placed, Reach};
use formats::PackageName;
use repo::toml::quoted;

/// What one command brings is one problem: the names, by the place of the command, in their order.
pub fn by_place<'a>(packages: impl Iterator<Item = (&'a str, &'a Place)>) -> Vec<(Vec<&'a str>, &'a Place)> {
    let mut groups: Vec<(Vec<&str>, &Place)> = Vec::new();
    // A file may install thousands: groups are looked up by where they start, and names by their group.
    let mut starts: BTreeMap<(&str, usize), Vec<usize>> = BTreeMap::new();
    let mut known = BTreeSet::new();
    for (name, place) in packages {
        let here = starts.entry(start(place)).or_default();
        let group = here.iter().copied().find(|group| groups[*group].1 == place);
        let group = group.unwrap_or_else(|| {
            here.push(groups.len());
            groups.push((Vec::new(), place));
            groups.len() - 1
        });
        if known.insert((group, name)) {
            groups[group].0.push(name);
        }
    }
    groups
}

fn start(place: &Place) -> (&str, usize) {
    match place {
        Place::Text { source, span, .. } => (source.path(), span.start),
        Place::File(path) => (path, 0),
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use diagnostics::Source;

    #[test]
    fn names_of_one_place_are_together_in_their_order() {
        let source = Source::new("Dockerfile", "RUN apt-get install -y b a\n");
        let (first, longer) = (source.place(0..3), source.place(0..9));
        let labelled = source.place(0..3).label("here");
        let other = Place::File("Dockerfile".to_owned());
        let packages = [
            ("b", &first),
            ("a", &other),
            ("a", &first),
            ("b", &first),
            ("b", &labelled),
            ("b", &longer),
        ];
        assert_eq!(
            by_place(packages.into_iter()),
            [
                (vec!["b", "a"], &first),
                (vec!["a"], &other),
                (vec!["b"], &labelled),
                (vec!["b"], &longer),
            ]
        );
    }

    #[test]
    fn time_does_not_grow_with_the_square() {
        const MANY: usize = 100_000;
        let source = Source::new("Dockerfile", " ".repeat(MANY));
        let places: Vec<Place> = (0..MANY).map(|at| source.place(at..at + 1)).collect();
        let started = std::time::Instant::now();
        assert_eq!(by_place(places.iter().map(|place| ("a", place))).len(), MANY);
        // One by one it would be minutes.
        assert!(started.elapsed().as_secs() < 20);
    }
}
