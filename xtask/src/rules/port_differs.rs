use super::{Aspect, Check, Level, Pair, Rule, Subject, pair::Side};
use crate::{
    evidence::image::Image,
    repo::Located,
    report::{Edit, Fix, Problem},
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
    let alone = |from: &Image, to: &Image| -> Vec<Located<String>> {
        let is_in = |port: &Located<String>| to.ports.iter().any(|other| other.value == port.value);
        let extra = from.ports.iter().filter(|port| !is_in(port) && port.value != debugger);
        extra.cloned().collect()
    };
    let (in_dev, in_prod) = (alone(dev, prod), alone(prod, dev));
    let problem = |port: &Located<String>, name: &str| {
        Problem::error(format!("port {} is exposed in {name} alone", port.value)).at(port.place.clone())
    };
    let mut found: Vec<Problem> = in_dev.iter().map(|port| problem(port, "development")).collect();
    found.extend(in_prod.iter().map(|port| problem(port, "production")));
    if let ([ours], [theirs]) = (in_dev.as_slice(), in_prod.as_slice()) {
        found[0].fix = fix(ours, theirs).map(Box::new);
    }
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

/// Nothing but `docker run -P` reads what a Dockerfile exposes, so development can say what production says.
fn fix(dev: &Located<String>, prod: &Located<String>) -> Option<Fix> {
    let (source, span) = dev.place.text()?;
    let written = &source.text()[span.clone()];
    // A variable may be used elsewhere too.
    if written.trim_end_matches("/tcp") != dev.value {
        return None;
    }
    let what = format!("expose port {} in `{}`", prod.value, source.path());
    let (source, text) = (source.clone(), prod.value.clone());
    Some(Fix::new(what, Edit::Replace { source, span, text }))
}
