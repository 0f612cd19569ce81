//! Makes the edits of each entry in a copy, runs the tool, and says what came of it.

use std::{
    fs,
    path::Path,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use crate::{
    entry::Entry,
    finding::{self, Counted, Finding},
    outcome::{Outcome, Outcomes},
    repository::{self, Source},
    undo::Undo,
};

/// What one thread came to: what is found at rest, and the outcomes of the entries that it ran.
type Part = (Vec<Finding>, Vec<(usize, Outcome)>);

/// Runs all entries, as many at a time as there are processors; every thread has a copy of its own.
pub fn run(suite: &Path, source: Source, entries: &[Entry]) -> Result<Outcomes, String> {
    let next = AtomicUsize::new(0);
    let threads = thread::available_parallelism().map_or(1, usize::from).min(8);
    let work = || -> Result<Part, String> {
        let copy = repository::copy(suite, source)?;
        let at_rest = finding::run(&copy.root)?;
        let before = finding::counted(&at_rest);
        let mut outcomes = Vec::new();
        while let Some((at, entry)) = take(&next, entries) {
            let outcome = of_entry(&copy.root, entry, &before);
            outcomes.push((
                at,
                outcome.map_err(|error| format!("{}, `{}`: {error}", entry.kind, entry.id))?,
            ));
        }
        Ok((at_rest, outcomes))
    };
    let results: Vec<_> = thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().map_err(|_| "a thread panicked".to_owned())?)
            .collect()
    });
    let mut all = Vec::new();
    let mut at_rest = Vec::new();
    for result in results {
        let (found, outcomes) = result?;
        at_rest = found;
        all.extend(outcomes);
    }
    all.sort_by_key(|(at, _)| *at);
    let accepted = accepted(suite)?;
    at_rest.retain(|finding| !finding.is_note() && !accepted.contains(&finding.rule));
    Ok(Outcomes {
        at_rest,
        of_entries: all.into_iter().map(|(_, outcome)| outcome).collect(),
    })
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

fn take<'a>(next: &AtomicUsize, entries: &'a [Entry]) -> Option<(usize, &'a Entry)> {
    let at = next.fetch_add(1, Ordering::Relaxed);
    entries.get(at).map(|entry| (at, entry))
}

fn of_entry(root: &Path, entry: &Entry, before: &Counted) -> Result<Outcome, String> {
    let mut undo = Undo::default();
    let made = entry.edits.iter().try_for_each(|edit| edit.make(root, &mut undo));
    let found = made.and_then(|()| finding::run(root));
    undo.take_back()?;
    Ok(Outcome::of(entry, finding::new(found?, before)))
}
