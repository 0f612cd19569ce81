//! Paths by hash: whether a file is one of the repository is asked for every module that a service imports.

use crate::RepoPath;

/// Where each of a list of paths is. A search among sorted paths compares as many as there are digits in their number, all over memory.
#[derive(Clone, Debug, Default)]
pub struct PathIndex {
    /// Positions, one more than they are; 0 where there is none. A power of two, at most half full.
    slots: Vec<u32>,
}

impl PathIndex {
    /// The index of a list without duplicates.
    pub fn of(paths: &[RepoPath]) -> Self {
        let mut slots = vec![0; (paths.len() * 2).next_power_of_two()];
        // More files than that are in no repository: what is not indexed is not found.
        for (number, path) in (1..=u32::MAX).zip(paths) {
            let mut at = first(path.as_str(), slots.len());
            while slots[at] != 0 {
                at = (at + 1) % slots.len();
            }
            slots[at] = number;
        }
        Self { slots }
    }

    /// Where a path is in the list that the index was made of.
    pub fn position(&self, path: &str, paths: &[RepoPath]) -> Option<usize> {
        if self.slots.is_empty() {
            return None;
        }
        let mut at = first(path, self.slots.len());
        loop {
            let position = (self.slots[at] as usize).checked_sub(1)?;
            if paths.get(position)?.as_str() == path {
                return Some(position);
            }
            at = (at + 1) % self.slots.len();
        }
    }
}

/// The slot to begin with: FNV-1a, of which the high bits are mixed into the low ones.
fn first(path: &str, slots: usize) -> usize {
    let hash = path.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    ((hash ^ (hash >> 32)) as usize) & (slots - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_was_listed_and_nothing_else() {
        let listed = |range: std::ops::Range<usize>| -> Vec<RepoPath> {
            range
                .map(|number| RepoPath::listed(&format!("a/{number}.py")))
                .collect()
        };
        for count in [0, 1, 2, 3, 1000] {
            let paths = listed(0..count);
            let index = PathIndex::of(&paths);
            for (at, path) in paths.iter().enumerate() {
                assert_eq!(index.position(path.as_str(), &paths), Some(at));
            }
            for path in listed(count..count + 100) {
                assert_eq!(index.position(path.as_str(), &paths), None);
            }
        }
        assert_eq!(PathIndex::default().position("a", &[]), None);
    }
}
