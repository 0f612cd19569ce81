//! Makes the edits of each entry in a copy, runs the tool, and says what came of it.

use std::{
    fs,
    path::Path,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use crate::{
    entry::Entry,
    finding::{self, Counted},
    outcome::{Outcome, Outcomes},
    repository::{self, Source},
    undo::Undo,
};

/// Runs all entries.
pub fn run(suite: &Path, source: Source, entries: &[Entry]) -> Result<Outcomes, String> {
    let start = |root: &Path| {
        let at_rest = finding::run(root)?;
        Ok((finding::counted(&at_rest), at_rest))
    };
    let (states, of_entries) = in_copies(suite, source, entries.len(), start, |root, (before, _), at| {
        let entry = &entries[at];
        of_entry(root, entry, before).map_err(|error| format!("{}, `{}`: {error}", entry.kind, entry.id))
    })?;
    let mut at_rest = states.into_iter().next().map(|(_, found)| found).unwrap_or_default();
    let accepted = accepted(suite)?;
    at_rest.retain(|finding| !finding.is_note() && !accepted.contains(&finding.rule));
    Ok(Outcomes { at_rest, of_entries })
}

/// Does a number of jobs, as many at a time as there are processors; every thread has a copy of its own, and what it starts with.
pub fn in_copies<S: Send, T: Send>(
    suite: &Path,
    source: Source,
    jobs: usize,
    start: impl Fn(&Path) -> Result<S, String> + Sync,
    job: impl Fn(&Path, &mut S, usize) -> Result<T, String> + Sync,
) -> Result<(Vec<S>, Vec<T>), String> {
    let next = AtomicUsize::new(0);
    let threads = thread::available_parallelism().map_or(1, usize::from).min(8);
    let work = || -> Result<(S, Vec<(usize, T)>), String> {
        let copy = repository::copy(suite, source)?;
        let mut state = start(&copy.root)?;
        let mut done = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            if at >= jobs {
                return Ok((state, done));
            }
            done.push((at, job(&copy.root, &mut state, at)?));
        }
    };
    let results: Vec<_> = thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().map_err(|_| "a thread panicked".to_owned())?)
            .collect()
    });
    let (mut states, mut all) = (Vec::new(), Vec::new());
    for result in results {
        let (state, done) = result?;
        states.push(state);
        all.extend(done);
    }
    all.sort_by_key(|(at, _)| *at);
    Ok((states, all.into_iter().map(|(_, done)| done).collect()))
}

/// Rules whose findings in the repository as it is are right, or a matter of taste: one a line, with the reason.
fn accepted(suite: &Path) -> Result<Vec<String>, String> {
    let file = suite.join("accepted-at-rest.txt");
    if !file.exists() {
        return Ok(Vec::new());
    }
    let text = fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
    let rule = |line: &str| line.split_once(": ").map(|(rule, _)| rule.to_owned());
    text.lines()
        .map(rule)
        .collect::<Option<_>>()
        .ok_or("a line of accepted-at-rest.txt has no reason".into())
}

fn of_entry(root: &Path, entry: &Entry, before: &Counted) -> Result<Outcome, String> {
    let mut undo = Undo::default();
    let made = entry.edits.iter().try_for_each(|edit| edit.make(root, &mut undo));
    let found = made.and_then(|()| finding::run(root));
    undo.take_back()?;
    Ok(Outcome::of(entry, finding::new(found?, before)))
}
