use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::{Edit, Fix, Located, Problem};
use facts::{Twins, ports::alone, twins::differs};

pub const RULE: Rule = Rule {
    id: "port-differs",
    aspect: Aspect::Runtime,
    level: Level::Error,
    what: "the images expose different ports",
    why: "clients of the development container cannot reach production",
    example: "EXPOSE 8000 in Dockerfile.dev, EXPOSE 8080 in Dockerfile",
    fix: "expose the same port; the port of the debugger is allowed in development",
    check: Check::Both(check),
};

fn check(twins: &Twins<'_>) -> Vec<Problem> {
    let Some((dev, prod)) = twins.both() else {
        return Vec::new();
    };
    let (in_dev, in_prod) = alone(twins);
    if let ([ours], [theirs]) = (in_dev.as_slice(), in_prod.as_slice()) {
        let problem = differs("port", (dev, Some(*ours)), (prod, Some(*theirs)));
        let mend = |mut problem: Problem| {
            problem.fix = fix(ours, theirs).map(Box::new);
            problem
        };
        return problem.map(mend).into_iter().collect();
    }
    let problem = |port: &Located<String>, name: &str| {
        Problem::error(format!("port {} is exposed only in {name}", port.value)).at(port.place.clone())
    };
    let of_dev = in_dev.iter().map(|port| problem(port, dev.name));
    of_dev
        .chain(in_prod.iter().map(|port| problem(port, prod.name)))
        .collect()
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
