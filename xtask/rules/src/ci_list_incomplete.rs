use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use facts::{Subject, Workspace};
use formats::PackageName;
use surfaces::workflows::{Build, Listed, Workflow};

pub const RULE: Rule = Rule {
    id: "ci-list-incomplete",
    aspect: Aspect::Ci,
    level: Level::Error,
    what: "a list of services in a workflow that builds images, or the default group of a bake file, lacks a service",
    why: "the service is not built or released with the others, and nobody notices",
    example: "matrix: {service: [admin, worker]} in release.yml, and a service web",
    fix: "add the service to the list, or take the list from `cargo xtask affected --format github-matrix`",
    check: Check::Among(check),
};

fn check(workspace: &Workspace<'_>) -> Vec<(PackageName, Problem)> {
    let mut found = bake(workspace);
    for workflow in &workspace.surroundings.workflows {
        for list in &workflow.lists {
            found.extend(of_list(workspace, workflow, list));
        }
    }
    found
}

fn of_list(workspace: &Workspace<'_>, workflow: &Workflow, list: &Listed) -> Vec<(PackageName, Problem)> {
    let subjects = workspace.subjects.iter();
    let (listed, missing): (Vec<&Subject<'_>>, Vec<&Subject<'_>>) = subjects.partition(|subject| is_in(subject, list));
    if !is_of_all(listed.len(), missing.len()) {
        return Vec::new();
    }
    let missing = missing
        .into_iter()
        .filter(|subject| is_deployed(workspace, subject) && !is_built_alone(workflow, subject));
    let all = workspace.subjects.len();
    let problems = missing.map(|subject| {
        let name = &subject.service.package.name;
        let message = format!(
            "{} has {} of {all} services, and lacks `{name}`",
            list.what,
            listed.len()
        );
        (name.clone(), Problem::error(message).at(list.place.clone()))
    });
    problems.collect()
}

/// Whether so many of the services are in a list that it is meant to have all.
fn is_of_all(listed: usize, missing: usize) -> bool {
    missing > 0 && listed >= missing && (listed > 1 || missing == 1)
}

/// By its name, or by its folder.
fn is_in(subject: &Subject<'_>, list: &Listed) -> bool {
    let package = &subject.service.package;
    list.items.iter().any(|item| {
        let item = item.trim_start_matches("./").trim_end_matches('/');
        let is_name = PackageName::parse(item).as_ref() == Some(&package.name);
        is_name || item == package.dir.as_str() || item == package.dir.file_name()
    })
}

/// Where charts run services, one that none runs need not be released.
fn is_deployed(workspace: &Workspace<'_>, subject: &Subject<'_>) -> bool {
    let is_any = workspace.subjects.iter().any(|subject| !subject.containers.is_empty());
    !is_any || !subject.containers.is_empty()
}

/// Whether a step of the same workflow builds it by name.
fn is_built_alone(workflow: &Workflow, subject: &Subject<'_>) -> bool {
    let Some(prod) = &subject.prod else { return true };
    let service = subject.service.package.name.as_str();
    workflow.builds.iter().any(|build| build.is_named(service, &prod.path))
}

fn bake(workspace: &Workspace<'_>) -> Vec<(PackageName, Problem)> {
    let Some((default, place)) = &workspace.surroundings.bake_default else {
        return Vec::new();
    };
    let makes = |builds: &[Build], subject: &Subject<'_>| {
        let prod = subject.prod.as_ref();
        prod.is_some_and(|prod| builds.iter().any(|build| build.names(&prod.path)))
    };
    let targets = &workspace.surroundings.bake;
    let subjects = workspace.subjects.iter().filter(|subject| makes(targets, subject));
    let (listed, missing): (Vec<&Subject<'_>>, Vec<&Subject<'_>>) =
        subjects.partition(|subject| makes(default, subject));
    if !is_of_all(listed.len(), missing.len()) {
        return Vec::new();
    }
    let problems = missing.into_iter().map(|subject| {
        let name = &subject.service.package.name;
        let message = format!("the default group has {} services, and lacks `{name}`", listed.len());
        (name.clone(), Problem::warning(message).at(place.clone()))
    });
    problems.collect()
}
