use super::{Aspect, Check, Level, Rule, Subject};
use crate::{report::Problem, tilt::Fault};

pub const RULE: Rule = Rule {
    id: "tilt-builds-other-dockerfile",
    aspect: Aspect::Tilt,
    level: Level::Error,
    what: "the Tiltfile builds another Dockerfile than the development one",
    why: "what runs in Tilt is not the development image: it lacks the debugger, the reloader or the sources",
    example: "dockerfile='services/web/Dockerfile'",
    fix: "run `cargo xtask update-tilt`, or name the development Dockerfile",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    subject.tilt_faults(|fault, place| match fault {
        Fault::Dockerfile { said, place: span } => {
            let wanted = subject.dev.as_ref().map_or("", |dev| dev.path.as_str());
            let said = match said {
                Some(said) => format!("builds `{said}` and not `{wanted}`"),
                None => format!("builds something else than `{wanted}`"),
            };
            Some(Problem::error(said).at(place(Some(*span))))
        }
        _ => None,
    })
}
