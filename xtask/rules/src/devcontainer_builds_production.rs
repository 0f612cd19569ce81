use super::{Aspect, Check, Rule};
use diagnostics::{Level, Problem};
use facts::Subject;

pub const RULE: Rule = Rule {
    id: "devcontainer-builds-production",
    aspect: Aspect::Files,
    level: Level::Warning,
    what: "a development container builds the production Dockerfile of a service that has one for development",
    why: "it lacks the tools of development, and imports installed packages in place of the sources that are edited",
    example: "\"dockerfile\": \"../services/web/Dockerfile\" in devcontainer.json, beside services/web/Dockerfile.dev",
    fix: "build the development Dockerfile",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let Some((dev, prod)) = subject.both().filter(|(dev, prod)| dev.path != prod.path) else {
        return Vec::new();
    };
    let containers = subject.surroundings.devcontainers.iter();
    let said = containers.filter(|container| !container.has_target);
    let said = said.filter_map(|container| Some((container, container.dockerfile.as_ref()?)));
    let wrong = said.filter(|(_, dockerfile)| dockerfile.value == prod.path);
    let problem = wrong.map(|(container, dockerfile)| {
        let message = format!("`{}` builds the production Dockerfile `{}`", container.path, prod.path);
        let problem = Problem::warning(message).at(dockerfile.place.clone());
        problem.remedy(format!("build `{}`", dev.path))
    });
    problem.collect()
}
