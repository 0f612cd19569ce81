use super::{Aspect, Check, Level, Rule, Subject};
use crate::{
    evidence::{compose::Run, development},
    report::{Problem, once_a_place},
};

pub const RULE: Rule = Rule {
    id: "compose-builds-development",
    aspect: Aspect::Compose,
    level: Level::Error,
    what: "a compose file for production builds or runs the development image",
    why: "what is deployed then holds debuggers and reloaders, and is not what was tested",
    example: "build: { context: ., target: development } in docker-compose.prod.yml",
    fix: "build the production Dockerfile and stage, without arguments for development",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let wrong = subject.in_production().filter_map(|run| {
        let (how, place) = development_of(subject, run)?;
        let message = format!("{} {how}", run.name());
        Some(Problem::error(message).at(place))
    });
    once_a_place(wrong)
}

/// What of it is for development.
fn development_of(subject: &Subject<'_>, run: &Run<'_>) -> Option<(String, crate::report::Place)> {
    let Some(build) = &run.service.build else {
        let image = run.service.image.as_ref()?;
        let last = image.value.rsplit('/').next().unwrap_or_default();
        return development::is_named(last).then(|| (format!("runs the image `{}`", image.value), image.place.clone()));
    };
    let place = |said: Option<&crate::repo::Located<String>>| {
        said.map_or_else(|| build.place.clone(), |said| said.place.clone())
    };
    // One file for both is told by its stage or arguments.
    let is_of_dev = |dev: &crate::evidence::image::Image| {
        build.dockerfile().as_ref() == Some(&dev.path) && subject.prod.as_ref().is_none_or(|prod| prod.path != dev.path)
    };
    if let Some(dev) = subject.dev.as_ref().filter(|dev| is_of_dev(dev)) {
        return Some((format!("builds `{}`", dev.path), place(build.dockerfile.as_ref())));
    }
    let asked = run.service.asks_for_development();
    // What production is by other evidence, is production whatever it is called.
    let prod = subject.prod.as_ref();
    let target = build.target.as_ref().filter(|target| {
        let is_prod = prod.is_some_and(|prod| prod.target.as_ref() == Some(&target.value) && subject.dev.is_some());
        development::is_named(&target.value) && !is_prod
    });
    let argument = build
        .arguments
        .iter()
        .find(|(name, said)| development::asked(None, [(name.as_str(), said.value.as_str())].into_iter()).is_some());
    match (asked, target, argument) {
        (Some(how), Some(target), _) => Some((format!("is built with {how}"), target.place.clone())),
        (Some(_), None, Some((name, said))) => {
            Some((format!("is built with `{name}={}`", said.value), said.place.clone()))
        }
        (_, _, _) => None,
    }
}
