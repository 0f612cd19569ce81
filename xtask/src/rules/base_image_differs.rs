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
    if canonical(&dev.base.value) == canonical(&prod.base.value) {
        return Vec::new();
    }
    differs("base image", (dev, Some(&dev.base)), (prod, Some(&prod.base)))
        .into_iter()
        .collect()
}

/// `docker.io/library/python:3.13` is `python:3.13`.
pub(super) fn canonical(reference: &str) -> &str {
    let hosts = ["docker.io/", "index.docker.io/", "registry-1.docker.io/"];
    let path = hosts.iter().find_map(|host| reference.strip_prefix(host));
    let path = path.unwrap_or(reference);
    path.strip_prefix("library/").unwrap_or(path)
}
