use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use facts::Subject;
use repo::toml::quoted;

pub const RULE: Rule = Rule {
    id: "chart-command-overrides",
    aspect: Aspect::Chart,
    level: Level::Error,
    what: "a chart starts a service with a command of its own",
    why: "the image knows how it starts; what the chart says instead is run by no test of the image",
    example: "command: [python, -m, web] in templates/web.yaml",
    fix: "leave out `command` and `args`, or put them into the service's settings",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let overrides = subject.containers().filter_map(|container| {
        let keys: Vec<&str> = container.overrides.iter().map(|key| key.value).collect();
        let problem = Problem::error(format!("{} sets {}", container.workload, quoted(&keys)));
        let places = container.overrides.iter().map(|key| key.place.clone());
        (!keys.is_empty()).then(|| places.fold(problem, Problem::at))
    });
    overrides.collect()
}
