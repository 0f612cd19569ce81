use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use facts::Subject;
use surfaces::tilt::Fault;

pub const RULE: Rule = Rule {
    id: "tilt-ignores-needed-lib",
    aspect: Aspect::Tilt,
    level: Level::Error,
    what: "the Tiltfile ignores sources that the service needs",
    why: "the build fails or has old sources, and edits do not start a live update",
    example: "ignore=['libs/core'] for a service that needs core",
    fix: "run `cargo xtask update-tilt`, or remove the pattern",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    subject.tilt_faults(|fault, place| match fault {
        Fault::Ignored { path, place: span, .. } => {
            Some(Problem::error(format!("leaves out `{path}`")).at(place(Some(*span))))
        }
        _ => None,
    })
}
