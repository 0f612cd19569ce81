use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use facts::Subject;

pub const RULE: Rule = Rule {
    id: "chart-not-followed",
    aspect: Aspect::Chart,
    level: Level::Warning,
    what: "what a chart says of a service depends on more than its files",
    why: "nothing compares it with the production image",
    example: "image: {{ .Files.Get \"image\" }}",
    fix: "take it from values.yaml, or leave it to the image",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let untold = subject.containers().flat_map(|container| {
        let keys = container.untold.iter();
        keys.map(|key| {
            let message = format!("cannot tell the `{}` of {}", key.value, container.workload);
            Problem::warning(message).at(key.place.clone())
        })
    });
    untold.collect()
}
