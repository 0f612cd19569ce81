use super::{Aspect, Check, Level, Pair, Rule, Subject, pair::Side};
use crate::{evidence::image::Image, report::Problem};

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
    let missing = |from: &Side<'_>, to: &Side<'_>| -> Vec<Problem> {
        let others = &to.built.config.ports;
        let ports = from.built.config.ports.iter();
        ports
            .filter(|port| !others.contains(port) && **port != debugger)
            .map(|port| Problem::error(format!("port {port} is exposed in {} alone", from.name)).at(from.place()))
            .collect()
    };
    let [dev, prod] = pair.sides();
    let mut found = missing(&dev, &prod);
    found.extend(missing(&prod, &dev));
    found
}
