//! Says what `update-tilt` did.

use super::{
    diff,
    status::{Rendered, finding, line},
};
use crate::tasks::update_tilt::Outcome;
use console::terminal;
use diagnostics::{Problem, called, count};

/// The outcome of `update-tilt`.
pub fn update_tilt(outcome: &Outcome) -> Rendered {
    let mut rendered = Rendered::default();
    match outcome {
        Outcome::Nothing(why) => rendered.err = terminal::problems(&[Problem::error(*why)]),
        Outcome::Done {
            plan,
            is_written,
            services,
            left,
            warnings,
        } => {
            let mut problems = left.clone();
            problems.extend(warnings.iter().cloned());
            if !problems.is_empty() {
                rendered.err = terminal::problems(&problems);
            }
            let services = count(*services, "service");
            for change in &plan.changes {
                if *is_written {
                    rendered.err.push_str(&line("Updated", change.path.as_str()));
                } else {
                    rendered.out.push_str(&diff::unified(change));
                    rendered.err.push_str(&finding("Differs", change.path.as_str()));
                }
            }
            if !left.is_empty() {
                let by_hand = format!(
                    "{} to fix by hand in the Tiltfile, of {services}",
                    count(left.len(), "thing")
                );
                rendered.err.push_str(&finding("Left", &by_hand));
            } else if plan.is_clean() {
                rendered
                    .err
                    .push_str(&line("Fresh", &format!("the Tiltfile, for {services}")));
            } else if *is_written {
                rendered
                    .err
                    .push_str(&line("Finished", &format!("the Tiltfile, for {services}")));
            }
            if !plan.is_clean() && !is_written {
                rendered
                    .err
                    .push_str(&called::as_called("help: run `cargo xtask update-tilt`\n"));
            }
        }
    }
    rendered
}
