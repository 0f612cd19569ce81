use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use facts::{Subject, Workspace};
use formats::PackageName;
use std::collections::BTreeSet;
use surfaces::workflows::{Listed, What, Workflow};

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
    // Where charts run services, one that none runs need not be released.
    let is_any = workspace.subjects.iter().any(|subject| !subject.containers.is_empty());
    for workflow in &workspace.surroundings.workflows {
        for list in &workflow.lists {
            let missing = missing(workspace, workflow, list).into_iter();
            found.extend(missing.filter_map(|(subject, problem)| {
                let is_deployed = !is_any || !subject.containers.is_empty();
                is_deployed.then(|| (subject.service.package.name.clone(), problem))
            }));
        }
    }
    found
}

fn missing<'a>(workspace: &'a Workspace<'_>, workflow: &Workflow, list: &Listed) -> Vec<(&'a Subject<'a>, Problem)> {
    let items = list
        .items
        .iter()
        .map(|item| item.trim_start_matches("./").trim_end_matches('/'));
    let items: BTreeSet<String> = items
        .flat_map(|item| {
            PackageName::parse(item)
                .map(|name| name.to_string())
                .into_iter()
                .chain([item.to_owned()])
        })
        .collect();
    // By its name, or by its folder.
    let is_in = |subject: &&Subject<'_>| {
        let package = &subject.service.package;
        let names = [package.name.as_str(), package.dir.as_str(), package.dir.file_name()];
        names.iter().any(|name| items.contains(*name))
    };
    let (listed, missing): (Vec<&Subject<'_>>, Vec<&Subject<'_>>) = workspace.subjects.iter().partition(is_in);
    if !is_of_all(listed.len(), missing.len()) {
        return Vec::new();
    }
    let all = workspace.subjects.len();
    let missing = missing.into_iter().filter(|subject| !is_built_alone(workflow, subject));
    let problems = missing.map(|subject| {
        let name = &subject.service.package.name;
        let message = format!(
            "{} has {} of {all} services and lacks `{name}`",
            list.what,
            listed.len()
        );
        (subject, Problem::error(message).at(list.place.clone()))
    });
    problems.collect()
}

/// Whether so many of the services are in a list that it is meant to have all.
fn is_of_all(listed: usize, missing: usize) -> bool {
    missing > 0 && listed >= missing && (listed > 1 || missing == 1)
}

/// Whether a step of the same workflow builds it by name.
fn is_built_alone(workflow: &Workflow, subject: &Subject<'_>) -> bool {
    let Some(prod) = &subject.prod else { return true };
    let service = subject.service.package.name.as_str();
    let mut builds = subject.builds.iter();
    builds.any(|(of, build)| of.is_some_and(|of| std::ptr::eq(of, workflow)) && build.is_named(service, &prod.path))
}

fn bake(workspace: &Workspace<'_>) -> Vec<(PackageName, Problem)> {
    let Some((default, place)) = &workspace.surroundings.bake_default else {
        return Vec::new();
    };
    let files = default.iter().filter_map(|build| match &build.what {
        What::Dockerfile(path) => Some(path.as_str()),
        What::Service { .. } => None,
    });
    let files: BTreeSet<&str> = files.collect();
    // A file that only a run can tell may be any.
    if files.iter().any(|path| path.contains('*')) {
        return Vec::new();
    }
    let is_target = |subject: &&Subject<'_>| {
        let mut builds = subject.builds.iter().filter(|(workflow, _)| workflow.is_none());
        let prod = subject.prod.as_ref();
        prod.is_some_and(|prod| builds.any(|(_, build)| build.names(&prod.path)))
    };
    let is_default = |subject: &&Subject<'_>| {
        let prod = subject.prod.as_ref();
        prod.is_some_and(|prod| files.contains(prod.path.as_str()))
    };
    let subjects = workspace.subjects.iter().filter(is_target);
    let (listed, missing): (Vec<&Subject<'_>>, Vec<&Subject<'_>>) = subjects.partition(is_default);
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
