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
        if is_put_in_by_tilt(subject, &image.value) {
            return None;
        }
        let under = container
            .under
            .as_ref()
            .map_or(String::new(), |under| format!(" (with {under})"));
        let message = format!("`{}` names no version{under}", image.value);
        Some(container.image_problem(message, container.image_name().len() + 1))
    });
    floating.collect()
}

/// Whether a manifest names no registry and no tag, and Tilt builds the image of that name: it puts in what it built. Nobody could pull
/// such an image, so the name is for Tilt.
fn is_put_in_by_tilt(subject: &Subject<'_>, image: &str) -> bool {
    let is_bare = !image.contains(['/', ':', '@']);
    let tiltfile = subject.surroundings.tiltfile.as_ref();
    is_bare
        && tiltfile.is_some_and(|tiltfile| {
            tiltfile
                .builds()
                .any(|build| build.image.known().as_deref() == Some(image))
        })
}
