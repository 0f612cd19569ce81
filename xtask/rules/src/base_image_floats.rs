use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::{Located, Problem};
use facts::Subject;
use facts::base_image::{floats, untagged};

pub const RULE: Rule = Rule {
    id: "base-image-floats",
    aspect: Aspect::Base,
    level: Level::Error,
    what: "a base image has no tag, or a tag that moves with every release",
    why: "the next build can use a different image although nothing was edited",
    example: "FROM python or FROM python:latest",
    fix: "use a version tag such as `python:3.13-slim-trixie`, best with a digest (`@sha256:…`)",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let bases = subject
        .images()
        .flat_map(|image| &image.bases)
        // Of one that cannot be determined, the reader of the file reports that.
        .filter(|base| !base.value.is_empty() && floats(&base.value));
    let problems = bases.map(|base| {
        let message = format!("`{}` has no version", base.value);
        if is_like_a_stage(base) {
            return Problem::error(message)
                .at(base.place.clone())
                .remedy("name a stage above this line, or an image with its version");
        }
        // Today's image works.
        let problem = Problem::warning(message).at(base.place.clone());
        if is_python(&base.value) {
            problem
        } else if base.value.contains("distroless/") {
            // Its tags are `latest`, `nonroot` and `debug`: none is a version.
            problem.remedy("name the digest behind the tag: `@sha256:…`; these images have no tags with versions")
        } else {
            // The tag of another image is not guessed.
            problem.remedy(format!(
                "name a version: `{}:VERSION`, best with `@sha256:…` behind it",
                untagged(&base.value)
            ))
        }
    });
    problems.collect()
}

/// A plain name that something is copied from, which no stage above has.
fn is_like_a_stage(base: &Located<String>) -> bool {
    let Some((source, span)) = base.place.text() else {
        return false;
    };
    let before = &source.text()[..span.end];
    let line = before.rsplit('\n').next().unwrap_or_default();
    line.contains("from=") && !base.value.contains(['/', ':', '.', '$'])
}

fn is_python(reference: &str) -> bool {
    untagged(reference).rsplit('/').next() == Some("python")
}
