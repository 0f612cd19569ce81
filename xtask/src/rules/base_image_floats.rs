use super::{Aspect, Check, Level, Rule, Subject};
use crate::report::Problem;

pub const RULE: Rule = Rule {
    id: "base-image-floats",
    aspect: Aspect::Base,
    level: Level::Error,
    what: "an image that a build stands on has no tag, or one that moves with every release",
    why: "the next build is another image, though nothing was edited",
    example: "FROM python or FROM python:latest",
    fix: "name a version: `python:3.13-slim-trixie`, best with `@sha256:…` behind it",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let bases = subject
        .images()
        .flat_map(|image| &image.bases)
        .filter(|base| floats(&base.value));
    bases
        .map(|base| Problem::error(format!("`{}` names no version", base.value)).at(base.place.clone()))
        .collect()
}

/// Whether a reference can be another image tomorrow.
pub(super) fn floats(reference: &str) -> bool {
    if reference == "scratch" || reference.contains('@') {
        return false;
    }
    // A colon before the last slash belongs to the port of a registry.
    let last = reference.rsplit('/').next().unwrap_or_default();
    last.split_once(':')
        .is_none_or(|(_, tag)| !tag.bytes().any(|byte| byte.is_ascii_digit()))
}
