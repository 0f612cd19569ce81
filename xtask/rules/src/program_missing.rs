use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use evidence::image::Image;
use facts::{
    Subject,
    own_code::{OwnCode, Side},
    program::{Missing, Why, missing},
    started_elsewhere::behind_entrypoint,
};

pub const RULE: Rule = Rule {
    id: "program-missing",
    aspect: Aspect::Runtime,
    level: Level::Error,
    what: "an image starts a program that it does not contain",
    why: "the container fails at once with `no such file or directory`",
    example: "CMD [\"gunicorn\", \"web:app\"], and no lock has gunicorn",
    fix: "install the package of the program, or start a different program",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let own = OwnCode::of(subject);
    let mut found = Vec::new();
    for side in own.sides() {
        let passed_on = behind_entrypoint(&own, side.image);
        let passed_on = passed_on.as_ref().map(|image| (image, own.load(image)));
        let behind = passed_on.iter().map(|(image, loaded)| Side {
            image,
            loaded,
            is_dev: side.is_dev,
        });
        let all =
            std::iter::once(missing(subject, &own, &side)).chain(behind.map(|side| missing(subject, &own, &side)));
        let mut problems = all
            .flatten()
            .filter_map(|missing| problem(subject, side.image, missing));
        for problem in problems.by_ref() {
            if !found.contains(&problem) {
                found.push(problem);
            }
        }
    }
    found
}

fn problem(subject: &Subject<'_>, image: &Image, missing: Missing) -> Option<Problem> {
    let (name, title) = (&missing.name, image.name());
    let (message, remedy) = match missing.why {
        // Another rule says so.
        Why::Elsewhere(_) => return None,
        Why::OfPackage(package) => (
            format!("`{name}` comes with the package `{package}`, which `{title}` does not install"),
            "start it as a module: `python -m`".to_owned(),
        ),
        Why::NotInstalled => (
            format!("`{title}` starts `{name}`, which no environment and no system package in it brings"),
            format!(
                "install it in the last stage, or lock it in {}",
                subject.service.package.dir.in_words()
            ),
        ),
        Why::OfScript(script) => (
            format!("`{script}` is run by `{name}`, which `{title}` does not have"),
            "begin the script with `#!/bin/sh`, or install that shell".to_owned(),
        ),
        Why::NoShell => (
            format!(
                "`{title}` starts its command with the shell `{name}`, which `{}` does not have",
                image.base.value
            ),
            "write the command as a list, which needs no shell: `CMD [\"program\", \"argument\"]`".to_owned(),
        ),
        Why::DanglingPython(link) => (
            format!("the Python of the environment is a link to `{link}`, which `{title}` does not have"),
            "make the environment with the Python of the base: `--no-managed-python`".to_owned(),
        ),
    };
    let problem = if missing.is_sure {
        Problem::error(message)
    } else {
        Problem::warning(message)
    };
    Some(problem.at(missing.place).remedy(remedy))
}
