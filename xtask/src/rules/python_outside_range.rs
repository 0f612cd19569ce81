use super::{Aspect, Check, Level, Rule, Subject};
use crate::{repo::constraint::VersionSet, report::Problem};

pub const RULE: Rule = Rule {
    id: "python-outside-range",
    aspect: Aspect::Base,
    level: Level::Error,
    what: "an image has a Python that the service or one of its libs does not allow",
    why: "the install fails, or what is installed was never tested with it",
    example: "FROM python:3.14-slim with requires-python = \">=3.11,<3.14\"",
    fix: "choose another base image, or widen `requires-python`",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let mut found = Vec::new();
    let packages: Vec<_> = std::iter::once(&subject.service.package)
        .chain(subject.repo.libs_of(subject.service))
        .collect();
    for image in subject.images() {
        let Some((major, minor)) = python(&image.base.value) else {
            continue;
        };
        for package in &packages {
            let Some(constraint) = &package.manifest.requires_python else {
                continue;
            };
            let allowed = VersionSet::parse(&constraint.text.value, constraint.dialect);
            let of_image = VersionSet::parse(&format!(">={major}.{minor},<{major}.{}", minor + 1), constraint.dialect);
            let (Ok(allowed), Ok(of_image)) = (allowed, of_image) else {
                continue;
            };
            if allowed.intersection(&of_image).is_empty() {
                let message = format!("`{}` does not allow Python {major}.{minor}", package.name);
                found.push(
                    Problem::error(message).at(image.base.place.clone()).at(constraint
                        .text
                        .place
                        .clone()
                        .label("allowed")),
                );
            }
        }
    }
    found
}

/// The minor version in the tag of an official image, or in a name such as `uv:python3.12-bookworm`.
pub(super) fn python(reference: &str) -> Option<(u64, u64)> {
    let at = reference.rfind("python")?;
    let rest = reference[at + "python".len()..].trim_start_matches(':');
    let mut numbers = rest
        .split(|c: char| !c.is_ascii_digit())
        .map(|number| number.parse::<u64>().ok());
    Some((numbers.next()??, numbers.next()??))
}
