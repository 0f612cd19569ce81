//! The ports that one image exposes and the other does not.

use crate::Twins;
use diagnostics::Located;

/// One port of development that stands against one of production.
pub fn one_against_one<'b>(twins: &'b Twins<'_>) -> Option<(&'b str, &'b str)> {
    match alone(twins) {
        (ours, theirs) if ours.len() == 1 && theirs.len() == 1 => Some((&ours[0].value, &theirs[0].value)),
        _ => None,
    }
}

/// What each exposes and the other does not; the port of the debugger is left aside.
pub fn alone<'b>(twins: &'b Twins<'_>) -> (Vec<&'b Located<String>>, Vec<&'b Located<String>>) {
    let Some((dev, prod)) = twins.both() else {
        return (Vec::new(), Vec::new());
    };
    let debugger = twins.debug_port();
    let of = |from: &'b [Located<String>], to: &[Located<String>]| {
        let is_in = |port: &Located<String>| to.iter().any(|other| other.value == port.value);
        let ports = from.iter();
        ports.filter(|port| !is_in(port) && port.value != debugger).collect()
    };
    let (ours, theirs) = (&dev.config.ports, &prod.config.ports);
    (of(ours, theirs), of(theirs, ours))
}
