use std::collections::BTreeMap;

use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::{Located, Place, Problem};
use facts::{
    Subject, Workspace,
    base_image::{canonical, untagged},
    together::some,
};
use formats::PackageName;

pub const RULE: Rule = Rule {
    id: "base-image-varies",
    aspect: Aspect::Base,
    level: Level::Warning,
    what: "a service has a different base image than the other services or the settings",
    why: "the same libs then run with different Pythons, libcs and system packages",
    example: "FROM python:3.12-slim in one service, FROM python:3.13-slim in three",
    fix: "use the same image in all Dockerfiles and in the setting `base-image`",
    check: Check::Among(check),
};

fn check(workspace: &Workspace<'_>) -> Vec<(PackageName, Problem)> {
    let declared = workspace.repo.settings.base_image().ok().map(|base| &base.reference);
    let mut services: BTreeMap<&str, Vec<(&Subject<'_>, &Located<String>)>> = BTreeMap::new();
    let mut found = Vec::new();
    for subject in workspace.subjects {
        let Some(base) = base(subject) else { continue };
        // What a service says itself is meant, and its images are compared with that.
        if let Some(own) = &subject.service.settings.base_image {
            if canonical(&base.value) != canonical(&own.reference.value) {
                found.push((subject.service.package.name.clone(), of_settings(base, &own.reference)));
            }
        } else {
            services
                .entry(canonical(&base.value))
                .or_default()
                .push((subject, base));
        }
    }
    // What most services stand on, the settings before others.
    let most = services.iter().max_by_key(|(base, services)| {
        (
            services.len(),
            declared.is_some_and(|declared| **base == canonical(&declared.value)),
        )
    });
    let Some((usual, most)) = most else { return found };
    for (subject, own) in services.values().flatten() {
        let name = &subject.service.package.name;
        let is_of_others = || {
            declared.is_none()
                && !most
                    .iter()
                    .any(|(other, _)| have_something_in_common(subject, other, own, usual))
        };
        if canonical(&own.value) != *usual && is_of_others() {
            continue;
        }
        if canonical(&own.value) != *usual {
            let names: Vec<_> = most.iter().map(|(other, _)| &other.service.package.name).collect();
            let mut problem = Problem::error(format!(
                "`{name}` uses `{}`{}, but {} use `{usual}`",
                own.value,
                python(&own.value),
                some(&names),
            ))
            .at(own.place.clone());
            problem
                .places
                .extend(most.first().map(|(_, base)| base.place.clone().label("most others")));
            problem.places.extend(declared.map(settings));
            let problem = problem.remedy(format!("write `FROM {usual}`"));
            found.push((name.clone(), problem));
        } else if let Some(declared) = declared.filter(|declared| canonical(&own.value) != canonical(&declared.value)) {
            found.push((name.clone(), of_settings(own, declared)));
        }
    }
    found
}

/// The image of both images. Where they differ, that is another rule.
fn base<'a>(subject: &'a Subject<'_>) -> Option<&'a Located<String>> {
    let (dev, prod) = subject.both()?;
    (canonical(&dev.base.value) == canonical(&prod.base.value)).then_some(&prod.base)
}

/// Whether two services with these base images would be alike but for them: they share a lib, or the image is another version of one.
fn have_something_in_common(subject: &Subject<'_>, other: &Subject<'_>, own: &Located<String>, usual: &str) -> bool {
    let libs = &other.service.libs;
    let name = |reference: &str| untagged(canonical(reference)).to_owned();
    subject.service.libs.iter().any(|lib| libs.contains(lib)) || name(&own.value) == name(usual)
}

fn of_settings(own: &Located<String>, declared: &Located<String>) -> Problem {
    let message = format!(
        "base image is `{}`, but the settings say `{}`",
        own.value, declared.value
    );
    Problem::error(message).at(own.place.clone()).at(settings(declared))
}

fn settings(declared: &Located<String>) -> Place {
    declared.place.clone().label("the settings")
}

/// The Python in the image, where the name tells.
fn python(reference: &str) -> String {
    facts::base_image::python_of(reference)
        .map_or_else(String::new, |(major, minor)| format!(" (Python {major}.{minor})"))
}
