use super::{Aspect, Check, Rule};
use diagnostics::{Level, Problem, Sameness};
use facts::{Subject, base_image::floats};

pub const RULE: Rule = Rule {
    id: "compose-image-floats",
    aspect: Aspect::Compose,
    level: Level::Warning,
    what: "a compose file for production runs an image without a version",
    why: "the same file runs different software tomorrow, and nobody can tell which",
    example: "image: registry.example.org/team/web:latest in compose.prod.yaml",
    fix: "use a version tag, a digest, or a variable that holds one",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let floating = subject.in_production().filter_map(|run| {
        // What is built where it runs may be called anything.
        let image = run.service.image.as_ref().filter(|_| run.service.build.is_none())?;
        let is_told = !image.value.contains(['*', '$']);
        let message = format!("`{}` names no version", image.value);
        let problem = Problem::warning(message)
            .at(image.place.clone())
            .same_by(Sameness::Place);
        (is_told && floats(&image.value)).then_some(problem)
    });
    floating.collect()
}
