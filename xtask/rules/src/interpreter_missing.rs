use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use facts::Subject;

pub const RULE: Rule = Rule {
    id: "interpreter-missing",
    aspect: Aspect::Base,
    level: Level::Error,
    what: "a step or the command of an image runs a Python version that its stage does not have",
    why: "the build or the container fails there: a Python image has one version, and downloads of others are disabled",
    example: "RUN python3.12 -m venv /venv in a stage FROM python:3.13-slim; `uv venv --no-python-downloads --python=3.12` there",
    fix: "use the version of the base image, or change the base image of the stage",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let mut found: Vec<Problem> = Vec::new();
    for image in subject.images() {
        for absent in &image.absent_pythons {
            let by_file = absent.by_file.as_ref();
            let by_file = by_file.map_or_else(String::new, |path| format!(", by `{path}`"));
            let message = format!(
                "this needs `{}`{by_file}, but the stage is based on `{}`",
                absent.asked, absent.base.value
            );
            let problem =
                Problem::error(message)
                    .at(absent.place.clone())
                    .at(absent.base.place.clone().label("the base image"));
            // One file may make both images, and steps of one cause follow each other.
            if !found.iter().any(|known| known.places[1..] == problem.places[1..]) {
                found.push(problem);
            }
        }
    }
    found
}
