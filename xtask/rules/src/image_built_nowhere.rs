use super::{Aspect, Check, Rule};
use diagnostics::{Level, Located, Problem, Sameness};
use evidence::development;
use facts::{
    Subject, Workspace,
    image_names::{self, Surface},
    image_versions::tag_in,
};
use surfaces::{chart::Container, compose::Purpose, reference, workflows::What};

pub const RULE: Rule = Rule {
    id: "image-built-nowhere",
    aspect: Aspect::Chart,
    level: Level::Warning,
    what: "a chart or a compose file for production runs an image beside those of the services, in their registry and version, that nothing builds",
    why: "the image does not exist, so the container never starts",
    example: "image: registry.example.org/team/reindex:1.2, while only registry.example.org/team/web is built",
    fix: "use the image of the service that it runs, or build the image",
    check: Check::Workspace(check),
};

fn check(workspace: &Workspace<'_>) -> Vec<Problem> {
    let made = made(workspace);
    let mut found = Vec::new();
    for Ran {
        what,
        image,
        own,
        container,
    } in runs(workspace)
    {
        let name = reference::name(&image.value);
        let is_told = !name.contains(['*', '\u{e000}', '$']) && name.contains('/');
        // It is released with the images of services: in their folder of the registry, under their version.
        let is_beside = own.iter().any(|own| {
            folder(reference::name(own)) == folder(name) && tag_in(own).is_some() && tag_in(own) == tag_in(&image.value)
        });
        let is_made = made.iter().any(|known| reference::may_be_same(known, name));
        // Another registry for all, or an image for development, is a different fault.
        let is_home = made.iter().any(|known| folder(known) == folder(name));
        let is_dev = made.iter().any(|known| {
            let rest = reference::last(name).strip_prefix(reference::last(known));
            rest.and_then(|rest| rest.strip_prefix(['-', '_']))
                .is_some_and(development::is_named)
        });
        if is_told && is_home && is_beside && !is_made && !is_dev {
            let message = format!("{what} runs the image `{name}`, which nothing builds");
            let problem = match container {
                // What follows the registry says which image it is.
                Some(container) => container.image_problem(message, name.len() - reference::last(name).len()),
                None => Problem::error(message).at(image.place.clone()),
            };
            let problem = Problem {
                level: Level::Warning,
                ..problem
            };
            found.push(problem.same_by(Sameness::Place));
        }
    }
    found
}

/// Names of all images that something builds, with what stands for a part that cannot be told.
fn made(workspace: &Workspace<'_>) -> Vec<String> {
    let surroundings = workspace.surroundings;
    let workflows = surroundings.workflows.iter();
    let builds = workflows.clone().flat_map(|workflow| &workflow.builds);
    let builds = builds.chain(&surroundings.bake);
    let mut made: Vec<String> = Vec::new();
    for build in builds {
        made.extend(build.tags.iter().map(|tag| reference::name(tag).to_owned()));
        // A build without a name may have any; a build of services has theirs.
        let is_open = build.pushes && build.tags.is_empty() && matches!(build.what, What::Dockerfile(_));
        made.extend(is_open.then(|| "*/*".to_owned()));
    }
    let copied = workflows.flat_map(|workflow| &workflow.copied);
    made.extend(copied.map(|copied| reference::name(&copied.to).to_owned()));
    let composed = surroundings.compose.iter().flat_map(|project| &project.services);
    let composed = composed.filter(|service| service.build.is_some());
    let composed = composed.filter_map(|service| service.image.as_ref());
    made.extend(composed.map(|image| reference::name(&image.value).to_owned()));
    for subject in workspace.subjects {
        made.push(subject.service.image().to_owned());
        // What the others call it is for the rules about names.
        let named = image_names::of(subject).iter();
        let by_builds =
            named.filter(|named| matches!(named.surface, Surface::Workflow | Surface::Bake | Surface::Tilt));
        made.extend(by_builds.flat_map(|named| named.names.clone()));
    }
    made
}

/// What is run outside of the services.
struct Ran<'a> {
    what: String,
    image: &'a Located<String>,
    /// Images of services that the same files run.
    own: Vec<&'a str>,
    /// `None` where a compose file runs it.
    container: Option<&'a Container>,
}

/// What charts and compose files for production run outside of the services of the repository, each with the images of services that
/// the same files run.
fn runs<'a>(workspace: &'a Workspace<'_>) -> Vec<Ran<'a>> {
    let charts = &workspace.surroundings.charts;
    let mut found = Vec::new();
    let subjects = workspace.subjects;
    let own = subjects.iter().flat_map(Subject::containers);
    let own: Vec<&str> = own.filter_map(|own| Some(own.image.as_ref()?.value.as_str())).collect();
    let is_own = |image: &Located<String>| own.contains(&image.value.as_str());
    // A service that no chart runs may be run under another name, and what runs a service is for other rules.
    let is_whole = subjects.iter().all(|subject| !subject.containers.is_empty());
    let of_services = subjects
        .iter()
        .flat_map(|subject| subject.containers().chain(subject.asides.iter().copied()));
    let of_services: Vec<_> = of_services.map(std::ptr::from_ref).collect();
    let others = charts.containers.iter().chain(&charts.asides);
    for container in others.filter(|other| is_whole && !of_services.contains(&std::ptr::from_ref(*other))) {
        if let Some(image) = container.image.as_ref().filter(|image| !is_own(image)) {
            found.push(Ran {
                what: container.workload.clone(),
                image,
                own: own.clone(),
                container: Some(container),
            });
        }
    }
    for project in &workspace.surroundings.compose {
        let all = subjects.iter().flat_map(|subject| &subject.compose);
        let own = all.filter(|run| std::ptr::eq(run.project, project) && run.purpose == Purpose::Production);
        let own: Vec<_> = own.map(|run| run.service).collect();
        let images: Vec<&str> = own
            .iter()
            .filter_map(|own| Some(own.image.as_ref()?.value.as_str()))
            .collect();
        for service in project.services.iter().filter(|service| service.build.is_none()) {
            if let Some(image) = service
                .image
                .as_ref()
                .filter(|image| !images.contains(&image.value.as_str()))
            {
                let what = format!("`{}` of `{}`", service.name.value, project.file());
                found.push(Ran {
                    what,
                    image,
                    own: images.clone(),
                    container: None,
                });
            }
        }
    }
    found
}

fn folder(name: &str) -> &str {
    name.rsplit_once('/').map_or("", |(folder, _)| folder)
}
