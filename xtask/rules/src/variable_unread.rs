use std::collections::BTreeSet;

use super::{Aspect, Check, Rule};
use diagnostics::{Level, Place, Problem};
use facts::{Subject, unread};

pub const RULE: Rule = Rule {
    id: "variable-unread",
    aspect: Aspect::Runtime,
    level: Level::Warning,
    what: "a chart or a compose file sets an environment variable that no code of the service reads, and does not set a similar one that it reads",
    why: "the service uses its default instead of the value",
    example: "ORDERS_URL in a chart, while the service reads ORDERS_API_URL",
    fix: "use the name that the service reads",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let mut found: Vec<Problem> = Vec::new();
    let mut add = |by: &str, names: Vec<(&str, &Place)>| {
        let beside: BTreeSet<&str> = names.iter().map(|(name, _)| *name).collect();
        for (name, place) in names {
            let Some(meant) = unread::meant(subject, name, &beside) else {
                continue;
            };
            let service = &subject.service.package.name;
            let message = format!("{by} sets `{name}`, which `{service}` does not read");
            let problem = Problem::warning(message).at(place.clone());
            let problem = problem.remedy(format!("did you mean `{meant}`, which it reads?"));
            if !found.contains(&problem) {
                found.push(problem);
            }
        }
    };
    for container in subject.containers().chain(subject.asides.iter().copied()) {
        let names = container.env.iter().map(|(name, place)| (name.as_str(), place));
        add(&container.workload, names.collect());
    }
    for run in &subject.compose {
        let set = run.service.environment.iter();
        add(
            &run.name(),
            set.map(|(name, value)| (name.as_str(), &value.place)).collect(),
        );
    }
    found
}
