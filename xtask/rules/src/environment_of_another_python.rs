use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use evidence::image::{BuiltElsewhere, Image};
use facts::{Subject, base_image::python_of as python};

pub const RULE: Rule = Rule {
    id: "environment-of-another-python",
    aspect: Aspect::Packages,
    level: Level::Error,
    what: "packages are installed in one stage and copied into an image with a different Python or libc",
    why: "Python searches packages in a folder of its own version and needs modules compiled for it: the image builds, but its first import fails",
    example: "FROM python:3.12 AS build, and its /venv copied into FROM python:3.13-slim; or out of an Alpine image into one of Debian",
    fix: "install in a stage with the same base image: the same Python and distribution",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let mut found = Vec::new();
    for image in subject.images() {
        let mut said = Vec::new();
        for elsewhere in &image.built_elsewhere {
            // One environment, however many commands fill it.
            if said.contains(&&elsewhere.prefix) {
                continue;
            }
            let Some((there, here)) = difference(&elsewhere.base.value, &image.base.value) else {
                continue;
            };
            said.push(&elsewhere.prefix);
            let problem = problem(image, elsewhere, there, here);
            found.push(problem);
        }
    }
    // One file may make both images.
    found
}

fn problem(image: &Image, elsewhere: &BuiltElsewhere, there: String, here: String) -> Problem {
    let prefix = &elsewhere.prefix;
    Problem::error(format!("`{prefix}` is filled with {there}, and runs with {here}"))
        .at(image.base.place.clone().label("runs here"))
        .at(elsewhere.base.place.clone().label("filled here"))
        .at(elsewhere.place.clone().label("by this"))
        .remedy(format!(
            "use the same base image in both stages: `FROM {}` also for the stage that installs, or its larger variant of the same version",
            image.base.value
        ))
}

/// What two images have that packages are not moved between, each by its name. `None` where they agree, or the names do not tell.
fn difference(there: &str, here: &str) -> Option<(String, String)> {
    let name = |(major, minor): (u64, u64)| format!("Python {major}.{minor}");
    if let (Some(there), Some(here)) = (python(there), python(here))
        && there != here
    {
        return Some((name(there), name(here)));
    }
    let (there, here) = (libc(there)?, libc(here)?);
    (there != here).then(|| (there.to_owned(), here.to_owned()))
}

/// By the distribution that the name of an image tells.
fn libc(reference: &str) -> Option<&'static str> {
    let holds = |names: &[&str]| names.iter().any(|name| reference.contains(name));
    if holds(&["alpine"]) {
        return Some("musl (Alpine)");
    }
    let debian = [
        "slim", "buster", "bullseye", "bookworm", "trixie", "debian", "ubuntu", "ubi",
    ];
    // The official image of Python is of Debian where its tag says nothing.
    (holds(&debian) || python(reference).is_some()).then_some("glibc (Debian and the like)")
}
