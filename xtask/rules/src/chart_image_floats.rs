use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use facts::{Subject, base_image::floats};

pub const RULE: Rule = Rule {
    id: "chart-image-floats",
    aspect: Aspect::Chart,
    level: Level::Warning,
    what: "a chart references an image of a service without a version",
    why: "a restarted pod may run a different image than its neighbour",
    example: "image: registry.example.org/team/web:latest",
    fix: "use a version tag or a digest",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let floating = subject.containers().filter_map(|container| {
        let image = container.image.as_ref().filter(|image| floats(&image.value))?;
        let message = format!("`{}` names no version", image.value);
        Some(container.image_problem(message, container.image_name().len() + 1))
    });
    floating.collect()
}
