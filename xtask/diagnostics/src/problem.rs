use std::ops::Range;

use super::{Fix, Sameness};
use crate::Source;

/// One thing that is wrong, as data: what, where, why it matters, and what to run.
///
/// The wording follows one rule: lower case, no final full stop, names in backticks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub level: Level,
    pub message: String,
    pub places: Vec<Place>,
    pub notes: Vec<String>,
    pub remedy: Option<String>,
    /// What `--fix` does about it, where that is safe.
    pub fix: Option<Box<Fix>>,
    /// What another problem has to share with it to be the same one: see [`merged`](crate::merged).
    pub sameness: Sameness,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    Error,
    Warning,
    Note,
}

/// Where a problem lies. A file that could not be read, or that is absent, has no text to point into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    Text {
        source: Source,
        span: Range<usize>,
        label: String,
    },
    File(String),
}

impl Problem {
    pub fn error(message: impl Into<String>) -> Self {
        Self::new(Level::Error, message)
    }

    pub fn warning(message: impl Into<String>) -> Self {
        Self::new(Level::Warning, message)
    }

    fn new(level: Level, message: impl Into<String>) -> Self {
        Self {
            level,
            message: message.into(),
            places: Vec::new(),
            notes: Vec::new(),
            remedy: None,
            fix: None,
            sameness: Sameness::Statement,
        }
    }

    pub fn at(mut self, place: Place) -> Self {
        self.places.push(place);
        self
    }

    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    pub fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = Some(remedy.into());
        self
    }

    pub fn fix(mut self, fix: Fix) -> Self {
        self.fix = Some(Box::new(fix));
        self
    }

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
