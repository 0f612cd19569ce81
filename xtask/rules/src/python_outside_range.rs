use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::{Place, Problem};
use facts::base_image::python_of as python;
use facts::{Pair, Subject};
use python::constraint::VersionSet;

pub const RULE: Rule = Rule {
    id: "python-outside-range",
    aspect: Aspect::Base,
    level: Level::Error,
    what: "an image has a Python that the service or one of its libs does not allow",
    why: "the install fails, or the packages were never tested with this Python",
    example: "FROM python:3.14-slim with requires-python = \">=3.11,<3.14\"",
    fix: "choose another base image, or widen `requires-python`",
    check: Check::Both(check, of_images),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    // Of the image that the settings name, the reader of the settings says so.
    let named = subject.repo.base_of(subject.service).ok().map(|base| base.python);
    let mut found: Vec<Problem> = Vec::new();
    for image in subject.images() {
        let minor = python(&image.base.value).filter(|minor| Some(*minor) != named);
        for problem in minor.map_or_else(Vec::new, |minor| outside(subject, minor, &image.base.place)) {
            // What both images stand on is not allowed once.
            match found.iter_mut().find(|known| known.message == problem.message) {
                Some(known) => known.places.extend(problem.places.into_iter().take(1)),
                None => found.push(problem),
            }
        }
    }
    found
}

fn of_images(pair: &Pair<'_>) -> Vec<Problem> {
    let Some(subject) = pair.subject else { return Vec::new() };
    let mut found = Vec::new();
    for side in pair.sides() {
        let version = side
            .built
            .python
            .as_ref()
            .map(|python| format!("python{}", python.version));
        if let Some(minor) = version.as_deref().and_then(python) {
            found.extend(outside(subject, minor, &side.place()));
        }
    }
    found
}

/// The packages of the service that do not allow a Python.
pub(super) fn outside(subject: &Subject<'_>, (major, minor): (u64, u64), place: &Place) -> Vec<Problem> {
    let mut found = Vec::new();
    for package in std::iter::once(&subject.service.package).chain(subject.repo.libs_of(subject.service)) {
        let Some(constraint) = &package.manifest.requires_python else {
            continue;
        };
        let allowed = VersionSet::parse(&constraint.text.value, constraint.dialect);
        let of_image = VersionSet::parse(
            &format!(">={major}.{minor},<{major}.{}", minor.saturating_add(1)),
            constraint.dialect,
        );
        let (Ok(allowed), Ok(of_image)) = (allowed, of_image) else {
            continue;
        };
        if allowed.intersection(&of_image).is_empty() {
            let message = format!("`{}` does not allow Python {major}.{minor}", package.name);
            let range = constraint.text.place.clone().label("allowed");
            let problem = Problem::error(message).at(place.clone()).at(range);
            found.push(if package.manifest.is_of_pipfile(constraint) {
                problem.remedy("choose another base image, or another `python_version` in the Pipfile, and lock it")
            } else {
                problem
            });
        }
    }
    found
}
