//! Before format 2.1 a lock does not say which group needs which package. The set is found by walking from the manifest's
//! dependencies along those of the locked packages.
//!
//! Markers are walked, not environments: each step says where it is taken. A lock may hold several versions of a package;
//! in one environment every requirement that is walked there must accept the one that is taken. Which versions are ruled
//! out where is known only after the walk, so it is guessed, walked and compared until guess and walk agree. Where then no
//! version of some package is left, a package that asks for it gives way to another of its own versions.

mod graph;
mod steps;

use std::collections::BTreeSet;

use super::Needed;
use diagnostics::Problem;
use graph::Graph;
use python::marker::Marker;
use repo::{lock::Lock, manifest::Manifest};
use steps::Walk;

/// More rounds than conflicts between versions of one package in any lock seen.
const ROUNDS: usize = 60;

pub(super) fn needed<'a>(
    manifest: &Manifest,
    lock: &'a Lock,
    groups: &BTreeSet<String>,
    extras: &BTreeSet<String>,
) -> Result<Vec<Needed<'a>>, Vec<Problem>> {
    let graph = Graph::new(manifest, lock, groups, extras)?;
    // Where a package was given up although every requirement accepts it, because it asks for something that conflicts.
    let mut given_up = graph.nowhere();
    let mut guess = graph.nowhere();
    let mut walk = Walk::along(&graph, &guess);
    for round in 0..ROUNDS {
        let mut excluded = walk.excluded(&graph);
        either(&mut excluded, &given_up);
        if excluded == guess {
            let Some((index, marker)) = walk.way_out(&graph) else {
                break;
            };
            if let Some(slot) = given_up.get_mut(index) {
                *slot = slot.or(marker);
            }
            either(&mut excluded, &given_up);
        }
        if round > ROUNDS / 2 {
            // Guesses that chase each other: what any of them ruled out stays out, so that there is an end.
            either(&mut excluded, &guess);
        }
        guess = excluded;
        walk = Walk::along(&graph, &guess);
    }
    walk.finish(&graph)
}

fn either(markers: &mut [Marker], others: &[Marker]) {
    for (marker, other) in markers.iter_mut().zip(others) {
        *marker = marker.or(*other);
    }
}
