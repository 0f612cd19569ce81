use super::{Aspect, Check, Level, Pair, Rule};
use crate::{evidence::built::Built, report::Problem};

pub const RULE: Rule = Rule {
    id: "platform-differs",
    aspect: Aspect::Base,
    level: Level::Error,
    what: "the built images are for different processors or systems",
    why: "compiled packages are then other files, of which only one set was tried",
    example: "linux/arm64 in development, linux/amd64 in production",
    fix: "compare images of one platform: `docker build --platform`, `docker pull --platform`",
    check: Check::Images(check),
};

fn check(pair: &Pair<'_>) -> Vec<Problem> {
    let text = |built: &Built| format!("{}/{}", built.config.os, built.config.architecture);
    let (dev, prod) = (text(pair.dev), text(pair.prod));
    pair.differs("platform", Some(&dev), Some(&prod), |_| None)
        .into_iter()
        .collect()
}
