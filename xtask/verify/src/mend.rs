//! `--fix`: carries out the fixes that findings bring along, checks again, and goes on while that helps.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use super::Report;
use diagnostics::{Edit, Fix, Level, Place, Problem};
use generate::sync::{self, Lock, Plan};
use repo::Root;
use repo::{
    RepoPath,
    generated::{Change, Kind},
};

/// What is left is in the outcome, and decides how the run ends.
pub fn run(
    root: &Root,
    on_wait: impl FnOnce(),
    judge: impl Fn() -> Result<Report, Vec<Problem>>,
) -> Result<Report, Vec<Problem>> {
    let _lock = Lock::acquire(root, on_wait)?;
    let mut done: Vec<String> = Vec::new();
    let mut outcome = judge()?;
    loop {
        let fixes = outcome
            .findings
            .iter()
            .filter_map(|finding| finding.problem.fix.as_deref());
        // What was done and is asked for again did not help.
        let (changes, whats) = compatible(root, fixes.filter(|fix| !done.contains(&fix.what)));
        if changes.is_empty() || is_invalid(&outcome, &changes) {
            break;
        }
        let plan = Plan {
            changes,
            ..Plan::default()
        };
        sync::carry_out(root, &plan)?;
        done.extend(whats);
        outcome = judge()?;
    }
    outcome.fixed = Some(done);
    Ok(outcome)
}

/// Nothing is written while any input is invalid. A file that is itself written again is not an input.
fn is_invalid(outcome: &Report, changes: &[Change]) -> bool {
    let is_written = |place: &Place| changes.iter().any(|change| change.path.as_str() == place.position().0);
    let mut errors = outcome.problems.iter().filter(|problem| problem.level == Level::Error);
    errors.any(|problem| problem.places.is_empty() || !problem.places.iter().all(is_written))
}

/// The changes of one round. A fix that touches what another one changes waits for the next round.
fn compatible<'a>(root: &Root, fixes: impl Iterator<Item = &'a Fix>) -> (Vec<Change>, BTreeSet<String>) {
    let mut fixes: Vec<&Fix> = fixes.collect();
    // A file that is drawn again as a whole makes smaller changes to it needless.
    fixes.sort_by_key(|fix| std::cmp::Reverse(fix.edits.iter().map(extent).max()));
    let mut files: BTreeMap<&str, Vec<&Edit>> = BTreeMap::new();
    let mut whats = BTreeSet::new();
    for fix in fixes {
        let fits = |edit: &Edit| {
            let others = files.get(edit.path()).into_iter().flatten();
            is_of_the_disk(root, edit) && others.clone().all(|other| !collide(edit, other))
        };
        if !fix.edits.iter().all(fits) {
            continue;
        }
        for edit in &fix.edits {
            let edits = files.entry(edit.path()).or_default();
            if !edits.contains(&edit) {
                edits.push(edit);
            }
        }
        whats.insert(fix.what.clone());
    }
    let changes = files.into_iter().filter_map(|(path, edits)| change(path, &edits));
    (changes.collect(), whats)
}

fn extent(edit: &Edit) -> usize {
    match edit {
        Edit::Replace { span, .. } => span.len(),
        Edit::Create { .. } | Edit::Remove { .. } => usize::MAX,
    }
}

/// Whether the file is still what the fix was made for.
fn is_of_the_disk(root: &Root, edit: &Edit) -> bool {
    let Some(path) = RepoPath::parse(edit.path()) else {
        return false;
    };
    let is_link = root.link(&path).is_some();
    match edit {
        Edit::Replace { source, .. } | Edit::Remove { source } => {
            !is_link && root.text(&path).is_some_and(|text| text == source.text())
        }
        Edit::Create { .. } => !is_link && !root.has(&path),
    }
}

fn collide(edit: &Edit, other: &Edit) -> bool {
    if edit == other {
        return false;
    }
    match (edit, other) {
        (Edit::Replace { span, .. }, Edit::Replace { span: theirs, .. }) => {
            span.start <= theirs.end && theirs.start <= span.end
        }
        (Edit::Replace { .. } | Edit::Create { .. } | Edit::Remove { .. }, _) => true,
    }
}

fn change(path: &str, edits: &[&Edit]) -> Option<Change> {
    let path = RepoPath::parse(path)?;
    let change = |kind, before: &str, after: String| Change {
        path: path.clone(),
        kind,
        before: before.to_owned(),
        after,
    };
    match edits {
        [Edit::Create { text, .. }] => Some(change(Kind::Create, "", text.clone())),
        [Edit::Remove { source }] => Some(change(Kind::Remove, source.text(), String::new())),
        [first, ..] => {
            let Edit::Replace { source, .. } = first else {
                return None;
            };
            Some(change(Kind::Update, source.text(), replaced(source.text(), edits)))
        }
        [] => None,
    }
}

fn replaced(text: &str, edits: &[&Edit]) -> String {
    let mut replacements: Vec<(&Range<usize>, &str)> = Vec::new();
    for edit in edits {
        match edit {
            Edit::Replace { span, text, .. } => replacements.push((span, text)),
            Edit::Create { .. } | Edit::Remove { .. } => {}
        }
    }
    replacements.sort_by_key(|(span, _)| std::cmp::Reverse(span.start));
    let mut text = text.to_owned();
    for (span, other) in replacements {
        text.replace_range(span.clone(), other);
    }
    text
}
