use super::{Aspect, Check, Level, Rule, Subject, subject::differs};
use crate::report::Problem;

pub const RULE: Rule = Rule {
    id: "base-image-differs",
    aspect: Aspect::Base,
    level: Level::Error,
    what: "the two images of a service do not stand on the same image",
    why: "another base is another Python, another libc and other system packages: what was tested is not what runs",
    example: "FROM python:3.12-slim in Dockerfile.dev, FROM python:3.13-slim in Dockerfile",
    fix: "name the same image, best by digest, in both files",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let Some((dev, prod)) = subject.both() else {
        return Vec::new();
    };
    let problem = differs("base image", (dev, Some(&dev.base)), (prod, Some(&prod.base)));
    if problem.is_some() {
        return problem.into_iter().collect();
    }
    let Ok(base) = subject.repo.settings.base_image() else {
        return Vec::new();
    };
    let declared = &base.reference;
    if declared.value == prod.base.value {
        return Vec::new();
    }
    vec![
        Problem::error(format!(
            "base image is `{}`, and the settings say `{}`",
            prod.base.value, declared.value
        ))
        .at(prod.base.place.clone())
        .at(declared.place.clone().label("the base image of all services")),
    ]
}
