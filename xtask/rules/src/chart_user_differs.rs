use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use facts::Subject;

pub const RULE: Rule = Rule {
    id: "chart-user-differs",
    aspect: Aspect::Chart,
    level: Level::Error,
    what: "a chart runs a service as a different user than its production image",
    why: "the files of the image belong to the user that the image names",
    example: "runAsUser: 1000 in values.yaml, USER 10001 in Dockerfile",
    fix: "use the user of the image, or leave it to the image",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let Some(prod) = &subject.prod else { return Vec::new() };
    let (Some(user), Some(number)) = (&prod.user, prod.user_number()) else {
        return Vec::new();
    };
    let wrong = subject.containers().filter_map(|container| {
        let said = container.user.as_ref().filter(|said| said.value != number)?;
        let message = format!(
            "{} runs as user {}; the image as {number}",
            container.workload, said.value
        );
        let problem = Problem::error(message).at(said.place.clone().label("the chart"));
        Some(problem.at(user.place.clone().label("the image")))
    });
    wrong.collect()
}
