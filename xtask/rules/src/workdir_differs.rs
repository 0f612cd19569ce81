use super::{Aspect, Check, Rule};
use diagnostics::{Level, Problem};
use facts::Twins;

pub const RULE: Rule = Rule {
    id: "workdir-differs",
    aspect: Aspect::Runtime,
    level: Level::Error,
    what: "the images start in different folders",
    why: "relative paths then resolve differently",
    example: "WORKDIR /code in Dockerfile.dev, WORKDIR /app in Dockerfile",
    fix: "use the same folder in both files",
    check: Check::Both(check),
};

fn check(twins: &Twins<'_>) -> Vec<Problem> {
    // An image that names none starts in the root folder.
    let problem = twins.differs("working directory", |config| {
        config.workdir.as_ref().filter(|folder| folder.value != "/")
    });
    problem.into_iter().collect()
}
