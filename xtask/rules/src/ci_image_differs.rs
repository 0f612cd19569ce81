use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use facts::Subject;
use facts::image_names::{self, Surface};
use std::collections::BTreeSet;
use surfaces::{chart::Container, reference};

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
    found.extend(set_by_key(subject, &expected));
    found.extend(told_to_a_cluster(subject, &expected));
    found.extend(named_as_another(subject));
    found
}

/// Charts that a workflow installs with another registry than the images are pushed to.
fn deployed(subject: &Subject<'_>, expected: &str) -> Vec<Problem> {
    let keys: BTreeSet<String> = subject.containers().filter_map(Container::image_key).collect();
    let is_registry = |key: &str| key.to_ascii_lowercase().ends_with("registry") && keys.contains(key);
    installed_with(subject, expected, |key, value| {
        is_registry(key) && !expected.starts_with(&format!("{}/", value.trim_end_matches('/')))
    })
}

/// Charts that a workflow installs with another image of the service: `--set services.web.image.repository=…`.
fn set_by_key(subject: &Subject<'_>, expected: &str) -> Vec<Problem> {
    installed_with(subject, expected, |key, value| {
        let name = reference::name(value);
        image_names::is_image_of(subject, key) && reference::last(name) != reference::last(expected)
    })
}

/// Values that workflows set for a chart and that are wrong.
fn installed_with(subject: &Subject<'_>, expected: &str, is_wrong: impl Fn(&str, &str) -> bool) -> Vec<Problem> {
    let settings = subject
        .surroundings
        .workflows
        .iter()
        .flat_map(|workflow| &workflow.settings);
    let wrong = settings.filter(|(key, value, _)| is_wrong(key, value));
    let problems = wrong.map(|(key, value, place)| {
        let message = format!("installs the chart with `{key}={value}`, but the image is pushed as `{expected}`");
        Problem::error(message).at(place.clone())
    });
    problems.collect()
}

/// Images that `kubectl set image` names for the container of the service.
fn told_to_a_cluster(subject: &Subject<'_>, expected: &str) -> Vec<Problem> {
    let own = reference::last(expected);
    let is_own =
        |container: &str| [own, subject.service.image(), subject.service.package.name.as_str()].contains(&container);
    let told = subject
        .surroundings
        .workflows
        .iter()
        .flat_map(|workflow| &workflow.deployed);
    let wrong = told.filter(|told| {
        let last = reference::last(reference::name(&told.image)).to_owned();
        is_own(&told.container) && !last.contains('*') && last != own
    });
    let problems = wrong.map(|told| {
        let message = format!("deploys `{}`, but the image is pushed as `{expected}`", told.image);
        Problem::error(message).at(told.place.clone())
    });
    problems.collect()
}

/// Builds of this service that are pushed under the name of another one.
fn named_as_another(subject: &Subject<'_>) -> Vec<Problem> {
    let own = subject.service.image();
    let others: Vec<&str> = subject.repo.services.iter().map(|service| service.image()).collect();
    let last = |tag: &String| reference::last(reference::name(tag)).to_owned();
    let is_of_another = |tag: &String| {
        let name = last(tag);
        name != own && others.iter().any(|other| reference::last(other) == name)
    };
    let builds = image_names::production_builds(subject);
    let wrong = builds.filter(|build| !build.tags.is_empty() && build.tags.iter().all(is_of_another));
    let mut found: Vec<Problem> = Vec::new();
    for build in wrong {
        let message = format!(
            "the production image of `{}` is pushed as `{}`, the name of another service",
            subject.service.package.name,
            build.tags.join("`, `")
        );
        let problem = Problem::error(message).at(build.place.clone());
        if !found.contains(&problem) {
            found.push(problem);
        }
    }
    found
}
