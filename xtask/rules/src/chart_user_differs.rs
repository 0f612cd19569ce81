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
    let (Some(user), Some(number)) = (&prod.config.user, prod.user_number()) else {
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
    let mut found: Vec<Problem> = wrong.collect();
    found.extend(groups(subject));
    found
}

/// The group, where the image names one by its number: what it may read follows from that, too.
fn groups(subject: &Subject<'_>) -> Vec<Problem> {
    let user = subject.prod.as_ref().and_then(|prod| prod.config.user.as_ref());
    let Some((user, number)) = user.and_then(|user| Some((user, user.value.split_once(':')?.1))) else {
        return Vec::new();
    };
    if number.parse::<u32>().is_err() {
        return Vec::new();
    }
    let wrong = subject.containers().filter_map(|container| {
        let said = container.group.as_ref().filter(|said| said.value != number)?;
        let message = format!(
            "{} runs as group {}; the image as {number}",
            container.workload, said.value
        );
        let problem = Problem::warning(message).at(said.place.clone().label("the chart"));
        Some(problem.at(user.place.clone().label("the image")))
    });
    wrong.collect()
}
