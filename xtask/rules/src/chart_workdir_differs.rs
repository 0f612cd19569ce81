use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use facts::Subject;

pub const RULE: Rule = Rule {
    id: "chart-workdir-differs",
    aspect: Aspect::Chart,
    level: Level::Error,
    what: "a chart starts a service in a different folder than its production image",
    why: "relative paths, and imports from the current folder, then resolve differently",
    example: "workingDir: /srv in templates/web.yaml, WORKDIR /app in Dockerfile",
    fix: "leave `workingDir` to the image",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let Some(prod) = &subject.prod else { return Vec::new() };
    let Some(own) = &prod.config.workdir else {
        return Vec::new();
    };
    let plain = |path: &str| path.trim_end_matches('/').to_owned();
    let wrong = subject.containers().filter_map(|container| {
        let said = container.workdir.as_ref()?;
        if plain(&said.value) == plain(&own.value) || own.value.contains('$') {
            return None;
        }
        let message = format!(
            "{} starts in `{}`; the image in `{}`",
            container.workload, said.value, own.value
        );
        Some(
            Problem::error(message)
                .at(said.place.clone().label("the chart"))
                .at(own.place.clone().label("the image")),
        )
    });
    wrong.collect()
}
