use std::ops::Range;

use crate::Source;

/// What mends a problem without a decision of a person: data, which `verify-parity --fix` carries out.
///
/// Only what was decided elsewhere is a fix: files that follow from others, pins that the lock has, what nothing reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it does: "draw `services/a/Dockerfile` again".
    pub what: String,
    pub edits: Vec<Edit>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// Another text in place of a span of what was read.
    Replace {
        source: Source,
        span: Range<usize>,
        text: String,
    },
    /// A file where none is.
    Create {
        path: String,
        text: String,
    },
    Remove {
        source: Source,
    },
}

impl Fix {
    pub fn new(what: impl Into<String>, edit: Edit) -> Self {
        Self {
            what: what.into(),
            edits: vec![edit],
        }
    }
}

impl Edit {
    pub fn path(&self) -> &str {
        match self {
            Self::Replace { source, .. } | Self::Remove { source } => source.path(),
            Self::Create { path, .. } => path,
        }
    }
}
