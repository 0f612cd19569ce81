use std::{
    sync::{Mutex, PoisonError},
    thread,
};

use crate::report::Problem;

/// Does something with each, on all processors, and returns the results in their order, each with the problems of its own.
pub fn at_once<'a, T: Sync, R: Send>(
    items: &'a [T],
    work: impl Fn(&'a T, &mut Vec<Problem>) -> R + Sync,
) -> Vec<(R, Vec<Problem>)> {
    let work = |item: &'a T| {
        let mut problems = Vec::new();
        (work(item, &mut problems), problems)
    };
    let workers = thread::available_parallelism().map_or(1, usize::from).min(items.len());
    let waiting = Mutex::new(items.iter().enumerate());
    let next = || waiting.lock().unwrap_or_else(PoisonError::into_inner).next();
    let work = || std::iter::from_fn(|| next().map(|(at, item)| (at, work(item)))).collect::<Vec<_>>();
    let mut results: Vec<_> = thread::scope(|scope| {
        let running: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        let results = running
            .into_iter()
            .map(|worker| worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        results.flatten().collect()
    });
    results.sort_by_key(|(at, _)| *at);
    results.into_iter().map(|(_, result)| result).collect()
}
