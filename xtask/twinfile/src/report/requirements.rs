//! The outcome of `export-requirements`.

use super::status::Rendered;
use crate::tasks::export_requirements::Outcome;

/// The requirement file, and which local packages it leaves out.
pub fn exported(outcome: &Outcome) -> Rendered {
    let local: Vec<String> = outcome
        .local
        .iter()
        .map(|(name, path)| format!("{name} ({path})"))
        .collect();
    let err = if local.is_empty() {
        String::new()
    } else {
        format!("note: local packages are left out: {}\n", local.join(", "))
    };
    Rendered {
        out: outcome.text.clone(),
        err,
    }
}
