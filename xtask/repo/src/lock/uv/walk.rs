use std::collections::{BTreeMap, BTreeSet};

use super::entry::{Edge, Entry};
use crate::manifest::MAIN;
use formats::PackageName;
use python::marker::Marker;

/// A package, with or without one of its extras.
pub type Knot = (usize, Option<String>);

/// What a group leads to, and where.
pub struct Reached {
    pub knot: Knot,
    pub group: String,
    pub marker: Marker,
}

/// Notes with each package which groups of the members need it, and where. `more` are the groups of
/// the workspace around them.
pub fn groups(entries: &mut [Entry], members: &[usize], more: &[Edge]) -> Vec<Reached> {
    let mut by_name: BTreeMap<PackageName, Vec<usize>> = BTreeMap::new();
    for (index, entry) in entries.iter().enumerate() {
        by_name.entry(entry.package.name.clone()).or_default().push(index);
    }
    let targets = |edge: &Edge| -> Vec<usize> {
        let candidates = by_name.get(&edge.name).map_or(&[][..], Vec::as_slice);
        let is_meant = |index: &usize| {
            let entry = &entries[*index];
            let version = &entry.package.version.value;
            edge.version.as_ref().is_none_or(|wanted| wanted == version)
                && (edge.origin.is_none() || edge.origin == entry.origin)
        };
        candidates.iter().copied().filter(is_meant).collect()
    };
    let roots = members.iter().flat_map(|member| &entries[*member].edges).chain(more);
    let mut by_group: BTreeMap<&str, Vec<&Edge>> = BTreeMap::new();
    for edge in roots {
        by_group
            .entry(edge.of_group.as_deref().unwrap_or(MAIN))
            .or_default()
            .push(edge);
    }
    let mut found = Vec::new();
    for (group, edges) in by_group {
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
        for edge in edges {
            let asked = edge.of_extra.as_ref().map_or(Marker::TRUE, |extra| of_extra(extra));
            follow(edge, asked, &mut open);
        }
        while let Some((knot, marker)) = open.pop() {
            let known = reached.get(&knot).copied().unwrap_or(Marker::FALSE);
            let now = known.or(marker);
            if now == known {
                continue;
            }
            let edges = entries[knot.0].edges.iter();
            for edge in edges.filter(|edge| edge.of_group.is_none() && edge.of_extra == knot.1) {
                follow(edge, now, &mut open);
            }
            reached.insert(knot, now);
        }
        let group = group.to_owned();
        found.extend(reached.into_iter().map(|(knot, marker)| Reached {
            knot,
            group: group.clone(),
            marker,
        }));
    }
    let plain: BTreeSet<usize> = members.iter().copied().collect();
    for Reached { knot, group, marker } in found.iter().filter(|found| found.knot.1.is_none()) {
        // A member that its own groups name, for its extras, is not a dependency of itself.
        if plain.len() > 1 || !plain.contains(&knot.0) {
            entries[knot.0].package.groups.insert(group.clone(), *marker);
        }
    }
    found
}

/// Holds where an extra is asked for.
pub fn of_extra(extra: &str) -> Marker {
    Marker::parse(&format!("extra == '{extra}'")).unwrap_or(Marker::FALSE)
}
