use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use evidence::image::{Destination, Image, Install};
use facts::{Subject, base_image::python_of as python};

pub const RULE: Rule = Rule {
    id: "install-for-another",
    aspect: Aspect::Packages,
    level: Level::Error,
    what: "an install selects packages for a different Python version or platform than the image has",
    why: "their compiled modules cannot be imported, and packages that depend on the platform are missing or superfluous",
    example: "uv pip install --python-version=3.11 in an image of Python 3.13",
    fix: "remove the option: an installer selects packages for the Python that it installs into",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let mut found: Vec<Problem> = Vec::new();
    for image in subject.images() {
        for install in Subject::installs_in(image).filter(|install| install.into != Destination::Elsewhere) {
            let problem = of_python(image, install).or_else(|| of_system(install));
            found.extend(problem.filter(|problem| !found.contains(problem)));
        }
    }
    found
}

fn of_python(image: &Image, install: &Install) -> Option<Problem> {
    let said = install.for_python.as_deref()?;
    let (major, minor) = python(&image.base.value)?;
    let mut numbers = said.split('.').map(|number| number.parse::<u64>().ok());
    let chosen = match numbers.next()?? {
        // As pip takes it: `311`.
        number if number > 99 => (number / 100, number % 100),
        number if number > 9 => (number / 10, number % 10),
        number => (number, numbers.next()??),
    };
    (chosen != (major, minor)).then(|| {
        let message = format!("this selects packages for Python {said}, but the image has {major}.{minor}");
        Problem::error(message)
            .at(install.place.clone())
            .at(image.base.place.clone().label("the Python"))
            .remedy("remove `--python-version`")
    })
}

fn of_system(install: &Install) -> Option<Problem> {
    let said = install.for_platform.as_deref()?;
    let is_of_linux = said.contains("linux") || matches!(said, "any" | "none-any");
    (!is_of_linux).then(|| {
        Problem::error(format!(
            "this selects packages for the platform `{said}`, but the image runs Linux"
        ))
        .at(install.place.clone())
        .remedy("remove the option, or name a Linux platform")
    })
}
