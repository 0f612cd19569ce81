use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use facts::Subject;

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
        return Vec::new();
    };
    let expected = format!("{}/{}", registry.trim_end_matches('/'), subject.service.package.name);
    let wrong = subject.containers().filter_map(|container| {
        container.image.as_ref()?;
        let found = container.image_name();
        (found != expected).then(|| {
            let workload = &container.workload;
            let same = found.bytes().zip(expected.bytes()).take_while(|(a, b)| a == b).count();
            container.image_problem(format!("{workload} runs `{found}`, not `{expected}`"), same)
        })
    });
    wrong.collect()
}
