use super::{Aspect, Check, Level, Rule, Subject, subject::differs};
use crate::report::Problem;

pub const RULE: Rule = Rule {
    id: "user-differs",
    aspect: Aspect::Runtime,
    level: Level::Error,
    what: "the images run as different users",
    why: "a file that development can write is read-only in production",
    example: "USER 1000 in Dockerfile.dev, USER 10001 in Dockerfile",
    fix: "name the same number in both files",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let Some((dev, prod)) = subject.both() else {
        return Vec::new();
    };
    differs("user", (dev, dev.user.as_ref()), (prod, prod.user.as_ref()))
        .into_iter()
        .collect()
}
