use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use facts::Subject;
use surfaces::tilt::Fault;

pub const RULE: Rule = Rule {
    id: "tilt-passes-dev-build-args",
    aspect: Aspect::Tilt,
    level: Level::Error,
    what: "the Tiltfile passes build arguments that select a development image",
    why: "the development Dockerfile needs none, and such an argument turns one file into two images that are never compared",
    example: "build_args={'INSTALL_DEV': '1'}",
    fix: "run `cargo xtask update-tilt`, or remove the argument",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    subject.tilt_faults(|fault, place| match fault {
        Fault::BuildArg { name, place: span } => {
            Some(Problem::error(format!("passes the build argument `{name}`")).at(place(Some(*span))))
        }
        _ => None,
    })
}
