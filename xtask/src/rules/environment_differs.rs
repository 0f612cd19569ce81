use std::collections::BTreeSet;

use super::{Aspect, Check, Level, Pair, Rule, Subject, subject::differs};
use crate::report::Problem;

pub const RULE: Rule = Rule {
    id: "environment-differs",
    aspect: Aspect::Runtime,
    level: Level::Error,
    what: "a variable has another value in the two images, or stands in one of them only",
    why: "programs behave by their environment, so development does not show what production does",
    example: "ENV LOG_LEVEL=debug in Dockerfile.dev alone",
    fix: "set it in both files, or hand it over when the container is started",
    check: Check::Both(check, of_images),
};

/// What makes the flavours what they are, and a rule of its own.
const ALLOWED: [&str; 1] = ["PYTHONPATH"];

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let Some((dev, prod)) = subject.both() else {
        return Vec::new();
    };
    let names: BTreeSet<&String> = dev.env.keys().chain(prod.env.keys()).collect();
    let names = names.into_iter().filter(|name| !ALLOWED.contains(&name.as_str()));
    names
        .filter_map(|name| {
            differs(
                &format!("`{name}`"),
                (dev, dev.env.get(name)),
                (prod, prod.env.get(name)),
            )
        })
        .collect()
}

fn of_images(pair: &Pair<'_>) -> Vec<Problem> {
    let (dev, prod) = (&pair.dev.config.env, &pair.prod.config.env);
    let names: BTreeSet<&String> = dev.keys().chain(prod.keys()).collect();
    let names = names.into_iter().filter(|name| !ALLOWED.contains(&name.as_str()));
    names
        .filter_map(|name| {
            let (in_dev, in_prod) = (dev.get(name), prod.get(name));
            pair.differs(
                &format!("`{name}`"),
                in_dev.map(String::as_str),
                in_prod.map(String::as_str),
                |image| image.env.get(name).map(|said| said.place.clone()),
            )
        })
        .collect()
}
