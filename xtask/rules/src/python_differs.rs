use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use evidence::built::Interpreter;
use facts::Pair;

pub const RULE: Rule = Rule {
    id: "python-differs",
    aspect: Aspect::Base,
    level: Level::Error,
    what: "the built images run different Python versions",
    why: "a tag such as `python:3.13-slim` moves, so two builds of the same files may contain different Pythons",
    example: "Python 3.13.5 in development, 3.13.4 in production, because one base was pulled later",
    fix: "build both from one base with a digest: `FROM python:3.13-slim@sha256:…`",
    check: Check::Images(check),
};

fn check(pair: &Pair<'_>) -> Vec<Problem> {
    let (Some(dev), Some(prod)) = (&pair.dev.interpreter, &pair.prod.interpreter) else {
        return Vec::new();
    };
    // Of one of them, nothing tells the last number.
    let is_open = |one: &str, other: &str| other.strip_prefix(one).is_some_and(|rest| rest.starts_with('.'));
    let is_part = is_open(&dev.version, &prod.version) || is_open(&prod.version, &dev.version);
    if is_part && dev.implementation == prod.implementation {
        return Vec::new();
    }
    let text = |python: &Interpreter| format!("{} {}", python.implementation, python.version);
    let version = pair.differs("Python", Some(&text(dev)), Some(&text(prod)), |image| {
        Some(image.base.place.clone())
    });
    version.into_iter().collect()
}
