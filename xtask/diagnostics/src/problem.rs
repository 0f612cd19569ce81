use std::ops::Range;

use super::{Fix, Sameness};
use crate::{Source, called::as_called};

/// One thing that is wrong, as data: what, where, why it matters, and what to run.
///
/// The wording follows one rule: lower case, no final full stop, names in backticks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// How severe it is.
    pub level: Level,
    /// What is wrong, in one line.
    pub message: String,
    /// Where it is wrong; the first place is the primary one.
    pub places: Vec<Place>,
    /// Facts that explain it, one line each.
    pub notes: Vec<String>,
    /// What to run or to change, shown as help.
    pub remedy: Option<String>,
    /// What `--fix` does about it, where that is safe.
    pub fix: Option<Box<Fix>>,
    /// What another problem has to share with it to be the same one: see [`merged`](crate::merged).
    pub sameness: Sameness,
}

/// How severe a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// The check fails.
    Error,
    /// Reported, without failing the check.
    Warning,
    /// For information only.
    Note,
}

/// Where a problem lies. A file that could not be read, or that is absent, has no text to point into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A span of a file that was read.
    Text {
        /// The file.
        source: Source,
        /// The bytes in question.
        span: Range<usize>,
        /// What the caret is labelled with; may be empty.
        label: String,
    },
    /// A file as a whole, by path.
    File(String),
}

impl Problem {
    /// A problem that fails the check.
    pub fn error(message: impl Into<String>) -> Self {
        Self::new(Level::Error, message)
    }

    /// A problem that does not fail the check.
    pub fn warning(message: impl Into<String>) -> Self {
        Self::new(Level::Warning, message)
    }

    fn new(level: Level, message: impl Into<String>) -> Self {
        Self {
            level,
            message: as_called(message.into()).into_owned(),
            places: Vec::new(),
            notes: Vec::new(),
            remedy: None,
            fix: None,
            sameness: Sameness::Statement,
        }
    }

    /// Adds a place.
    pub fn at(mut self, place: Place) -> Self {
        self.places.push(place);
        self
    }

    /// Adds an explanation.
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(as_called(note.into()).into_owned());
        self
    }

    /// Sets what to run or to change.
    pub fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = Some(as_called(remedy.into()).into_owned());
        self
    }

    /// Sets the edits that `--fix` applies.
    pub fn fix(mut self, fix: Fix) -> Self {
        self.fix = Some(Box::new(fix));
        self
    }

    /// Sets which other problems count as the same one.
    #[must_use]
    pub fn same_by(mut self, sameness: Sameness) -> Self {
        self.sameness = sameness;
        self
    }

    /// Where it sorts in a report: by the first place, so that the problems of one file stand together.
    pub fn order(&self) -> (&str, usize) {
        match self.places.first() {
            Some(Place::Text { source, span, .. }) => (source.path(), span.start),
            Some(Place::File(path)) => (path, 0),
            None => ("", 0),
        }
    }
}

/// So that `?` lifts one problem into a run that reports all it finds.
impl From<Problem> for Vec<Problem> {
    fn from(problem: Problem) -> Self {
        vec![problem]
    }
}

impl Place {
    /// The file, and line and column where the span starts and ends, counted from 1; columns in characters.
    pub fn position(&self) -> (&str, Option<[(usize, usize); 2]>) {
        match self {
            Place::Text { source, span, .. } => (
                source.path(),
                Some([source.position(span.start), source.position(span.end)]),
            ),
            Place::File(path) => (path, None),
        }
    }

    /// The text and the span in it; `None` for a place that is a whole file.
    pub fn text(&self) -> Option<(&Source, Range<usize>)> {
        match self {
            Place::Text { source, span, .. } => Some((source, span.clone())),
            Place::File(_) => None,
        }
    }

    /// Sets the label of the caret; a place without text has none.
    pub fn label(self, text: impl Into<String>) -> Self {
        match self {
            Place::Text { source, span, .. } => Place::Text {
                source,
                span,
                label: text.into(),
            },
            Place::File(path) => Place::File(path),
        }
    }
}

/// "1 file", "2 files": `count(2, "file")`.
pub fn count(number: usize, noun: &str) -> String {
    match number {
        1 => format!("1 {noun}"),
        _ => format!("{number} {noun}s"),
    }
}
