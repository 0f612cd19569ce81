use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Located;
use diagnostics::Problem;
use evidence::{built::Built, image::Image};
use facts::{Pair, Subject, differs};

pub const RULE: Rule = Rule {
    id: "platform-differs",
    aspect: Aspect::Base,
    level: Level::Error,
    what: "the images are for different platforms",
    why: "compiled packages are different files on each platform, and only one set is tested",
    example: "FROM --platform=linux/arm64 in Dockerfile.dev, FROM --platform=linux/amd64 in Dockerfile",
    fix: "use the same platform in both files, or none; compare images of one platform: `docker build --platform`, `docker pull --platform`",
    check: Check::Both(check, of_images),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let Some((dev, prod)) = subject.both() else {
        return Vec::new();
    };
    // Where one names none, whoever builds may name the other's.
    if let (Some((image, said, name)), None) | (None, Some((image, said, name))) =
        (named(dev, "development"), named(prod, "production"))
    {
        let message = format!(
            "{name} is always for `{}`, and the other image for the platform of the machine that builds it",
            said.value
        );
        let problem = Problem::warning(message).at(said.place.clone());
        return vec![problem.remedy(format!(
            "name the same platform in both files, or none in `{}`",
            image.path
        ))];
    }
    let problem = differs("platform", (dev, dev.platform.as_ref()), (prod, prod.platform.as_ref()));
    problem.into_iter().collect()
}

fn named<'a>(image: &'a Image, name: &'static str) -> Option<(&'a Image, &'a Located<String>, &'static str)> {
    Some((image, image.platform.as_ref()?, name))
}

fn of_images(pair: &Pair<'_>) -> Vec<Problem> {
    let text = |built: &Built| format!("{}/{}", built.config.os, built.config.architecture);
    let (dev, prod) = (text(pair.dev), text(pair.prod));
    pair.differs("platform", Some(&dev), Some(&prod), |_| None)
        .into_iter()
        .collect()
}
