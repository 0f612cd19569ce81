use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use facts::Subject;
use facts::image_names::{self, Surface};
use std::collections::BTreeSet;
use surfaces::chart::Container;

pub const RULE: Rule = Rule {
    id: "ci-image-differs",
    aspect: Aspect::Ci,
    level: Level::Error,
    what: "a workflow or a bake file pushes the production image of a service under a different name than the one that is run",
    why: "the chart or the compose file runs an image that is no longer built, or that does not exist",
    example: "tags: registry/backend:1.0 in release.yml, and image: registry/rag-backend in the chart",
    fix: "use one name for the image in workflows, bake files, charts, compose files and the settings",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let named = image_names::of(subject);
    let Some(expected) = image_names::expected(subject, named) else {
        return Vec::new();
    };
    let differing = [Surface::Workflow, Surface::Bake]
        .into_iter()
        .flat_map(|surface| image_names::differing(named, surface, &expected));
    let problems = differing.map(|other| {
        let (service, found) = (&subject.service.package.name, other.names.join("`, `"));
        let message = format!("the production image of `{service}` is pushed as `{found}`, not `{expected}`");
        let problem = Problem::error(message).at(other.place.clone());
        match image_names::with_name(named, &expected, other.surface) {
            Some(right) => problem.at(right.place.clone().label("uses the other name")),
            None => problem,
        }
    });
    let mut found: Vec<Problem> = problems.collect();
    found.extend(deployed(subject, &expected));
    found
}

/// Charts that a workflow installs with another registry than the images are pushed to.
fn deployed(subject: &Subject<'_>, expected: &str) -> Vec<Problem> {
    let keys: BTreeSet<String> = subject.containers().filter_map(Container::image_key).collect();
    let is_registry = |key: &str| key.to_ascii_lowercase().ends_with("registry") && keys.contains(key);
    let settings = subject
        .surroundings
        .workflows
        .iter()
        .flat_map(|workflow| &workflow.settings);
    let wrong = settings.filter(|(key, value, _)| {
        is_registry(key) && !expected.starts_with(&format!("{}/", value.trim_end_matches('/')))
    });
    let problems = wrong.map(|(key, value, place)| {
        let message = format!("installs the chart with `{key}={value}`, but the image is pushed as `{expected}`");
        Problem::error(message).at(place.clone())
    });
    problems.collect()
}
