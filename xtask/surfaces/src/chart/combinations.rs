//! Which booleans of a template have to be turned together.

use std::collections::{BTreeSet, VecDeque};

use formats::template::Rendered;

use super::switches::Switch;

/// Sets of booleans to turn, the small ones first. All are turned alone and in pairs; three or more only where they have to do with
/// one another, because what separate blocks of a template make is what each of them makes.
pub struct Combinations<'a> {
    switches: &'a [Switch],
    waiting: VecDeque<BTreeSet<usize>>,
    pub tried: BTreeSet<BTreeSet<usize>>,
    /// Every boolean that was asked about.
    pub asked: BTreeSet<usize>,
    /// Pairs that are asked about together, or of which one is asked about only after the other was turned.
    related: BTreeSet<(usize, usize)>,
}

impl<'a> Combinations<'a> {
    pub fn of(switches: &'a [Switch], rendered: &Rendered) -> Self {
        let mut combinations = Self {
            switches,
            waiting: VecDeque::new(),
            tried: BTreeSet::new(),
            asked: BTreeSet::new(),
            related: BTreeSet::new(),
        };
        combinations.learn(&BTreeSet::new(), rendered);
        combinations
    }

    pub fn next(&mut self) -> Option<BTreeSet<usize>> {
        self.waiting.pop_front()
    }

    /// What was asked about when these were turned, and so what is worth turning next.
    pub fn learn(&mut self, set: &BTreeSet<usize>, rendered: &Rendered) {
        let asked: Vec<(usize, usize)> = self.asked_by(rendered);
        for (at, (action, one)) in asked.iter().enumerate() {
            let together = asked[at + 1..].iter().filter(|(other, _)| other == action);
            self.related.extend(together.map(|(_, other)| pair(*one, *other)));
            if self.asked.insert(*one) {
                self.related.extend(set.iter().map(|turned| pair(*one, *turned)));
            }
        }
        for (_, index) in asked {
            let is_related = set.len() < 2 || set.iter().any(|turned| self.related.contains(&pair(index, *turned)));
            if !is_related || !set.iter().all(|turned| self.may_go_with(index, *turned)) {
                continue;
            }
            let mut next = set.clone();
            if next.insert(index) && self.tried.insert(next.clone()) {
                self.waiting.push_back(next);
            }
        }
    }

    fn asked_by(&self, rendered: &Rendered) -> Vec<(usize, usize)> {
        let found = rendered.asked.iter().filter_map(|(action, place)| {
            let index = self.switches.iter().position(|switch| switch.place == *place)?;
            Some((*action, index))
        });
        found.collect()
    }

    /// What one member of a map says does not change what its neighbours are, as in `services.web.enabled` and
    /// `services.api.enabled`.
    fn may_go_with(&self, one: usize, other: usize) -> bool {
        let (one, other) = (&self.switches[one].path, &self.switches[other].path);
        let [.., last] = one.as_slice() else { return true };
        let same = one.iter().zip(other).take_while(|(a, b)| a == b).count();
        let are_neighbours = one.len() > 2 && one.len() == other.len() && other.last() == Some(last);
        one == other || !are_neighbours || same + 2 != one.len()
    }
}

fn pair(one: usize, other: usize) -> (usize, usize) {
    (one.min(other), one.max(other))
}
