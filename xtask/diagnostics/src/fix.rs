use std::ops::Range;

use crate::Source;

/// What fixes a problem without a decision of a person: data, which `verify-parity --fix` carries out.
///
/// Only what was decided elsewhere is a fix: files that follow from others, pins that the lock has, what nothing reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it does: "regenerate `services/a/Dockerfile`".
    pub what: String,
    /// The edits, applied together or not at all.
    pub edits: Vec<Edit>,
}

/// One change to one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// Another text in place of a span of what was read.
    Replace {
        /// The file as it was read.
        source: Source,
        /// The bytes to replace.
        span: Range<usize>,
        /// The replacement.
        text: String,
    },
    /// A file where none is.
    Create {
        /// The path of the new file, relative to the root.
        path: String,
        /// The content of the new file.
        text: String,
    },
    /// Removes a file.
    Remove {
        /// The file as it was read; a file that has changed since is kept.
        source: Source,
    },
}

impl Fix {
    /// A fix of one edit; `what` describes it to a person.
    pub fn new(what: impl Into<String>, edit: Edit) -> Self {
        Self {
            what: what.into(),
            edits: vec![edit],
        }
    }
}

impl Edit {
    /// The file that is edited, relative to the root.
    pub fn path(&self) -> &str {
        match self {
            Self::Replace { source, .. } | Self::Remove { source } => source.path(),
            Self::Create { path, .. } => path,
        }
    }
}
