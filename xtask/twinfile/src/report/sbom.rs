//! A bill of materials, and what it could not say.

use super::status::{Rendered, line};
use diagnostics::count;
use run::sbom::Outcome;

/// The outcome of `sbom`.
pub fn outcome(outcome: &Outcome) -> Rendered {
    let mut said = format!("{}: {}", outcome.service, count(outcome.components, "component"));
    if outcome.has_licenses && !outcome.unlicensed.is_empty() {
        said.push_str(&format!(", no license declared by {}", outcome.unlicensed.join(", ")));
    }
    Rendered {
        out: format!("{:#}\n", outcome.document),
        err: line("Listed", &said),
    }
}
