use super::{Aspect, Check, Level, Pair, Rule, Subject, subject::differs};
use crate::{
    evidence::{built::Built, image::Image},
    report::Problem,
};

pub const RULE: Rule = Rule {
    id: "user-differs",
    aspect: Aspect::Runtime,
    level: Level::Error,
    what: "the images run as different users",
    why: "a file that development can write is read-only in production",
    example: "USER 1000 in Dockerfile.dev, USER 10001 in Dockerfile",
    fix: "name the same number in both files",
    check: Check::Both(check, of_images),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let Some((dev, prod)) = subject.both() else {
        return Vec::new();
    };
    differs("user", (dev, dev.user.as_ref()), (prod, prod.user.as_ref()))
        .into_iter()
        .collect()
}

fn of_images(pair: &Pair<'_>) -> Vec<Problem> {
    let user = |built: &Built| built.config.user.clone();
    let (dev, prod) = (user(pair.dev), user(pair.prod));
    let said = |image: &Image| image.user.as_ref().map(|user| user.place.clone());
    pair.differs("user", dev.as_deref(), prod.as_deref(), said)
        .into_iter()
        .collect()
}
