use super::{Aspect, Check, Level, Rule, Subject};
use crate::report::Problem;

pub const RULE: Rule = Rule {
    id: "dockerfile-missing",
    aspect: Aspect::Files,
    level: Level::Error,
    what: "a service lacks one of its two Dockerfiles",
    why: "there is nothing to compare, so nothing is proved",
    example: "services/web has Dockerfile and no Dockerfile.dev",
    fix: "write it, or run `cargo xtask gen-dockerfiles`",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let missing = [(&subject.dev, "development"), (&subject.prod, "production")];
    let missing = missing.into_iter().filter(|(image, _)| image.is_none());
    missing
        .map(|(_, flavour)| {
            Problem::error(format!(
                "`{}` has no Dockerfile for {flavour} that can be followed",
                subject.service.package.dir.shown()
            ))
            .at(subject.manifest_place())
        })
        .collect()
}
