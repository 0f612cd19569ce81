use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use facts::Subject;

pub const RULE: Rule = Rule {
    id: "chart-pythonpath",
    aspect: Aspect::Chart,
    level: Level::Error,
    what: "a chart sets PYTHONPATH",
    why: "Python then imports packages from those folders instead of the installed ones",
    example: "env: [{name: PYTHONPATH, value: /app}] in templates/web.yaml",
    fix: "remove it: everything is installed in the image",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let set = subject.containers().filter_map(|container| {
        let place = container.env.get("PYTHONPATH")?;
        Some(Problem::error(format!("{} sets PYTHONPATH", container.workload)).at(place.clone()))
    });
    set.collect()
}
