use super::{Aspect, Check, Rule};
use diagnostics::{Level, Problem, Sameness};
use facts::Subject;

pub const RULE: Rule = Rule {
    id: "compose-workdir-differs",
    aspect: Aspect::Compose,
    level: Level::Error,
    what: "a compose file for production sets a working directory that differs from the image's",
    why: "relative paths then lead elsewhere, and the tests of the image did not cover that",
    example: "working_dir: /srv in compose.prod.yaml, WORKDIR /app in Dockerfile",
    fix: "leave `working_dir` to the image",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let Some(own) = subject.prod.as_ref().and_then(|prod| prod.config.workdir.as_ref()) else {
        return Vec::new();
    };
    let plain = |path: &str| path.trim_end_matches('/').to_owned();
    let wrong = subject.in_production().filter_map(|run| {
        let said = run.service.workdir.as_ref()?;
        // Another command may well start elsewhere.
        let starts_another = run.service.command.is_some() || run.service.entrypoint.is_some();
        let is_told = !said.value.contains(['*', '$']) && !own.value.contains('$');
        if !is_told || starts_another || plain(&said.value) == plain(&own.value) {
            return None;
        }
        let message = format!(
            "{} starts in `{}`; the image in `{}`",
            run.name(),
            said.value,
            own.value
        );
        let problem = Problem::error(message).at(said.place.clone().label("compose"));
        Some(
            problem
                .at(own.place.clone().label("the image"))
                .same_by(Sameness::Place),
        )
    });
    wrong.collect()
}
