//! The nodes of a diagram: what each asks, and where its answers lead.

use super::{
    Comparison,
    variable::{StringVariable, VersionVariable},
};
use crate::constraint::Cut;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Id(pub(super) u32);

pub(super) const FALSE: Id = Id(0);
pub(super) const TRUE: Id = Id(1);

#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) enum Node {
    Leaf(bool),
    /// Where does the version lie? Below the first cut, or above one and below the next.
    Versions {
        variable: VersionVariable,
        lowest: Id,
        above: Vec<(Cut, Id)>,
    },
    /// Which of the texts is it, in their order, if it is one of them?
    Strings {
        variable: StringVariable,
        texts: Vec<(String, Id)>,
        other: Id,
    },
    Test {
        test: Test,
        yes: Id,
        no: Id,
    },
}

/// A question with the answers yes and no.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Test {
    /// A comparison of texts that has no simpler form, `"arm" in platform_machine`.
    Text(Comparison),
    /// Whether an extra is asked for.
    Extra(String),
}

/// Asked on every path in the order of this enum.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Question<'a> {
    Versions(VersionVariable),
    Strings(StringVariable),
    Test(&'a Test),
    Nothing,
}

impl Node {
    pub(super) fn question(&self) -> Question<'_> {
        match self {
            Node::Leaf(_) => Question::Nothing,
            Node::Versions { variable, .. } => Question::Versions(*variable),
            Node::Strings { variable, .. } => Question::Strings(*variable),
            Node::Test { test, .. } => Question::Test(test),
        }
    }
}

/// The pieces of a version line: from, to, and where it leads.
pub(super) fn pieces(lowest: Id, above: &[(Cut, Id)]) -> impl Iterator<Item = (Option<&Cut>, Option<&Cut>, Id)> {
    let starts = [(None, lowest)]
        .into_iter()
        .chain(above.iter().map(|(cut, child)| (Some(cut), *child)));
    let ends = above.iter().map(|(cut, _)| Some(cut)).chain([None]);
    starts.zip(ends).map(|((from, child), to)| (from, to, child))
}

/// The line of a version variable. A node that asks something else has one piece: itself.
pub(super) fn line(node: &Node, id: Id, asked: VersionVariable) -> (Id, &[(Cut, Id)]) {
    match node {
        Node::Versions {
            variable,
            lowest,
            above,
        } if *variable == asked => (*lowest, above),
        _ => (id, &[]),
    }
}

pub(super) fn just_above((lowest, above): (Id, &[(Cut, Id)]), cut: &Cut) -> Id {
    let passed = above.partition_point(|(other, _)| other <= cut);
    let last = passed.checked_sub(1).and_then(|index| above.get(index));
    last.map_or(lowest, |(_, child)| *child)
}

pub(super) fn choices(node: &Node, id: Id, asked: StringVariable) -> (&[(String, Id)], Id) {
    match node {
        Node::Strings { variable, texts, other } if *variable == asked => (texts, *other),
        _ => (&[], id),
    }
}

pub(super) fn chosen((texts, other): (&[(String, Id)], Id), wanted: &str) -> Id {
    let found = texts.binary_search_by(|(text, _)| text.as_str().cmp(wanted));
    found
        .ok()
        .and_then(|index| texts.get(index))
        .map_or(other, |(_, child)| *child)
}

pub(super) fn answers(node: &Node, id: Id, asked: &Test) -> (Id, Id) {
    match node {
        Node::Test { test, yes, no } if test == asked => (*yes, *no),
        _ => (id, id),
    }
}
