use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use evidence::{development, image::Image};
use facts::Subject;
use surfaces::workflows::Build;

pub const RULE: Rule = Rule {
    id: "ci-pushes-development",
    aspect: Aspect::Ci,
    level: Level::Error,
    what: "a workflow pushes a development image under the name of the production image",
    why: "the deployed image then contains debuggers and reloaders, and was not tested",
    example: "docker build -f services/web/Dockerfile.dev . --push -t registry/web:1.0",
    fix: "build the production Dockerfile without development arguments, or give the image its own name, such as `web-dev`",
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
        // Where one file makes both, its stage or arguments have to tell.
        let is_dev = |dev: &&Image| match &subject.prod {
            Some(prod) if prod.path == dev.path => build.makes(dev, prod, false) && !build.makes(prod, dev, true),
            Some(_) | None => true,
        };
        let of_dev = subject.dev.as_ref().filter(|dev| build.names(&dev.path)).filter(is_dev);
        let of_prod = subject
            .prod
            .as_ref()
            .filter(|prod| build.is_of(service, &prod.path, true));
        let message = match (of_dev, of_prod.and_then(|_| switch(build))) {
            (Some(dev), None) => format!("{} is pushed as if it were production", name_of(dev)),
            (_, Some(how)) => format!("production of `{service}` is built with {how} and pushed"),
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

/// The development image, with the arguments that make it where nothing else does.
fn name_of(dev: &Image) -> String {
    let name = format!("`{}`", dev.name());
    let arguments = dev.build_arguments.iter();
    let arguments: Vec<String> = arguments.map(|(name, value)| format!("`{name}={value}`")).collect();
    if arguments.is_empty() || dev.target.is_some() {
        name
    } else {
        format!("{name} with {}", arguments.join(", "))
    }
}

/// Whether every name that it is pushed under is one for development, or only a run can tell.
fn says_development(tags: &[String]) -> bool {
    let is_other = |tag: &String| {
        let last = tag.rsplit('/').next().unwrap_or_default();
        let name = last.split(':').next().unwrap_or_default();
        // A registry may be called so: `pkg.dev`.
        let below = match tag.split_once('/') {
            Some((host, below)) if host.contains(['.', ':']) => below,
            Some(_) | None => tag,
        };
        below.contains("dev") || name.contains('*')
    };
    !tags.is_empty() && tags.iter().all(is_other)
}

/// What of a build asks for development.
fn switch(build: &Build) -> Option<String> {
    let arguments = build.args.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    development::asked(build.target.as_deref(), arguments)
}
