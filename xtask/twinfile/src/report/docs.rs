//! Says what `docs` did.

use super::{
    diff,
    status::{Rendered, done, finding, found, line},
};
use crate::tasks::docs::Outcome;
use diagnostics::{called, count};

/// The outcome of `docs`.
pub fn docs(outcome: &Outcome) -> Rendered {
    let mut rendered = Rendered::default();
    match outcome {
        Outcome::Fresh { files } => {
            rendered.err = line("Fresh", &count(*files, "file"));
            if *files == 0 {
                rendered.err.push_str(&called::as_called(
                    "help: set `docs = \"FOLDER\"` in `[workspace.metadata.xtask]` for the reference, or put markers into a README\n",
                ));
            }
        }
        Outcome::Stale { plan } => {
            for change in &plan.changes {
                rendered.out.push_str(&diff::unified(change));
                rendered
                    .err
                    .push_str(&finding(found(change.kind), change.path.as_str()));
            }
            let differ = plan.changes.len();
            let total = count(plan.fresh + differ, "file");
            rendered
                .err
                .push_str(&finding("Stale", &format!("{differ} of {total}")));
            rendered
                .err
                .push_str(&called::as_called("help: run `cargo xtask docs`\n"));
        }
        Outcome::Written { plan } => {
            for change in &plan.changes {
                rendered.err.push_str(&line(done(change.kind), change.path.as_str()));
            }
            let written = count(plan.changes.len(), "file");
            let text = format!("{written} changed, {} fresh", plan.fresh);
            rendered.err.push_str(&line("Finished", &text));
        }
    }
    rendered
}
