use std::collections::BTreeSet;

use super::{Aspect, Check, Rule};
use diagnostics::{Level, Problem};
use facts::{Workspace, base_image::python_of};

pub const RULE: Rule = Rule {
    id: "ci-python-differs",
    aspect: Aspect::Ci,
    level: Level::Warning,
    what: "workflows run the tests with a different Python version than the images have",
    why: "syntax or a package that works with only one of the versions fails in production first",
    example: "python-version: \"3.11\" in the workflow of the tests, FROM python:3.13-slim in the Dockerfiles",
    fix: "run the tests with the Python of the images too",
    check: Check::Workspace(check),
};

fn check(workspace: &Workspace<'_>) -> Vec<Problem> {
    let images = workspace.subjects.iter().flat_map(|subject| &subject.prod);
    let pythons: BTreeSet<(u64, u64)> = images.filter_map(|image| python_of(&image.base.value)).collect();
    let Some(first) = pythons.first() else {
        return Vec::new();
    };
    let tested: Vec<_> = workspace
        .surroundings
        .workflows
        .iter()
        .flat_map(|workflow| &workflow.tested)
        .collect();
    let is_covered = |python: &(u64, u64)| {
        let mut tested = tested.iter();
        tested.any(|tested| tested.is_open || tested.versions.contains(python))
    };
    // One of several is enough: which service is tested where, the workflow does not say.
    if tested.is_empty() || pythons.iter().any(is_covered) {
        return Vec::new();
    }
    let problems = tested.iter().map(|tested| {
        let versions = tested.versions.iter().map(|(major, minor)| format!("{major}.{minor}"));
        let versions: Vec<String> = versions.collect();
        let message = format!(
            "tests run with Python {}, but the images have {}.{}",
            versions.join(" and "),
            first.0,
            first.1
        );
        Problem::error(message).at(tested.place.clone())
    });
    problems.collect()
}
