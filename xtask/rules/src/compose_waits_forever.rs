use super::{Aspect, Check, Rule};
use diagnostics::{Level, Problem};
use evidence::health::Health;
use facts::{OtherImage, Subject, Workspace, base_name};
use surfaces::compose::{Project, Service, Until};

pub const RULE: Rule = Rule {
    id: "compose-waits-forever",
    aspect: Aspect::Compose,
    level: Level::Error,
    what: "a service of a compose file waits until another one is healthy that has no health check, or until a server ends",
    why: "the service never starts",
    example: "condition: service_healthy for a service whose image and compose file have no health check",
    fix: "give the other service a health check, or wait for something that happens",
    check: Check::Workspace(check),
};

/// Images of Docker that run a server and have no health check.
const SERVERS: [&str; 10] = [
    "elasticsearch",
    "mariadb",
    "memcached",
    "mongo",
    "mysql",
    "nginx",
    "postgres",
    "rabbitmq",
    "redis",
    "valkey/valkey",
];

fn check(workspace: &Workspace<'_>) -> Vec<Problem> {
    let mut found: Vec<Problem> = Vec::new();
    for project in &workspace.surroundings.compose {
        for service in &project.services {
            for wait in &service.waits {
                let mut others = project.services.iter();
                let Some(other) = others.find(|other| other.name.value == wait.name.value) else {
                    continue;
                };
                let (name, needed) = (&service.name.value, &other.name.value);
                let message = match wait.until {
                    Until::Healthy if is_off(other) => {
                        format!("`{name}` waits until `{needed}` is healthy, but its health check is switched off")
                    }
                    Until::Healthy if has_no_check(workspace, project, other) => {
                        format!("`{name}` waits until `{needed}` is healthy, but it has no health check")
                    }
                    Until::Completed if is_server(workspace, project, other) => {
                        format!("`{name}` waits until `{needed}` has ended, which is a server")
                    }
                    Until::Healthy | Until::Completed => continue,
                };
                let problem = Problem::error(message).at(wait.name.place.clone());
                let problem = problem.at(other.name.place.clone().label("waited for"));
                if !found.contains(&problem) {
                    found.push(problem);
                }
            }
        }
    }
    found
}

fn is_off(service: &Service) -> bool {
    service
        .health
        .as_ref()
        .is_some_and(|health| health.value == Health::Off)
}

/// Whether neither the compose file nor the image has a health check, where all of the image is known.
fn has_no_check(workspace: &Workspace<'_>, project: &Project, service: &Service) -> bool {
    if service.health.is_some() || service.extends {
        return false;
    }
    if let Some(subject) = subject_of(workspace, project, service) {
        // Which of its images this is, is another question.
        let mut images = subject.images();
        return images.all(|image| !image.is_unclear && image.config.health.is_none() && is_python(&image.base.value));
    }
    let mut others = workspace.others.iter();
    let is_of = |other: &&OtherImage<'_>| other.runs.iter().any(|run| std::ptr::eq(*run, service));
    match others.find(is_of) {
        Some(other) => other.image.config.health.is_none() && other.has_known_base(),
        None => service.build.is_none() && is_known_server(service),
    }
}

/// Whether it runs until it is stopped.
fn is_server(workspace: &Workspace<'_>, project: &Project, service: &Service) -> bool {
    if service.command.is_some() || service.entrypoint.is_some() || service.extends {
        return false;
    }
    match subject_of(workspace, project, service) {
        Some(subject) => subject.prod.as_ref().is_some_and(|prod| !prod.config.ports.is_empty()),
        None => service.build.is_none() && is_known_server(service),
    }
}

fn subject_of<'a>(workspace: &'a Workspace<'_>, project: &Project, service: &Service) -> Option<&'a Subject<'a>> {
    workspace.subjects.iter().find(|subject| {
        let mut runs = subject.compose.iter();
        runs.any(|run| std::ptr::eq(run.project, project) && run.service.name.value == service.name.value)
    })
}

fn is_known_server(service: &Service) -> bool {
    let image = service.image.as_ref().map(|image| base_name(&image.value));
    image.is_some_and(|name| SERVERS.contains(&name))
}

/// The images of Python have no health check.
fn is_python(reference: &str) -> bool {
    base_name(reference) == "python"
}
