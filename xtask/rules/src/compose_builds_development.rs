use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::{Located, Place, Problem, Sameness};
use evidence::development;
use facts::Subject;
use surfaces::compose::Run;

pub const RULE: Rule = Rule {
    id: "compose-builds-development",
    aspect: Aspect::Compose,
    level: Level::Error,
    what: "a compose file for production builds or runs an image for development or tests",
    why: "the deployed image then contains debuggers and reloaders, and was not tested",
    example: "build: { context: ., target: development } in docker-compose.prod.yml",
    fix: "build the production Dockerfile and stage, without development arguments",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let wrong = subject.in_production().filter_map(|run| {
        let (how, place) = development_of(subject, run)?;
        let message = format!("{} {how}", run.name());
        let problem = Problem::error(message).at(place);
        Some(match &subject.prod {
            Some(prod) => problem.remedy(format!(
                "production is `{}`: build that, or run the image of it",
                prod.name()
            )),
            None => problem,
        })
    });
    wrong.map(|problem| problem.same_by(Sameness::Place)).collect()
}

/// What of it is not for production, and where that is said.
fn development_of(subject: &Subject<'_>, run: &Run<'_>) -> Option<(String, Place)> {
    let Some(build) = &run.service.build else {
        let image = run.service.image.as_ref()?;
        // Another service of the file builds it under that name: what it is built from is checked there.
        let is_built_beside = run.project.services.iter().any(|other| {
            let named = other.image.as_ref().filter(|_| other.build.is_some());
            named.is_some_and(|named| named.value == image.value)
        });
        if is_built_beside {
            return None;
        }
        let last = image.value.rsplit('/').next().unwrap_or_default();
        return development::is_named(last).then(|| (format!("runs the image `{}`", image.value), image.place.clone()));
    };
    let prod = subject.prod.as_ref();
    let dev = subject
        .dev
        .as_ref()
        .filter(|dev| build.dockerfile().as_ref() == Some(&dev.path));
    let place = |said: Option<&Located<String>>| said.map_or_else(|| build.place.clone(), |said| said.place.clone());
    if let Some(dev) = dev.filter(|dev| prod.is_none_or(|prod| prod.path != dev.path)) {
        return Some((format!("builds `{}`", dev.path), place(build.dockerfile.as_ref())));
    }
    // What production is by other evidence, is production whatever it is called.
    let is_prod = |target: &String| prod.is_some_and(|prod| prod.target.as_ref() == Some(target));
    let is_dev = |target: &String| dev.is_some_and(|dev| dev.target.as_ref() == Some(target));
    let is_aside = |target: &String| development::is_named(target) || development::is_for_checks(target);
    let target = build.target.as_ref().filter(|said| !is_prod(&said.value));
    if let Some(target) = target.filter(|said| is_dev(&said.value) || is_aside(&said.value)) {
        return Some((
            format!("is built with the stage `{}`", target.value),
            target.place.clone(),
        ));
    }
    // One file for both, told by its arguments.
    let is_given = |name: &str, value: &str| {
        let of_dev = dev.is_some_and(|dev| dev.build_arguments.get(name).is_some_and(|said| said == value));
        let of_prod = prod.is_some_and(|prod| prod.build_arguments.get(name).is_some_and(|said| said == value));
        let is_asked = development::asked(None, [(name, value)].into_iter()).is_some();
        (of_dev || is_asked) && !of_prod
    };
    let mut arguments = build.arguments.iter();
    let (name, said) = arguments.find(|(name, said)| is_given(name, &said.value))?;
    Some((format!("is built with `{name}={}`", said.value), said.place.clone()))
}
