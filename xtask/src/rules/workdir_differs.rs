use super::{Aspect, Check, Level, Rule, Subject, subject::differs};
use crate::report::Problem;

pub const RULE: Rule = Rule {
    id: "workdir-differs",
    aspect: Aspect::Runtime,
    level: Level::Error,
    what: "the images start in different folders",
    why: "relative paths then lead elsewhere",
    example: "WORKDIR /code in Dockerfile.dev, WORKDIR /app in Dockerfile",
    fix: "name the same folder in both files",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let Some((dev, prod)) = subject.both() else {
        return Vec::new();
    };
    differs(
        "working directory",
        (dev, dev.workdir.as_ref()),
        (prod, prod.workdir.as_ref()),
    )
    .into_iter()
    .collect()
}
