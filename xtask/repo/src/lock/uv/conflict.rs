//! Extras and groups that may not be asked for together (`[tool.uv] conflicts`), and the markers that uv encodes them in:
//! `extra == 'extra-3-web-cpu'` holds where the extra `cpu` of `web` (three letters) is installed.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    entry::Entry,
    normalised,
    walk::{Knot, Reached},
};
use crate::{lock::GroupMarkers, toml::Table};
use diagnostics::{Place, Problem};
use formats::PackageName;
use python::marker::Marker;

/// The conflicts that a lock declares.
#[derive(Clone, Debug, Default)]
pub struct Conflicts {
    sets: Vec<Vec<Item>>,
    place: Option<Place>,
}

/// What may be installed or not.
#[derive(Clone, Debug)]
struct Item {
    package: PackageName,
    part: Part,
    /// Whether its package is the one whose groups and extras are chosen.
    is_own: bool,
    /// The groups that lead to it, and where.
    reached: GroupMarkers,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Whole,
    Extra(String),
    Group(String),
}

/// Where each item is installed, by the name that markers call it by.
pub struct Decided(BTreeMap<String, Marker>);

impl Conflicts {
    pub(super) fn read(root: Table<'_>, problems: &mut Vec<Problem>) -> Self {
        let Some(node) = root.get("conflicts") else {
            return Self::default();
        };
        let sets = node.array(problems).unwrap_or_default().into_iter().map(|set| {
            let items = set.array(problems).unwrap_or_default().into_iter();
            items
                .filter_map(|item| Item::read(item.table(problems)?, problems))
                .collect()
        });
        Self {
            sets: sets.collect(),
            place: Some(node.place()),
        }
    }

    /// Takes note of what the walk from the members found.
    pub(super) fn note(&mut self, entries: &[Entry], members: &[usize], found: &[Reached]) {
        for item in self.sets.iter_mut().flatten() {
            let is_named = |index: &usize| entries[*index].package.name == item.package;
            item.is_own = members.iter().any(is_named);
            let leads_here = |(index, extra): &Knot| {
                is_named(index)
                    && match &item.part {
                        Part::Whole => extra.is_none(),
                        Part::Extra(name) => extra.as_ref() == Some(name),
                        Part::Group(_) => false,
                    }
            };
            for reached in found.iter().filter(|reached| leads_here(&reached.knot)) {
                let marker = item.reached.entry(reached.group.clone()).or_insert(Marker::FALSE);
                *marker = marker.or(reached.marker);
            }
        }
    }

    /// The problem of a selection that asks for both sides.
    pub fn refused(&self, groups: &BTreeSet<String>, extras: &BTreeSet<String>) -> Option<Problem> {
        let asked = |set: &&Vec<Item>| set.iter().filter(|item| item.is_asked_for(groups, extras)).count() > 1;
        let set = self.sets.iter().find(asked)?;
        let asked = set.iter().filter(|item| item.is_asked_for(groups, extras));
        let titles: Vec<String> = asked.map(Item::title).collect();
        let problem = Problem::error(format!("{} cannot be installed together", titles.join(" and ")));
        let problem = problem.note("`[tool.uv] conflicts` declares them incompatible");
        let problem = problem.remedy("ask for one of them");
        Some(match &self.place {
            Some(place) => problem.at(place.clone()),
            None => problem,
        })
    }

    /// Where each item is installed for a selection.
    pub fn decide(&self, groups: &BTreeSet<String>, extras: &BTreeSet<String>) -> Decided {
        let mut decided = BTreeMap::new();
        let mut open = BTreeMap::new();
        for item in self.sets.iter().flatten() {
            let reached = item.reached.iter().filter(|(group, _)| groups.contains(*group));
            let reached = reached.fold(Marker::FALSE, |any, (_, marker)| any.or(*marker));
            if item.is_asked_for(groups, extras) {
                decided.insert(item.variable(), Marker::TRUE);
            } else if reached.is_false() {
                decided.insert(item.variable(), Marker::FALSE);
            } else {
                open.insert(item.variable(), reached);
            }
        }
        // A dependency that asks for an extra installs it, whatever its marker says of that same extra.
        let known = Decided(decided);
        let found = open.iter().map(|(variable, reached)| {
            let somehow = open.keys().fold(known.apply(*reached), |marker, variable| {
                marker.with_extra(variable, true).or(marker.with_extra(variable, false))
            });
            (variable.clone(), somehow.with_extras(extras))
        });
        let found: Vec<(String, Marker)> = found.collect();
        let Decided(mut decided) = known;
        decided.extend(found);
        Decided(decided)
    }
}

impl Decided {
    /// A marker of the lock, without the names of items.
    pub fn apply(&self, marker: Marker) -> Marker {
        self.0.iter().fold(marker, |marker, (variable, installed)| {
            let (with, without) = (marker.with_extra(variable, true), marker.with_extra(variable, false));
            with.and(*installed).or(without.without(*installed))
        })
    }
}

impl Item {
    fn read(table: Table<'_>, problems: &mut Vec<Problem>) -> Option<Self> {
        let package = PackageName::parse(&table.string("package", problems)?.value)?;
        let mut part = |key: &str| table.string(key, problems).map(|text| normalised(&text.value));
        let part = match (part("extra"), part("group")) {
            (Some(extra), _) => Part::Extra(extra),
            (None, Some(group)) => Part::Group(group),
            (None, None) => Part::Whole,
        };
        Some(Self {
            package,
            part,
            is_own: false,
            reached: GroupMarkers::new(),
        })
    }

    fn is_asked_for(&self, groups: &BTreeSet<String>, extras: &BTreeSet<String>) -> bool {
        self.is_own
            && match &self.part {
                Part::Whole => true,
                Part::Extra(extra) => extras.contains(extra),
                Part::Group(group) => groups.contains(group),
            }
    }

    fn variable(&self) -> String {
        let package = self.package.as_str();
        let length = package.len();
        match &self.part {
            Part::Whole => format!("project-{length}-{package}"),
            Part::Extra(extra) => format!("extra-{length}-{package}-{extra}"),
            Part::Group(group) => format!("group-{length}-{package}-{group}"),
        }
    }

    fn title(&self) -> String {
        match &self.part {
            Part::Whole => format!("package `{}`", self.package),
            Part::Extra(extra) => format!("extra `{extra}`"),
            Part::Group(group) => format!("group `{group}`"),
        }
    }
}
