use super::{Aspect, Check, Level, Rule, Subject};
use crate::{
    evidence::{image::Image, workflows::Build},
    report::Problem,
};

pub const RULE: Rule = Rule {
    id: "ci-pushes-development",
    aspect: Aspect::Ci,
    level: Level::Error,
    what: "a workflow pushes under the name of production what was built for development",
    why: "what is deployed then holds debuggers and reloaders, and is not what was tested",
    example: "docker build -f services/web/Dockerfile.dev . --push -t registry/web:1.0",
    fix: "build the production Dockerfile without arguments for development, or name the image as what it is: `web-dev`",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let service = subject.service.package.name.as_str();
    let pushed = subject
        .surroundings
        .workflows
        .iter()
        .flat_map(|workflow| &workflow.builds)
        .filter(|build| build.pushes && !says_development(&build.tags));
    let mut problems: Vec<Problem> = Vec::new();
    for build in pushed {
        // One file may make both: what the build is called with tells then.
        let is_shared = |dev: &&Image| subject.prod.as_ref().is_some_and(|prod| prod.path == dev.path);
        let of_dev = subject
            .dev
            .as_ref()
            .filter(|dev| build.names(&dev.path) && !is_shared(dev));
        let of_prod = subject
            .prod
            .as_ref()
            .filter(|prod| build.is_of(service, &prod.path, true));
        let message = match (of_dev, of_prod.and_then(|_| switch(build))) {
            (Some(dev), _) => format!("`{}` is pushed as if it were production", dev.path),
            (None, Some(how)) => format!("production of `{service}` is built with {how} and pushed"),
            (None, None) => continue,
        };
        let problem = Problem::error(message).at(build.place.clone());
        // A matrix says the same again and again.
        if !problems.contains(&problem) {
            problems.push(problem);
        }
    }
    problems
}

/// Whether every name that it is pushed under is one for development, or only a run can tell.
fn says_development(tags: &[String]) -> bool {
    let is_other = |tag: &String| {
        let last = tag.rsplit('/').next().unwrap_or_default();
        let name = last.split(':').next().unwrap_or_default();
        tag.contains("dev") || name.contains('*')
    };
    !tags.is_empty() && tags.iter().all(is_other)
}

/// What of a build asks for development.
fn switch(build: &Build) -> Option<String> {
    let is_development = |text: &str| {
        let words = text.split(|c: char| !c.is_ascii_alphanumeric());
        let lower = words.map(str::to_ascii_lowercase);
        lower
            .into_iter()
            .any(|word| ["dev", "devel", "develop", "development", "debug", "debugpy"].contains(&word.as_str()))
    };
    if let Some(target) = build.target.as_deref().filter(|target| is_development(target)) {
        return Some(format!("the stage `{target}`"));
    }
    let is_on = |value: &str| ["1", "true", "yes", "on"].contains(&value.to_ascii_lowercase().as_str());
    let argument = build
        .args
        .iter()
        .find(|(name, value)| is_development(value) || (is_development(name) && is_on(value)));
    argument.map(|(name, value)| format!("`{name}={value}`"))
}
