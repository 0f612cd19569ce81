use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::{Problem, Sameness};
use facts::Subject;

pub const RULE: Rule = Rule {
    id: "compose-pythonpath",
    aspect: Aspect::Compose,
    level: Level::Error,
    what: "a compose file for production sets PYTHONPATH",
    why: "Python then imports packages from those folders instead of the installed ones",
    example: "environment: { PYTHONPATH: /app } in docker-compose.prod.yml",
    fix: "remove it: everything is installed in the image",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let own = subject.prod.as_ref().and_then(|prod| prod.config.env.get("PYTHONPATH"));
    let set = subject.in_production().filter_map(|run| {
        let said = run.service.environment.get("PYTHONPATH")?;
        // That of the image is found where the image sets it.
        let is_other = !said.value.is_empty() && own.is_none_or(|own| own.value != said.value);
        let message = format!("{} sets PYTHONPATH", run.name());
        is_other.then(|| Problem::error(message).at(said.place.clone()))
    });
    set.map(|problem| problem.same_by(Sameness::Place)).collect()
}
