use facts::base_image::{are_alike, canonical, untagged};
use std::collections::BTreeSet;

use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use evidence::image::Image;
use facts::{Subject, differs};

pub const RULE: Rule = Rule {
    id: "base-image-differs",
    aspect: Aspect::Base,
    level: Level::Error,
    what: "the two images of a service have different base images, or copy from different images",
    why: "a different base has a different Python, libc and system packages, so the tests do not cover what production runs",
    example: "FROM python:3.12-slim in Dockerfile.dev, FROM python:3.13-slim in Dockerfile",
    fix: "use the same image in both files, best by digest",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let Some((dev, prod)) = subject.both() else {
        return Vec::new();
    };
    let is_same = are_alike(&dev.base.value, &prod.base.value);
    let base = differs("base image", (dev, Some(&dev.base)), (prod, Some(&prod.base))).filter(|_| !is_same);
    base.into_iter().chain(others(dev, prod)).collect()
}

/// Images that both copy out of under one name, in different versions.
fn others(dev: &Image, prod: &Image) -> Vec<Problem> {
    let names: BTreeSet<&str> = dev
        .sources
        .iter()
        .map(|source| untagged(canonical(&source.value)))
        .collect();
    let mut found = Vec::new();
    for known in names {
        let of = |image: &'_ Image| {
            let same = image
                .sources
                .iter()
                .filter(|source| untagged(canonical(&source.value)) == known);
            same.cloned().collect::<Vec<_>>()
        };
        let (ours, theirs) = (of(dev), of(prod));
        if let ([first, ..], [other, ..]) = (ours.as_slice(), theirs.as_slice())
            && theirs
                .iter()
                .all(|other| canonical(&other.value) != canonical(&first.value))
        {
            found.extend(differs(
                "image that is copied from",
                (dev, Some(first)),
                (prod, Some(other)),
            ));
        }
    }
    found
}
