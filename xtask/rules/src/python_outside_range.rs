use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::{Place, Problem};
use facts::{Subject, Twins};
use python::constraint::VersionSet;

pub const RULE: Rule = Rule {
    id: "python-outside-range",
    aspect: Aspect::Base,
    level: Level::Error,
    what: "an image has a Python that the service or one of its libs does not allow",
    why: "the install fails, or the packages were never tested with this Python",
    example: "FROM python:3.14-slim with requires-python = \">=3.11,<3.14\"",
    fix: "choose another base image, or widen `requires-python`",
    check: Check::Both(check),
};

fn check(twins: &Twins<'_>) -> Vec<Problem> {
    let Some(subject) = twins.subject else {
        return Vec::new();
    };
    // Of the image that the settings name, the reader of the settings says so.
    let named = subject.repo.base_of(subject.service).ok().map(|base| base.python);
    let mut found: Vec<Problem> = Vec::new();
    for (minor, place) in twins.each().filter_map(|twin| twin.python()) {
        if Some(minor) == named {
            continue;
        }
        for problem in outside(subject, minor, &place) {
            // What both images stand on is not allowed once.
            match found.iter_mut().find(|known| known.message == problem.message) {
                Some(known) => known.places.extend(problem.places.into_iter().take(1)),
                None => found.push(problem),
            }
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
