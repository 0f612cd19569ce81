use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use facts::Subject;
use facts::image_names::{self, Surface};
use surfaces::{chart::Container, reference};

pub const RULE: Rule = Rule {
    id: "chart-image-differs",
    aspect: Aspect::Chart,
    level: Level::Error,
    what: "a chart runs a service with a different image than its production image",
    why: "the cluster does not run the image that was built and tested",
    example: "image: registry.example.org/team/web-dev:1.0 in templates/web.yaml",
    fix: "use the image name from the settings: `image-registry`, a slash, and the service",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let Some(registry) = &subject.repo.settings.image_registry else {
        return by_agreement(subject);
    };
    let expected = format!("{}/{}", registry.trim_end_matches('/'), subject.service.image());
    let wrong = subject.containers().filter(|container| container.image.is_some());
    let wrong = wrong.filter(|container| container.image_name() != expected);
    wrong.map(|container| problem(container, &expected)).collect()
}

/// Without settings, the name is the one that most of those that build and run it agree on.
fn by_agreement(subject: &Subject<'_>) -> Vec<Problem> {
    let named = image_names::of(subject);
    let Some(expected) = image_names::expected(subject, named) else {
        return Vec::new();
    };
    let differing = image_names::differing(named, Surface::Chart, &expected);
    let is_wrong = |container: &&Container| {
        if container.image.is_none() {
            return false;
        }
        let name = reference::name(container.image_name());
        // Values that are turned on may well name a mirror.
        if container.under.is_some() {
            return reference::last(name) != reference::last(&expected);
        }
        differing
            .iter()
            .any(|other| other.names.iter().any(|other| other == name))
    };
    let wrong = subject.containers().filter(is_wrong);
    let problems = wrong.map(|container| {
        let problem = problem(container, &expected);
        let right = image_names::with_name(named, &expected, Surface::Chart);
        let problem = match right {
            Some(right) => problem.at(right.place.clone().label("uses the other name")),
            None => problem,
        };
        problem.remedy("use the name that is built and pushed")
    });
    problems.collect()
}

fn problem(container: &Container, expected: &str) -> Problem {
    let (found, workload) = (container.image_name(), &container.workload);
    let same = found.bytes().zip(expected.bytes()).take_while(|(a, b)| a == b).count();
    container.image_problem(format!("{workload} runs `{found}`, not `{expected}`"), same)
}
