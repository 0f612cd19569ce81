use std::{
    panic::resume_unwind,
    sync::{Mutex, PoisonError},
    thread,
};

use crate::Problem;

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
        // This thread is one of them.
        let others: Vec<_> = (1..workers).map(|_| scope.spawn(work)).collect();
        let mut results = work();
        for other in others {
            results.extend(other.join().unwrap_or_else(|panic| resume_unwind(panic)));
        }
        results
    });
    results.sort_by_key(|(at, _)| *at);
    results.into_iter().map(|(_, result)| result).collect()
}
