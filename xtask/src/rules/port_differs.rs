use super::{Aspect, Check, Level, Pair, Rule, Subject};
use crate::{
    evidence::{built::Built, image::Image},
    report::Problem,
};

pub const RULE: Rule = Rule {
    id: "port-differs",
    aspect: Aspect::Runtime,
    level: Level::Error,
    what: "the images expose other ports",
    why: "who reaches the development container does not reach production",
    example: "EXPOSE 8000 in Dockerfile.dev, EXPOSE 8080 in Dockerfile",
    fix: "expose the same port; the port of the debugger is allowed in development",
    check: Check::Both(check, of_images),
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

fn of_images(pair: &Pair<'_>) -> Vec<Problem> {
    let debugger = pair
        .subject
        .map_or(5678, |subject| subject.service.settings.debug_port)
        .to_string();
    let missing = |from: &Built, to: &Built, name: &str| -> Vec<Problem> {
        let others = &to.config.ports;
        let extra = from
            .config
            .ports
            .iter()
            .filter(|port| !others.contains(port) && **port != debugger);
        extra
            .map(|port| Problem::error(format!("port {port} is exposed in {name} alone")).at(from.place()))
            .collect()
    };
    let mut found = missing(pair.dev, pair.prod, "development");
    found.extend(missing(pair.prod, pair.dev, "production"));
    found
}
