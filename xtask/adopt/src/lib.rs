//! What a repository with Dockerfiles by hand, or with none, lacks to have both images of every service generated: the settings that
//! follow from what it contains, and what no setting can say. Knows neither the disk nor the command line.

mod candidates;
mod checklist;
mod commands;
mod edits;
mod health;
mod left_behind;
mod lib_imports;
mod notes;
mod port;
mod service;
mod start;
mod table;
mod workspace;

pub use candidates::candidates;
pub use checklist::{Item, Section, State};
pub use edits::{OTHER_CI, edits};
pub use lib_imports::undeclared;
pub use notes::noted;
pub use service::describe;
pub use table::{appended, has_table};
pub use workspace::{Common, folders, shared};

use diagnostics::Place;

/// What a person has to decide or to edit, since no setting says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ByHand {
    /// What it is about, in one line.
    pub what: String,
    /// The exact edit.
    pub edit: String,
    /// Where that is, if it is somewhere.
    pub place: Option<Place>,
}

impl ByHand {
    fn new(what: impl Into<String>, edit: impl Into<String>, place: Option<&Place>) -> Self {
        Self {
            what: what.into(),
            edit: edit.into(),
            place: place.cloned(),
        }
    }
}
