use super::{Aspect, Check, Rule};
use diagnostics::{Level, Place, Problem};
use facts::{Subject, own_code::OwnCode};

pub const RULE: Rule = Rule {
    id: "build-backend-differs",
    aspect: Aspect::Libs,
    level: Level::Error,
    what: "a step builds a wheel of a package with a different build backend than its manifest names",
    why: "each backend selects files by its own rules, so this wheel can contain different files than the wheels built elsewhere",
    example: "RUN flit build in Dockerfile, and `build-backend = \"hatchling.build\"` in pyproject.toml",
    fix: "build it with `python -m build`, `uv build` or `pip wheel`, which take the backend of the manifest, or name the same backend in both",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let own = OwnCode::of(subject);
    let mut found: Vec<Problem> = Vec::new();
    for wheel in subject.images().flat_map(|image| &image.built) {
        let mut packages = own.packages.iter().map(|(package, _)| *package);
        let Some(package) = packages.find(|package| package.dir.as_str() == wheel.project) else {
            continue;
        };
        let build = package.manifest.build.as_ref();
        let (Some(declared), Some(called)) = (build.and_then(|build| build.backend.as_ref()), called(&wheel.step))
        else {
            continue;
        };
        // `setuptools.build_meta:__legacy__` is an object in the module.
        if declared.value.split(':').next() == Some(called.as_str()) {
            continue;
        }
        let message = format!(
            "the wheel of `{}` is built by `{called}`, but its manifest names `{}`",
            package.name, declared.value
        );
        let problem = Problem::error(message).at(wheel.step.clone());
        let problem = problem.at(declared.place.clone().label("the manifest"));
        // One file may make both images.
        if !found.contains(&problem) {
            found.push(problem);
        }
    }
    found
}

/// The backend that a command calls by its name. `None` where it takes that of the manifest.
fn called(step: &Place) -> Option<String> {
    let (source, span) = step.text()?;
    let command = source.text().get(span)?;
    if let Some((before, _)) = command.split_once("build_wheel(") {
        let (_, module) = before.rsplit_once("import ")?;
        let end = |letter: char| !(letter.is_alphanumeric() || matches!(letter, '.' | '_'));
        return module
            .split(end)
            .next()
            .filter(|module| !module.is_empty())
            .map(str::to_owned);
    }
    // `poetry build`, `hatch build` and the like take the backend of the manifest.
    let mut words = command.split_whitespace();
    let is_flit = words.next()?.rsplit('/').next() == Some("flit");
    let builds = words.find(|word| !word.starts_with('-')) == Some("build");
    (is_flit && builds).then(|| "flit_core.buildapi".to_owned())
}
