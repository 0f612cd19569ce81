use std::collections::BTreeSet;

use super::{Aspect, Check, Rule};
use diagnostics::{Level, Place, Problem};
use evidence::code::Required;
use facts::{Subject, Workspace, required_variables::required};
use formats::PackageName;
use repo::RepoPath;
use surfaces::compose::Purpose;

pub const RULE: Rule = Rule {
    id: "variable-unset",
    aspect: Aspect::Runtime,
    level: Level::Error,
    what: "a service reads an environment variable without a default, and what runs it does not set the variable",
    why: "the service ends with a KeyError or a validation error, at start or when that line runs",
    example: "os.environ[\"PRICING_URL\"], while the chart sets PRICES_URL",
    fix: "set the variable where the service is run, or give it a default",
    check: Check::Among(check),
};

/// What runs a service: its name, its place, and the variables that it sets.
struct Runner<'a> {
    name: String,
    place: &'a Place,
    set: Vec<&'a str>,
}

impl Runner<'_> {
    /// Fields of settings are read whatever the case of the letters is.
    fn sets(&self, name: &str) -> bool {
        self.set.iter().any(|set| set.eq_ignore_ascii_case(name))
    }
}

fn check(workspace: &Workspace<'_>) -> Vec<(PackageName, Problem)> {
    let mut wrong = Vec::new();
    for subject in workspace.subjects {
        let runners = runners(subject);
        if runners.is_empty() {
            continue;
        }
        for variable in required(subject) {
            let name = variable.name.as_str();
            let mut lacking = runners.iter().filter(|runner| !runner.sets(name));
            if let Some(runner) = lacking.next() {
                // Where one of them sets it, the others lost it.
                let other = runners.iter().find(|other| other.sets(name));
                wrong.push((subject, variable, problem(variable, runner, other)));
            }
        }
    }
    if wrong.is_empty() {
        return Vec::new();
    }
    let names: BTreeSet<&str> = wrong.iter().map(|(_, variable, _)| variable.name.as_str()).collect();
    let named = named_elsewhere(workspace, &names);
    let unset = wrong
        .into_iter()
        .filter(|(_, variable, _)| !named.contains(variable.name.as_str()));
    unset
        .map(|(subject, _, problem)| (subject.service.package.name.clone(), problem))
        .collect()
}

fn problem(variable: &Required, runner: &Runner<'_>, other: Option<&Runner<'_>>) -> Problem {
    let (name, file, by) = (&variable.name, &variable.file, &runner.name);
    let message = format!("`{file}` requires `{name}`, which {by} does not set");
    // What is read later may never be.
    let problem = if variable.is_at_import {
        Problem::error(message)
    } else {
        Problem::warning(message)
    };
    let problem = problem.at(variable.place.clone());
    let problem = problem.at(runner.place.clone().label("runs without it"));
    match other {
        Some(other) => problem.at(other.place.clone().label("sets it")),
        None => problem,
    }
}

/// What starts the production image as it is, with an environment that is known.
fn runners<'a>(subject: &'a Subject<'a>) -> Vec<Runner<'a>> {
    let mut found = Vec::new();
    for run in &subject.compose {
        let service = run.service;
        let is_started_alike = service.command.is_none() && service.entrypoint.is_none();
        let is_known = !service.has_env_file && !service.extends;
        if run.purpose != Purpose::Development && is_started_alike && is_known {
            found.push(Runner {
                name: run.name(),
                place: &service.name.place,
                set: service.environment.keys().map(String::as_str).collect(),
            });
        }
    }
    for container in subject.containers() {
        let is_started_alike = container.overrides.is_empty() && container.under.is_none();
        if is_started_alike && !container.has_other_env {
            found.push(Runner {
                name: container.workload.clone(),
                place: &container.place,
                set: container.env.keys().map(String::as_str).collect(),
            });
        }
    }
    found
}

/// Of these names, those that some other file has: a script, a file of variables, a template. What sources and texts for people say
/// sets nothing, and what compose files set is known.
fn named_elsewhere<'a>(workspace: &Workspace<'_>, names: &BTreeSet<&'a str>) -> BTreeSet<&'a str> {
    let repo = workspace.repo;
    let projects = &workspace.surroundings.compose;
    let composed: BTreeSet<&RepoPath> = projects.iter().flat_map(|project| &project.files).collect();
    let mut manifests: BTreeSet<&str> = BTreeSet::new();
    for container in workspace.subjects.iter().flat_map(Subject::containers) {
        manifests.insert(container.place.position().0);
    }
    let mut found = BTreeSet::new();
    for file in repo.tree().files() {
        let is_of_it = [".py", ".pyi", ".md", ".rst", ".lock"]
            .iter()
            .any(|end| file.as_str().ends_with(end));
        if is_of_it || composed.contains(file) {
            continue;
        }
        let bytes = repo.root.bytes(file).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        // A template may set it under a condition.
        if manifests.contains(file.as_str()) && !text.contains("{{") {
            continue;
        }
        found.extend(names.iter().filter(|name| text.contains(**name)));
    }
    found
}
