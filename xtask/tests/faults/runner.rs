//! Makes the edits of each entry in a copy, runs the tool, and says what came of it.

use std::{
    fs,
    path::Path,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use crate::{
    entry::{Entry, Expected, Wanted},
    finding::{self, Counted, Finding},
    repository::{self, Source},
    undo::Undo,
};

/// What the runs of a suite came to.
pub struct Outcomes {
    /// What is found at `error` or `warning` in the repository as it is, and is not accepted.
    pub at_rest: Vec<Finding>,
    /// One for each entry.
    pub of_entries: Vec<Outcome>,
}

pub struct Outcome {
    pub verdict: Verdict,
    /// What was found and was not there before.
    pub new: Vec<Finding>,
    /// The severity at which a fault was named.
    pub level: Option<String>,
}

#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Verdict {
    /// A fault: an error or a warning says what is wrong with the right service or file.
    Named,
    /// A fault: something new is found, elsewhere, of something else, or as a note.
    Partly,
    /// A fault: nothing new is found.
    Missed,
    /// A harmless edit: no new error or warning.
    Silent,
    /// A harmless edit: a new error or warning.
    Alarm,
}

impl Verdict {
    /// What is right, and need not be written down.
    pub fn is_right(self) -> bool {
        matches!(self, Self::Named | Self::Silent)
    }

    pub fn word(self) -> &'static str {
        match self {
            Self::Named => "named",
            Self::Partly => "partly",
            Self::Missed => "missed",
            Self::Silent => "silent",
            Self::Alarm => "alarm",
        }
    }
}

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
    let new = finding::new(found?, before);
    let (verdict, level) = match &entry.expected {
        Expected::Fault(wanted) => match new.iter().find(|finding| names(finding, wanted)) {
            Some(finding) => (Verdict::Named, Some(finding.level.clone())),
            None if new.is_empty() => (Verdict::Missed, None),
            None => (Verdict::Partly, None),
        },
        Expected::Silence if new.iter().all(Finding::is_note) => (Verdict::Silent, None),
        Expected::Silence => (Verdict::Alarm, None),
    };
    Ok(Outcome { verdict, new, level })
}

/// Whether a reader of the finding knows which fault was made.
fn names(finding: &Finding, wanted: &Wanted) -> bool {
    !finding.is_note()
        && finding.names.iter().any(|name| wanted.names.contains(name))
        && wanted
            .about
            .iter()
            .any(|word| finding.text.contains(&word.to_lowercase()))
}
