//! What came of an entry: whether what was found is what it asks for.

use crate::{
    entry::{Entry, Expected, Wanted},
    finding::Finding,
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

impl Outcome {
    /// What is new, judged by what the entry asks for.
    pub fn of(entry: &Entry, new: Vec<Finding>) -> Self {
        let (verdict, level) = match &entry.expected {
            Expected::Fault(wanted) => match new.iter().find(|finding| names(finding, wanted)) {
                Some(finding) => (Verdict::Named, Some(finding.level.clone())),
                None if new.is_empty() => (Verdict::Missed, None),
                None => (Verdict::Partly, None),
            },
            Expected::Silence if new.iter().all(Finding::is_note) => (Verdict::Silent, None),
            Expected::Silence => (Verdict::Alarm, None),
        };
        Self { verdict, new, level }
    }
}

/// Whether a reader of the finding knows which fault was made.
fn names(finding: &Finding, wanted: &Wanted) -> bool {
    !finding.is_note()
        && finding
            .names
            .iter()
            .any(|name| wanted.names.iter().any(|wanted| is_in(name, wanted)))
        && wanted
            .about
            .iter()
            .any(|word| finding.text.contains(&word.to_lowercase()))
}

/// Whether a service or a path is this one, or a path below this folder.
fn is_in(name: &str, wanted: &str) -> bool {
    name.strip_prefix(wanted)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
