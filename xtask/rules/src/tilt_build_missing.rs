use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use facts::Subject;
use surfaces::tilt::Fault;

pub const RULE: Rule = Rule {
    id: "tilt-build-missing",
    aspect: Aspect::Tilt,
    level: Level::Error,
    what: "the Tiltfile builds no image of a service",
    why: "Tilt then runs the production image of the service, and edits do not reach it",
    example: "a new service, and no docker_build for it",
    fix: "run `cargo xtask update-tilt`, or add a docker_build with the development Dockerfile of the service",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    subject.tilt_faults(|fault, place| match fault {
        Fault::NoBuild => {
            Some(Problem::error(format!("no build of `{}`", subject.service.package.name)).at(place(None)))
        }
        _ => None,
    })
}
