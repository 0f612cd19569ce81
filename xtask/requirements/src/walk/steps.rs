use std::collections::{BTreeMap, HashMap, VecDeque};

use super::graph::{Edge, Graph};
use crate::Needed;
use diagnostics::Problem;
use formats::PackageName;
use python::marker::Marker;

/// One walk, under a guess of which packages are ruled out where.
pub(super) struct Walk<'a> {
    /// The guess.
    excluded: Vec<Marker>,
    /// Where each package would be taken if its name is needed at all.
    share: Vec<Marker>,
    /// Where each package is needed.
    needed: Vec<Marker>,
    /// Where each package is needed with an extra.
    extras: Vec<BTreeMap<String, Marker>>,
    /// Where each name is needed.
    active: HashMap<&'a PackageName, Marker>,
    /// Packages whose needs have grown since their edges were walked.
    open: VecDeque<usize>,
}

impl<'a> Walk<'a> {
    pub(super) fn along(graph: &'a Graph<'_>, excluded: &[Marker]) -> Self {
        let count = graph.packages.len();
        let mut walk = Self {
            excluded: excluded.to_vec(),
            share: shares(graph, excluded),
            needed: vec![Marker::FALSE; count],
            extras: vec![BTreeMap::new(); count],
            active: HashMap::new(),
            open: VecDeque::new(),
        };
        for edge in &graph.roots {
            walk.step(graph, edge, edge.marker);
        }
        while let Some(index) = walk.open.pop_front() {
            for edge in graph.edges.get(index).into_iter().flatten() {
                let taken = walk.taken(index, edge);
                walk.step(graph, edge, taken);
            }
        }
        walk
    }

    /// Where every requirement that was walked rules out a package: where it needs the name and does not accept it.
    pub(super) fn excluded(&self, graph: &Graph<'_>) -> Vec<Marker> {
        let mut excluded = graph.nowhere();
        self.each_edge(graph, |edge, taken| {
            let candidates = graph.candidates.get(&edge.name).into_iter().flatten();
            for index in candidates.filter(|index| !edge.accepted.contains(index)) {
                if let Some(marker) = excluded.get_mut(*index) {
                    *marker = marker.or(taken);
                }
            }
        });
        excluded
    }

    /// Where some package has no version left: a package to give up there, which asks for it and has another version
    /// that the walk could take instead.
    pub(super) fn way_out(&self, graph: &Graph<'_>) -> Option<(usize, Marker)> {
        for (index, edges) in graph.edges.iter().enumerate() {
            let Some(package) = graph.packages.get(index) else {
                continue;
            };
            let versions = graph
                .candidates
                .get(&package.name)
                .map(Vec::as_slice)
                .unwrap_or_default();
            if versions.len() < 2 {
                continue;
            }
            let needed = self.needed.get(index).copied().unwrap_or(Marker::FALSE);
            for edge in edges {
                let candidates = graph.candidates.get(&edge.name).map(Vec::len).unwrap_or_default();
                let conflict = self.unmet(graph, edge, self.taken(index, edge)).and(needed);
                if conflict.is_false() || edge.accepted.len() == candidates {
                    continue;
                }
                let others = versions.iter().filter(|other| **other != index);
                let other = others.fold(Marker::FALSE, |any, other| any.or(self.possible(graph, *other)));
                let avoidable = conflict.and(other);
                if !avoidable.is_false() {
                    return Some((index, avoidable));
                }
            }
        }
        None
    }

    /// What is needed, or a problem for each requirement that no locked package meets.
    pub(super) fn finish<'b>(self, graph: &Graph<'b>) -> Result<Vec<Needed<'b>>, Vec<Problem>> {
        let mut problems = Vec::new();
        self.each_edge(graph, |edge, taken| {
            let unmet = self.unmet(graph, edge, taken);
            if !unmet.is_false() {
                problems.push(unmet_problem(edge, unmet));
            }
        });
        if !problems.is_empty() {
            return Err(problems);
        }
        let packages = graph.packages.iter().zip(self.needed);
        let needed = packages.map(|(package, marker)| Needed { package, marker });
        Ok(needed.filter(|needed| !needed.marker.is_false()).collect())
    }

    /// Where a requirement is walked but no version of its package is left.
    fn unmet(&self, graph: &Graph<'_>, edge: &Edge, taken: Marker) -> Marker {
        let candidates = graph.candidates.get(&edge.name).into_iter().flatten();
        let met = candidates.filter_map(|index| self.needed.get(*index));
        taken.without(met.fold(Marker::FALSE, |any, one| any.or(*one)))
    }

    /// Where a package is not ruled out, whether or not a higher version comes first.
    fn possible(&self, graph: &Graph<'_>, index: usize) -> Marker {
        let supported = graph.supported.get(index).copied().unwrap_or(Marker::FALSE);
        self.excluded
            .get(index)
            .map_or(supported, |excluded| supported.without(*excluded))
    }

    /// Where a needed package walks along one of its edges.
    fn taken(&self, index: usize, edge: &Edge) -> Marker {
        let needed = self.needed.get(index).copied().unwrap_or(Marker::FALSE);
        let with_extra = |extra: &str| edge.marker.with_extras(&[extra.to_owned()].into());
        let mut taken = match &edge.only_for {
            None => needed.and(edge.marker.with_extras(&[].into())),
            Some(_) => Marker::FALSE,
        };
        for (extra, asked) in self.extras.get(index).into_iter().flatten() {
            if edge.only_for.as_ref().is_none_or(|extras| extras.contains(extra)) {
                taken = taken.or(asked.and(with_extra(extra)));
            }
        }
        taken
    }

    fn step(&mut self, graph: &'a Graph<'_>, edge: &'a Edge, taken: Marker) {
        if taken.is_false() {
            return;
        }
        let active = self.active.entry(&edge.name).or_insert(Marker::FALSE);
        *active = active.or(taken);
        let active = *active;
        for &index in graph.candidates.get(&edge.name).into_iter().flatten() {
            let share = self.share.get(index).copied().unwrap_or(Marker::FALSE);
            let mut grown = false;
            if let Some(needed) = self.needed.get_mut(index) {
                grown |= grow(needed, active.and(share));
            }
            if let Some(extras) = self.extras.get_mut(index) {
                for extra in &edge.extras {
                    grown |= grow(extras.entry(extra.clone()).or_insert(Marker::FALSE), taken.and(share));
                }
            }
            if grown && !self.open.contains(&index) {
                self.open.push_back(index);
            }
        }
    }

    fn each_edge(&self, graph: &Graph<'_>, mut visit: impl FnMut(&Edge, Marker)) {
        for edge in &graph.roots {
            visit(edge, edge.marker);
        }
        for (index, edges) in graph.edges.iter().enumerate() {
            for edge in edges {
                let taken = self.taken(index, edge);
                if !taken.is_false() {
                    visit(edge, taken);
                }
            }
        }
    }
}

/// The highest version that is not ruled out and supports the Python is taken.
fn shares(graph: &Graph<'_>, excluded: &[Marker]) -> Vec<Marker> {
    let mut shares = graph.nowhere();
    for versions in graph.candidates.values() {
        let mut left = Marker::TRUE;
        for &index in versions {
            let (Some(excluded), Some(supported)) = (excluded.get(index), graph.supported.get(index)) else {
                continue;
            };
            let share = left.and(*supported).without(*excluded);
            left = left.without(share);
            if let Some(slot) = shares.get_mut(index) {
                *slot = share;
            }
        }
    }
    shares
}

fn grow(marker: &mut Marker, by: Marker) -> bool {
    let before = *marker;
    *marker = before.or(by);
    *marker != before
}

fn unmet_problem(edge: &Edge, unmet: Marker) -> Problem {
    let environments = if unmet.is_true() {
        "anywhere".to_owned()
    } else {
        format!("where `{unmet}`")
    };
    let message = if edge.accepted.is_empty() {
        format!("no locked version of `{}` meets this requirement", edge.name)
    } else {
        format!(
            "no locked version of `{}` meets all requirements {environments}",
            edge.name
        )
    };
    Problem::error(message)
        .at(edge.place.clone())
        .remedy("run `poetry lock` with Poetry 2, to write the lock again")
}
