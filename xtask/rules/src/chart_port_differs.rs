use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use facts::Subject;

pub const RULE: Rule = Rule {
    id: "chart-port-differs",
    aspect: Aspect::Chart,
    level: Level::Error,
    what: "a chart expects a service on a port that its production image does not expose",
    why: "probes fail, or requests do not reach the service",
    example: "containerPort: 8000 in templates/web.yaml, EXPOSE 8080 in Dockerfile",
    fix: "use the port of the image",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let exposed = subject.prod.as_ref().map_or(&[][..], |prod| &prod.config.ports);
    let Some(first) = exposed.first() else {
        return Vec::new();
    };
    let is_exposed = |number: &str| exposed.iter().any(|port| port.value.split('/').next() == Some(number));
    let wrong = subject.containers().flat_map(|container| {
        let ports = container.ports.iter().filter(|port| !is_exposed(&port.value));
        ports.map(|port| {
            Problem::error(format!(
                "{} names port {}; the image exposes {}",
                container.workload, port.value, first.value
            ))
            .at(port.place.clone().label("the chart"))
            .at(first.place.clone().label("the image"))
        })
    });
    wrong.collect()
}
