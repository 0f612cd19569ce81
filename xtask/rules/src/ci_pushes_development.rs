use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use evidence::{development, image::Image};
use facts::{
    Subject, image_names,
    stage_names::{has_stage, last_stage},
};
use repo::stages;
use surfaces::{reference, workflows::Build};

pub const RULE: Rule = Rule {
    id: "ci-pushes-development",
    aspect: Aspect::Ci,
    level: Level::Error,
    what: "a workflow or a bake file pushes an image for development or tests, or a stage before production, under the name of the production image",
    why: "the deployed image then contains debuggers and reloaders, and was not tested",
    example: "docker build -f services/web/Dockerfile.dev . --push -t registry/web:1.0",
    fix: "build the production Dockerfile without development arguments, or give the image its own name, such as `web-dev`",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let of_workflows = subject.workflow_builds();
    let of_workflows = of_workflows.filter(|build| build.pushes && !says_development(&build.tags));
    // A bake file may name anything, so long as it is not the name of production.
    let name = image_names::expected(subject, image_names::of(subject));
    let is_production = |build: &&Build| {
        build
            .tags
            .iter()
            .any(|tag| Some(reference::name(tag)) == name.as_deref())
    };
    let of_bake = subject.builds.iter().filter(|(workflow, _)| workflow.is_none());
    let of_bake = of_bake.map(|(_, build)| *build).filter(is_production);
    let mut problems: Vec<Problem> = Vec::new();
    for build in of_workflows.chain(of_bake) {
        let Some(message) = wrong(subject, build) else {
            continue;
        };
        let problem = Problem::error(message).at(build.place.clone());
        // A matrix says the same again and again.
        if !problems.contains(&problem) {
            problems.push(problem);
        }
    }
    for problem in copied(subject, name.as_deref()) {
        if !problems.contains(&problem) {
            problems.push(problem);
        }
    }
    problems
}

/// Development images that get the name of production from a command.
fn copied(subject: &Subject<'_>, name: Option<&str>) -> Vec<Problem> {
    let own = name.map_or_else(|| subject.service.image(), reference::last);
    let of = |text: &str| reference::last(reference::name(text)).to_owned();
    let is_dev = |from: &str| {
        let rest = from.strip_prefix(own).and_then(|rest| rest.strip_prefix(['-', '_']));
        rest.is_some_and(development::is_named)
    };
    let copied = subject
        .surroundings
        .workflows
        .iter()
        .flat_map(|workflow| &workflow.copied);
    let wrong = copied.filter(|copied| is_dev(&of(&copied.from)) && of(&copied.to) == own);
    let problems = wrong.map(|copied| {
        let message = format!("`{}` gets the name of production, `{}`", copied.from, copied.to);
        Problem::error(message).at(copied.place.clone())
    });
    problems.collect()
}

/// What of a build is not the production image.
fn wrong(subject: &Subject<'_>, build: &Build) -> Option<String> {
    let service = subject.service.package.name.as_str();
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
    match (
        of_dev,
        of_prod.and_then(|prod| {
            let switched = switch(build).or_else(|| checks(build, prod));
            switched
                .or_else(|| early(subject, build, prod))
                .or_else(|| last(subject, build, prod))
        }),
    ) {
        (Some(dev), None) => Some(format!("{} is pushed as if it were production", name_of(dev))),
        (_, Some(how)) => Some(format!("production of `{service}` is built with {how} and pushed")),
        (None, None) => None,
    }
}

/// A stage that is there to check something, unless production is that stage or the name says what it is.
fn checks(build: &Build, prod: &Image) -> Option<String> {
    let stage = build
        .target
        .as_deref()
        .filter(|stage| development::is_for_checks(stage))?;
    let says_so = |tag: &String| tag.to_ascii_lowercase().contains(&stage.to_ascii_lowercase());
    let is_said = !build.tags.is_empty() && build.tags.iter().all(says_so);
    (prod.target.as_deref() != Some(stage) && !is_said).then(|| format!("the stage `{stage}`"))
}

/// Without a stage, the last one is built: one for development or checks behind that of production.
fn last(subject: &Subject<'_>, build: &Build, prod: &Image) -> Option<String> {
    let wanted = prod
        .target
        .as_ref()
        .filter(|_| build.target.is_none() && build.is_told())?;
    let last = last_stage(prod).filter(|last| last != wanted)?;
    let is_aside = development::is_named(&last) || development::is_for_checks(&last);
    let is_of_workflow = subject.workflow_builds().any(|known| std::ptr::eq(known, build));
    (is_aside && is_of_workflow).then(|| format!("its last stage, `{last}`,"))
}

/// A stage that production only takes something from, under the name of production.
fn early(subject: &Subject<'_>, build: &Build, prod: &Image) -> Option<String> {
    let stage = build.target.as_deref().filter(|stage| has_stage(prod, stage))?;
    let wanted = prod.target.clone().or_else(|| last_stage(prod))?;
    let own = image_names::expected(subject, image_names::of(subject))?;
    let is_named = build.tags.iter().any(|tag| reference::name(tag) == own);
    let is_same =
        stage.eq_ignore_ascii_case(&wanted) || stages::is_of_another(subject.repo, &subject.service.package, stage);
    (is_named && !is_same && !stage.contains('*')).then(|| format!("the stage `{stage}`"))
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
