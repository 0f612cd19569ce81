//! Entries whose Dockerfiles are written in other words: what is named stays named, and what is harmless stays silent.

use std::{collections::BTreeMap, path::Path};

use crate::{
    entry::Entry,
    finding::{self, Counted, Finding},
    outcome::{Outcome, Outcomes, Verdict},
    repository::Source,
    runner::in_copies,
    spelling::{self, Spelling},
    undo::Undo,
};

/// What is found of a repository in other words before an entry is made, by the spelling; `None` where those words are its own.
type Before = BTreeMap<&'static str, Option<Counted>>;

/// The repository as it is, in every spelling: what is newly found there.
pub fn at_rest(suite: &Path, source: Source) -> Result<Vec<String>, String> {
    let start = |root: &Path| Ok(finding::counted(&finding::run(root)?));
    let (_, found) = in_copies(suite, source, spelling::ALL.len(), start, |root, before, at| {
        let found = in_other_words(root, None, &spelling::ALL[at])?;
        let mut new = finding::new(found.unwrap_or_default(), before);
        new.retain(|finding| !finding.is_note());
        Ok((spelling::ALL[at].name, new))
    })?;
    let lines = found.into_iter().flat_map(|(name, new)| {
        let lines = new
            .into_iter()
            .map(move |finding| format!("{name}: {} [{}]", finding.text, finding.rule));
        lines.collect::<Vec<_>>()
    });
    Ok(lines.collect())
}

/// The entries that are right in the words of their repository, and wrong in others.
pub fn entries(suite: &Path, source: Source, entries: &[Entry], outcomes: &Outcomes) -> Result<Vec<String>, String> {
    let right = entries.iter().zip(&outcomes.of_entries);
    let right: Vec<&Entry> = right
        .filter(|(_, outcome)| outcome.verdict.is_right())
        .map(|(entry, _)| entry)
        .collect();
    let jobs = right.len() * spelling::ALL.len();
    let (_, done) = in_copies(
        suite,
        source,
        jobs,
        |_| Ok(Before::new()),
        |root, before, at| {
            let (entry, spelling) = (right[at % right.len()], &spelling::ALL[at / right.len()]);
            if !before.contains_key(spelling.name) {
                let found = in_other_words(root, None, spelling)?;
                before.insert(spelling.name, found.as_deref().map(finding::counted));
            }
            let Some(Some(before)) = before.get(spelling.name) else {
                return Ok(None);
            };
            let Some(found) = in_other_words(root, Some(entry), spelling)? else {
                return Ok(None);
            };
            let outcome = Outcome::of(entry, finding::new(found, before));
            Ok(Some((entry, spelling.name, outcome.verdict)))
        },
    )?;
    let tried = done.iter().flatten().count();
    let wrong = done.into_iter().flatten().filter(|(_, _, verdict)| !verdict.is_right());
    let mut lines: Vec<String> = wrong
        .map(|(entry, spelling, verdict)| format!("{} {spelling}: {}/{}", word(verdict), entry.kind, entry.id))
        .collect();
    lines.push(format!("{tried} tried in other words, {} wrong", lines.len()));
    Ok(lines)
}

fn word(verdict: Verdict) -> String {
    format!("{:<6}", verdict.word())
}

/// What is found after the edits of an entry, with every Dockerfile in other words. `None` where they stay what they are.
fn in_other_words(root: &Path, entry: Option<&Entry>, spelling: &Spelling) -> Result<Option<Vec<Finding>>, String> {
    let mut undo = Undo::default();
    let mut edits = entry.iter().flat_map(|entry| &entry.edits);
    let made = edits.try_for_each(|edit| edit.make(root, &mut undo));
    let written = made.and_then(|()| spelling.apply(root, &mut undo));
    let found = written.and_then(|is_another| is_another.then(|| finding::run(root)).transpose());
    undo.take_back()?;
    found
}
