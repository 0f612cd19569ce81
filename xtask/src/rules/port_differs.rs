use super::{Aspect, Check, Level, Rule, Subject};
use crate::{evidence::image::Image, report::Problem};

pub const RULE: Rule = Rule {
    id: "port-differs",
    aspect: Aspect::Runtime,
    level: Level::Error,
    what: "the images expose other ports",
    why: "who reaches the development container does not reach production",
    example: "EXPOSE 8000 in Dockerfile.dev, EXPOSE 8080 in Dockerfile",
    fix: "expose the same port; the port of the debugger is allowed in development",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let Some((dev, prod)) = subject.both() else {
        return Vec::new();
    };
    let debugger = subject.service.settings.debug_port.to_string();
    let missing = |from: &Image, to: &Image, name: &str| -> Vec<Problem> {
        let extra = from
            .ports
            .iter()
            .filter(|port| !to.ports.iter().any(|other| other.value == port.value) && port.value != debugger);
        extra
            .map(|port| {
                Problem::error(format!("port {} is exposed in {name} alone", port.value)).at(port.place.clone())
            })
            .collect()
    };
    let mut found = missing(dev, prod, "development");
    found.extend(missing(prod, dev, "production"));
    found
}
