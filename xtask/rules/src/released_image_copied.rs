use super::{Aspect, Check, Rule};
use diagnostics::{Level, Located, Problem};
use facts::{Subject, base_image::untagged};

pub const RULE: Rule = Rule {
    id: "released-image-copied",
    aspect: Aspect::Files,
    level: Level::Error,
    what: "an image copies files out of a released image of this repository",
    why: "what is copied is of the commit that was released, and not of this one",
    example: "COPY --from=registry.example.org/web:1.2.0 /opt/venv /opt/venv in services/web/Dockerfile",
    fix: "copy from a stage that is built from this commit",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let mut found: Vec<Problem> = Vec::new();
    let images = subject.images().flat_map(|image| &image.bases);
    for base in images.filter(|base| is_copied(base)) {
        let name = untagged(&base.value);
        // Without a registry it is one of the public images, or of this machine.
        let Some((_, last)) = name.rsplit_once('/') else {
            continue;
        };
        let mut services = subject.repo.services.iter();
        let Some(service) = services.find(|service| service.package.name.as_str() == last) else {
            continue;
        };
        let message = format!(
            "`{}` is a released image of `{}`, not of this commit",
            base.value, service.package.name
        );
        let problem = Problem::error(message).at(base.place.clone());
        if !found.contains(&problem) {
            found.push(problem);
        }
    }
    found
}

/// Whether it is named by a `COPY`: what an image stands on may be released on its own.
fn is_copied(base: &Located<String>) -> bool {
    let Some((source, span)) = base.place.text() else {
        return false;
    };
    let text = source.text();
    let before = text.get(..span.start).unwrap_or_default();
    let start = before.rfind('\n').map_or(0, |end| end + 1);
    let line = text.get(start..).unwrap_or_default().trim_start();
    line.get(..4).is_some_and(|word| word.eq_ignore_ascii_case("copy"))
}
