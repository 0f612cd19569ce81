use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use evidence::image::Refused;
use facts::{Subject, user::is_same};

pub const RULE: Rule = Rule {
    id: "step-not-permitted",
    aspect: Aspect::Files,
    level: Level::Error,
    what: "a step of a Dockerfile needs permissions that its user does not have",
    why: "the build fails with `Permission denied`",
    example: "USER 10001 above RUN apt-get install",
    fix: "move the step above `USER`, or change the owner of what it writes to: `COPY --chown`, `chown`",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let mut found: Vec<Problem> = Vec::new();
    for refused in subject.images().flat_map(|image| &image.refused) {
        let problem = problem(refused);
        // One file may make both images.
        if !found.contains(&problem) {
            found.push(problem);
        }
    }
    found
}

fn problem(refused: &Refused) -> Problem {
    let user = &refused.user;
    let runs = format!("{}, and the step runs as `{}`", refused.what, user.value);
    let message = match &refused.closed {
        Some(closed) => {
            let owner = closed.owner.as_deref().unwrap_or("0");
            let owner = if is_same(owner, "0") && owner == "0" {
                "root"
            } else {
                owner
            };
            format!("{runs}, but `{}` belongs to `{owner}`", closed.at)
        }
        None => format!("{runs}, which only root may do"),
    };
    let problem = Problem::error(message).at(refused.place.clone());
    problem
        .at(user.place.clone().label("the user"))
        .remedy("move the step above `USER`, or set `USER root` before it and the user again after it")
}
