use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use facts::Subject;
use facts::image_names::{self, Surface};

pub const RULE: Rule = Rule {
    id: "compose-image-differs",
    aspect: Aspect::Compose,
    level: Level::Error,
    what: "a compose file for production runs a service from an image with a different name than the one that is pushed",
    why: "that image is never built, or is not the one that was tested",
    example: "image: registry/rag_backend:1.0 in compose.prod.yaml, and registry/rag-backend in the workflow",
    fix: "use the name that workflows push",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let named = image_names::of(subject);
    let Some(expected) = image_names::expected(subject, named) else {
        return Vec::new();
    };
    let differing = image_names::differing(named, Surface::Compose, &expected).into_iter();
    let problems = differing.map(|other| {
        let (service, found) = (&subject.service.package.name, other.names.join("`, `"));
        let problem = Problem::error(format!("`{service}` runs the image `{found}`, not `{expected}`"));
        let problem = problem.at(other.place.clone());
        match image_names::with_name(named, &expected, other.surface) {
            Some(right) => problem.at(right.place.clone().label("uses the other name")),
            None => problem,
        }
    });
    problems.collect()
}
