use std::collections::{BTreeMap, BTreeSet};

use super::entry::{Edge, Entry};
use crate::manifest::MAIN;
use formats::PackageName;
use python::marker::Marker;

/// A package, with or without one of its extras.
type Knot = (usize, Option<String>);

/// Which groups of the member need each package, and where.
pub fn groups(entries: &[Entry], member: usize) -> Vec<(usize, String, Marker)> {
    let mut by_name: BTreeMap<PackageName, Vec<usize>> = BTreeMap::new();
    for (index, entry) in entries.iter().enumerate() {
        by_name.entry(entry.package.name.clone()).or_default().push(index);
    }
    let targets = |edge: &Edge| -> Vec<usize> {
        let candidates = by_name.get(&edge.name).cloned().unwrap_or_default();
        let is_meant = |index: &usize| {
            edge.version
                .as_ref()
                .is_none_or(|version| entries[*index].package.version.value == *version)
        };
        candidates.into_iter().filter(is_meant).collect()
    };
    let roots = &entries[member].edges;
    let groups: BTreeSet<&str> = roots
        .iter()
        .map(|edge| edge.of_group.as_deref().unwrap_or(MAIN))
        .collect();
    let mut found: Vec<(usize, String, Marker)> = Vec::new();
    for group in groups {
        let mut reached: BTreeMap<Knot, Marker> = BTreeMap::new();
        let mut open: Vec<(Knot, Marker)> = Vec::new();
        let follow = |edge: &Edge, from: Marker, open: &mut Vec<(Knot, Marker)>| {
            for target in targets(edge) {
                open.push(((target, None), from.and(edge.marker)));
                for extra in &edge.extras {
                    open.push(((target, Some(extra.clone())), from.and(edge.marker)));
                }
            }
        };
        for edge in roots
            .iter()
            .filter(|edge| edge.of_group.as_deref().unwrap_or(MAIN) == group)
        {
            let asked = edge.of_extra.as_ref().map_or(Marker::TRUE, |extra| of_extra(extra));
            follow(edge, asked, &mut open);
        }
        while let Some((knot, marker)) = open.pop() {
            let known = reached.get(&knot).copied().unwrap_or(Marker::FALSE);
            let now = known.or(marker);
            if now == known {
                continue;
            }
            let of_extra = knot.1.clone();
            let edges = entries[knot.0].edges.iter();
            for edge in edges.filter(|edge| edge.of_group.is_none() && edge.of_extra == of_extra) {
                follow(edge, now, &mut open);
            }
            reached.insert(knot, now);
        }
        let plain = reached.into_iter().filter(|((_, extra), _)| extra.is_none());
        found.extend(plain.map(|((index, _), marker)| (index, group.to_owned(), marker)));
    }
    found
}

/// Holds where an extra is asked for.
pub fn of_extra(extra: &str) -> Marker {
    Marker::parse(&format!("extra == '{extra}'")).unwrap_or(Marker::FALSE)
}
