use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use facts::Subject;

pub const RULE: Rule = Rule {
    id: "chart-not-followed",
    aspect: Aspect::Chart,
    level: Level::Warning,
    what: "a chart value of a service cannot be determined from the files of the chart",
    why: "it cannot be compared with the production image",
    example: "image: {{ .Files.Get \"image\" }}",
    fix: "take the value from values.yaml, or leave it to the image",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let untold = subject.containers().flat_map(|container| {
        let keys = container.untold.iter();
        keys.map(|key| {
            let message = format!("cannot determine the `{}` of {}", key.value, container.workload);
            Problem::warning(message).at(key.place.clone())
        })
    });
    untold.collect()
}
