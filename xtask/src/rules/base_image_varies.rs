use std::collections::BTreeMap;

use super::{Aspect, Check, Level, Rule, Subject, Whole};
use crate::{
    repo::Located,
    report::{Place, Problem},
};

pub const RULE: Rule = Rule {
    id: "base-image-varies",
    aspect: Aspect::Base,
    level: Level::Error,
    what: "a service stands on another image than the others, or than the settings name",
    why: "the libs are then run by another Python, libc and set of system packages in one service than in the next",
    example: "FROM python:3.12-slim in one service, FROM python:3.13-slim in three",
    fix: "name the same image in all Dockerfiles and in `base-image` of the settings",
    check: Check::Among(check),
};

fn check(subject: &Subject<'_>, whole: &Whole<'_>) -> Vec<Problem> {
    let Some(own) = base(subject) else { return Vec::new() };
    let declared = &whole.repo.settings.base_image.reference;
    let mut services: BTreeMap<&str, Vec<&Subject<'_>>> = BTreeMap::new();
    for other in whole.subjects {
        if let Some(base) = base(other) {
            services.entry(base.value.as_str()).or_default().push(other);
        }
    }
    // What most services stand on, the settings before others.
    let most = services
        .iter()
        .max_by_key(|(base, services)| (services.len(), **base == declared.value));
    let usual = most.map_or(own.value.as_str(), |(base, _)| base);
    if own.value != usual {
        let others = services.get(usual).map_or(&[][..], Vec::as_slice);
        let names: Vec<String> = others
            .iter()
            .map(|other| format!("`{}`", other.service.package.name))
            .collect();
        let stand = if names.len() == 1 { "stands" } else { "stand" };
        let mut problem = Problem::error(format!(
            "`{}` stands on `{}`{}, and {} {stand} on `{usual}`",
            subject.service.package.name,
            own.value,
            python(&own.value),
            names.join(", "),
        ))
        .at(own.place.clone());
        let first = others.first().and_then(|other| base(other));
        problem
            .places
            .extend(first.map(|base| base.place.clone().label("the others")));
        return vec![problem.at(settings(declared)).remedy(format!("write `FROM {usual}`"))];
    }
    if own.value == declared.value {
        return Vec::new();
    }
    let message = format!(
        "base image is `{}`, and the settings say `{}`",
        own.value, declared.value
    );
    vec![Problem::error(message).at(own.place.clone()).at(settings(declared))]
}

/// The image of both flavours. Where they differ, that is another rule.
fn base<'a>(subject: &'a Subject<'_>) -> Option<&'a Located<String>> {
    let (dev, prod) = subject.both()?;
    (dev.base.value == prod.base.value).then_some(&prod.base)
}

fn settings(declared: &Located<String>) -> Place {
    declared.place.clone().label("the settings")
}

/// The Python in the image, where the name tells.
fn python(reference: &str) -> String {
    super::python_outside_range::python(reference)
        .map_or_else(String::new, |(major, minor)| format!(" (Python {major}.{minor})"))
}
