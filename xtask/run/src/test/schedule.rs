//! Which steps run when: side by side, as many as there are cores, and what starts services alone at the end.

use std::{
    num::NonZero,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use super::{
    step::{Kind, Runner, Step},
    summary::Row,
};
use console::progress::Progress;

/// Runs all steps. The rows come back in the order of the steps.
pub fn run(steps: &[Step], runner: &Runner<'_>, progress: &Progress) -> Vec<Row> {
    // The images build from what the others test. Both load all cores by themselves, and wait for services to start.
    let (alone, beside): (Vec<&Step>, Vec<&Step>) = steps.iter().partition(|step| match step.kind {
        Kind::Application | Kind::Browser(_) | Kind::Images => true,
        Kind::Rust | Kind::Slow(_) | Kind::Feature(_) | Kind::Python(_) | Kind::Frontend(_) => false,
    });
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    thread::scope(|scope| {
        let _drawing = progress.draw(scope);
        let mut rows = side_by_side(&beside, cores, runner, progress);
        rows.extend(side_by_side(&alone, 1, runner, progress));
        rows
    })
}

fn side_by_side(steps: &[&Step], lanes: usize, runner: &Runner<'_>, progress: &Progress) -> Vec<Row> {
    let next = AtomicUsize::new(0);
    let rows = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..lanes.min(steps.len()) {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(step) = steps.get(index) else { return };
                    progress.started(&step.name);
                    let row = runner.run(step);
                    progress.ended(&row.step, row.verdict.shown(), &row.result(), row.time);
                    rows.lock().unwrap_or_else(PoisonError::into_inner).push((index, row));
                }
            });
        }
    });
    let mut rows = rows.into_inner().unwrap_or_else(PoisonError::into_inner);
    rows.sort_by_key(|(index, _)| *index);
    rows.into_iter().map(|(_, row)| row).collect()
}
