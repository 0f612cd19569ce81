use super::{Aspect, Check, Level, Pair, Rule, Subject, subject::differs, user_is_root::is_root};
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
    // Where one of them is root, another rule says so.
    if is_root(dev) != is_root(prod) {
        return Vec::new();
    }
    // A name is whom the build made by it, with the group that this user has.
    let named = |image: &Image| {
        let user = image.user.as_ref()?;
        let is_number = user.value.starts_with(|c: char| c.is_ascii_digit());
        let number = image.user_number().filter(|_| !is_number)?;
        Some(user.clone().map(|_| number.to_owned()))
    };
    let whole = |image: &Image| image.user.clone();
    let alone = |image: &Image| {
        let user = image.user.clone()?;
        let plain = user.value.split(':').next().unwrap_or_default().to_owned();
        Some(user.map(|_| plain))
    };
    let (in_dev, in_prod) = match (named(dev), named(prod)) {
        (None, None) => (whole(dev), whole(prod)),
        (in_dev, in_prod) => (in_dev.or_else(|| alone(dev)), in_prod.or_else(|| alone(prod))),
    };
    differs("user", (dev, in_dev.as_ref()), (prod, in_prod.as_ref()))
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
