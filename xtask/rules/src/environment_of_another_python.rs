use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use evidence::image::{BuiltElsewhere, Image};
use facts::{
    Subject,
    base_image::{python_of as python, python_of_distribution},
    together::inside,
};

pub const RULE: Rule = Rule {
    id: "environment-of-another-python",
    aspect: Aspect::Packages,
    level: Level::Error,
    what: "packages are installed in one stage and copied into an image with a different Python or libc",
    why: "Python looks for packages in the folder of its own version, and loads only modules compiled for it: the image builds, but its first import fails",
    example: "FROM python:3.12 AS build, and its /venv copied into FROM python:3.13-slim; or from an Alpine image into a Debian one",
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
            let (there, here) = (&elsewhere.base.value, &image.base.value);
            let Some((there, here)) = difference(there, here, image) else {
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
fn difference(there: &str, here: &str, image: &Image) -> Option<(String, String)> {
    let name = |(major, minor): (u64, u64)| format!("Python {major}.{minor}");
    // The Python of a distribution is one of its packages; another one may come from anywhere.
    let is_of_python = |package: &str| package.starts_with("python3");
    let is_there = image.system.iter().any(|package| is_of_python(&package.what.value));
    let is_here = here.contains("distroless/") || inside(&image.system).any(|package| is_of_python(&package.value));
    let there_python = python(there).or_else(|| python_of_distribution(there).filter(|_| is_there));
    let here_python = python(here).or_else(|| python_of_distribution(here).filter(|_| is_here));
    if let (Some(there), Some(here)) = (there_python, here_python)
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
