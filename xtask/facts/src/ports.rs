//! The ports that one image exposes and the other does not.

use crate::{Pair, Subject};
use diagnostics::Located;
use evidence::{built::Built, image::Image};

/// One port of development that stands against one of production.
pub fn one_against_one<'a>(subject: &Subject<'_>, dev: &'a Image, prod: &'a Image) -> Option<(&'a str, &'a str)> {
    match alone(subject, dev, prod) {
        (ours, theirs) if ours.len() == 1 && theirs.len() == 1 => Some((&ours[0].value, &theirs[0].value)),
        _ => None,
    }
}

/// The same of built images.
pub fn one_against_one_in_images<'a>(pair: &Pair<'a>) -> Option<(&'a str, &'a str)> {
    match alone_in_images(pair) {
        (ours, theirs) if ours.len() == 1 && theirs.len() == 1 => Some((ours[0], theirs[0])),
        _ => None,
    }
}

/// What each exposes and the other does not; the port of the debugger is left aside.
pub fn alone<'a>(
    subject: &Subject<'_>,
    dev: &'a Image,
    prod: &'a Image,
) -> (Vec<&'a Located<String>>, Vec<&'a Located<String>>) {
    let debugger = subject.service.debug_port().unwrap_or_default().to_string();
    let of = |from: &'a Image, to: &Image| {
        let is_in = |port: &Located<String>| to.ports.iter().any(|other| other.value == port.value);
        let ports = from.ports.iter();
        ports.filter(|port| !is_in(port) && port.value != debugger).collect()
    };
    (of(dev, prod), of(prod, dev))
}

/// The exposed ports that only the development image has, and that only the production image has, without the
/// debugger's.
pub fn alone_in_images<'a>(pair: &Pair<'a>) -> (Vec<&'a String>, Vec<&'a String>) {
    let debugger = pair
        .subject
        .map_or(5678, |subject| subject.service.debug_port().unwrap_or_default())
        .to_string();
    let of = |from: &'a Built, to: &Built| {
        let ports = from.config.ports.iter();
        ports
            .filter(|port| !to.config.ports.contains(port) && **port != debugger)
            .collect()
    };
    (of(pair.dev, pair.prod), of(pair.prod, pair.dev))
}
