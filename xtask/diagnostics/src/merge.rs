//! One cause is one problem.

use std::{
    collections::{HashMap, hash_map::Entry},
    ops::Range,
};

use super::{Place, Problem};

/// What two problems have to share to be one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Sameness {
    /// Message, first place and fix: several readings of one line show the same, each with further places of its own.
    #[default]
    Statement,
    /// The first place: what several take over from there is one fault, whatever each of them is called.
    Place,
    /// The message: one thing that is met at many places, as a script that many steps run.
    Message,
}

/// The place where something is, without the label that a problem gives it.
type Spot<'a> = (&'a str, Range<usize>);

#[derive(PartialEq, Eq, Hash)]
enum Key {
    Statement(String, Option<(String, Range<usize>)>, Option<String>),
    Place(Option<(String, Range<usize>)>),
    Message(String),
}

/// The only step in which problems become fewer: each cause once, at the place of the first problem that shows it, in the order in
/// which they came.
///
/// The places of those that are left out are added to the one that stays, but for places that it has already, and for problems that
/// are the same by their place alone: there the further places belong to what was left out.
pub fn merged(problems: impl IntoIterator<Item = Problem>) -> Vec<Problem> {
    let mut kept: Vec<Problem> = Vec::new();
    let mut known: HashMap<Key, usize> = HashMap::new();
    for problem in problems {
        match known.entry(key(&problem)) {
            Entry::Vacant(entry) => {
                entry.insert(kept.len());
                kept.push(problem);
            }
            Entry::Occupied(entry) => add_places(&mut kept[*entry.get()], problem),
        }
    }
    kept
}

fn key(problem: &Problem) -> Key {
    let first = || {
        let (path, span) = problem.places.first().map(spot)?;
        Some((path.to_owned(), span))
    };
    match problem.sameness {
        Sameness::Statement => Key::Statement(problem.message.clone(), first(), problem.remedy.clone()),
        Sameness::Place => Key::Place(first()),
        Sameness::Message => Key::Message(problem.message.clone()),
    }
}

fn spot(place: &Place) -> Spot<'_> {
    match place {
        Place::Text { source, span, .. } => (source.path(), span.clone()),
        Place::File(path) => (path, 0..0),
    }
}

fn add_places(kept: &mut Problem, left_out: Problem) {
    if kept.sameness == Sameness::Place {
        return;
    }
    for place in left_out.places {
        if kept.places.iter().any(|known| spot(known) == spot(&place)) {
            continue;
        }
        kept.places.push(match kept.sameness {
            Sameness::Message => place.label("and here"),
            Sameness::Statement | Sameness::Place => place,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Source;

    fn at(message: &str, start: usize) -> Problem {
        let source = Source::new("a/Dockerfile", "FROM a\nRUN b\nRUN c\n");
        Problem::error(message).at(source.place(start..start + 3))
    }

    fn messages(problems: Vec<Problem>) -> Vec<(String, usize)> {
        let merged = merged(problems).into_iter();
        merged.map(|problem| (problem.message, problem.places.len())).collect()
    }

    #[test]
    fn a_statement_is_made_once_with_the_places_of_all() {
        let further = |start| at("x", 7).at(Place::File(format!("{start}.txt")));
        assert_eq!(messages(vec![at("x", 7), at("x", 7)]), [("x".into(), 1)]);
        assert_eq!(messages(vec![further(1), further(2), further(1)]), [("x".into(), 3)]);
        // Elsewhere, or with something else to do about it, it is another.
        assert_eq!(
            messages(vec![at("x", 7), at("x", 13)]),
            [("x".into(), 1), ("x".into(), 1)]
        );
        assert_eq!(messages(vec![at("x", 7), at("x", 7).remedy("run `y`")]).len(), 2);
        assert_eq!(messages(vec![at("x", 7), at("y", 7)]).len(), 2);
    }

    #[test]
    fn what_is_the_same_by_its_place_keeps_the_first() {
        let of = |name: &str| at(name, 7).at(Place::File(name.into())).same_by(Sameness::Place);
        assert_eq!(messages(vec![of("web"), of("worker")]), [("web".into(), 2)]);
        assert_eq!(messages(vec![of("web"), at("web", 7)]).len(), 2);
    }

    #[test]
    fn what_is_the_same_by_its_message_names_every_place() {
        let met = |start| at("cannot follow `b`", start).same_by(Sameness::Message);
        let merged = merged(vec![met(7), met(13), met(7)]);
        assert_eq!(merged.len(), 1);
        assert_eq!(merged[0].places.len(), 2);
        assert!(matches!(&merged[0].places[1], Place::Text { label, .. } if label == "and here"));
    }

    #[test]
    fn labels_do_not_make_another_place() {
        let labelled = |label: &str| {
            let mut problem = at("x", 7);
            problem.places = problem.places.into_iter().map(|place| place.label(label)).collect();
            problem
        };
        assert_eq!(messages(vec![labelled("built"), labelled("run")]), [("x".into(), 1)]);
    }

    #[test]
    fn many_are_merged_in_linear_time() {
        let many = (0..50_000).map(|number| at(&format!("{}", number % 1_000), 7));
        assert_eq!(merged(many).len(), 1_000);
    }
}
