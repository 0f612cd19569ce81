//! Before format 2.1 a lock does not say which group needs which package. The set is found by walking from the manifest's
//! dependencies along those of the locked packages.
//!
//! Markers are walked, not environments: each step says where it is taken. A lock may hold several versions of a package;
//! in one environment every requirement that is walked there must accept the one that is taken. Which versions are ruled
//! out where is known only after the walk, so it is guessed, walked and compared until guess and walk agree.

mod graph;
mod steps;

use std::collections::BTreeSet;

use super::Needed;
use crate::{
    repo::{lock::Lock, manifest::Manifest},
    report::Problem,
};
use graph::Graph;
use steps::Walk;

/// More rounds than nested conflicts between versions of one package, in any lock seen.
const ROUNDS: usize = 25;

pub(super) fn needed<'a>(
    manifest: &Manifest,
    lock: &'a Lock,
    groups: &BTreeSet<String>,
    extras: &BTreeSet<String>,
) -> Result<Vec<Needed<'a>>, Vec<Problem>> {
    let graph = Graph::new(manifest, lock, groups, extras)?;
    let mut guess = graph.nothing_excluded();
    for round in 0.. {
        let walk = Walk::along(&graph, &guess);
        let excluded = walk.excluded(&graph);
        if excluded == guess {
            return walk.finish(&graph);
        }
        guess = if round < ROUNDS {
            excluded
        } else {
            // Guesses that chase each other: what any of them ruled out stays out, so that there is an end.
            guess.into_iter().zip(excluded).map(|(a, b)| a.or(b)).collect()
        };
    }
    Ok(Vec::new())
}
