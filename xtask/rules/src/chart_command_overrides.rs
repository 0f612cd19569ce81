use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use evidence::{config::program, development};
use facts::Subject;
use repo::toml::quoted;
use surfaces::chart::Container;

pub const RULE: Rule = Rule {
    id: "chart-command-overrides",
    aspect: Aspect::Chart,
    level: Level::Error,
    what: "a chart overrides the command of a service",
    why: "the image defines its command; the tests of the image do not cover the command in the chart",
    example: "command: [python, -m, web] in templates/web.yaml",
    fix: "remove `command` and `args`, or move them to the settings of the service",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let changed = subject
        .containers()
        .filter(|container| !is_restated(subject, container));
    let overrides = changed.filter_map(|container| {
        let keys: Vec<&str> = container.overrides.iter().map(|key| key.value).collect();
        let message = format!("{} sets {}", container.workload, quoted(&keys));
        // The same program with more options works today.
        let problem = if adds_options(subject, container) {
            Problem::warning(message)
        } else {
            Problem::error(message)
        };
        let places = container.overrides.iter().map(|key| key.place.clone());
        (!keys.is_empty()).then(|| places.fold(problem, Problem::at))
    });
    overrides.collect()
}

/// Whether the chart leaves the entrypoint, and its arguments are those of the image with others between them.
fn adds_options(subject: &Subject<'_>, container: &Container) -> bool {
    let (Some(prod), Some(words)) = (&subject.prod, &container.words) else {
        return false;
    };
    let has_command = container.overrides.iter().any(|key| key.value == "command");
    let Some(command) = prod.config.command.as_ref().filter(|_| !has_command) else {
        return false;
    };
    let mut given = words.value.iter();
    let is_kept = command.value.iter().all(|word| given.any(|given| given == word));
    prod.config.entrypoint.is_some() && is_kept && development::reloading(&words.value).is_none()
}

/// Whether the chart says what the image starts anyway.
fn is_restated(subject: &Subject<'_>, container: &Container) -> bool {
    let (Some(prod), Some(words)) = (&subject.prod, &container.words) else {
        return false;
    };
    let has_command = container.overrides.iter().any(|key| key.value == "command");
    let entrypoint = prod.config.entrypoint.as_ref().filter(|_| !has_command);
    let entrypoint = entrypoint.map_or_else(Vec::new, |words| words.value.clone());
    program(entrypoint, words.value.clone()) == prod.program()
}
