use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use evidence::{built::Built, image::Image};
use facts::{Pair, Subject, differs};

pub const RULE: Rule = Rule {
    id: "workdir-differs",
    aspect: Aspect::Runtime,
    level: Level::Error,
    what: "the images start in different folders",
    why: "relative paths then resolve differently",
    example: "WORKDIR /code in Dockerfile.dev, WORKDIR /app in Dockerfile",
    fix: "use the same folder in both files",
    check: Check::Both(check, of_images),
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

fn of_images(pair: &Pair<'_>) -> Vec<Problem> {
    let folder = |built: &'_ Built| (built.config.workdir != "/").then(|| built.config.workdir.clone());
    let (dev, prod) = (folder(pair.dev), folder(pair.prod));
    let said = |image: &Image| image.workdir.as_ref().map(|folder| folder.place.clone());
    pair.differs("working directory", dev.as_deref(), prod.as_deref(), said)
        .into_iter()
        .collect()
}
