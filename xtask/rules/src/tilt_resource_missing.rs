use std::collections::{BTreeMap, BTreeSet};

use super::{Aspect, Check, Rule};
use diagnostics::{Level, Problem};
use facts::Workspace;

pub const RULE: Rule = Rule {
    id: "tilt-resource-missing",
    aspect: Aspect::Tilt,
    level: Level::Error,
    what: "`k8s_resource` names a workload that the chart makes under a different name",
    why: "Tilt refuses the whole Tiltfile",
    example: "k8s_resource('web'), while the chart calls its workloads shop-web and shop-worker",
    fix: "use the name of the workload, with what the chart puts in front",
    check: Check::Workspace(check),
};

fn check(workspace: &Workspace<'_>) -> Vec<Problem> {
    let surroundings = workspace.surroundings;
    let Some(tiltfile) = &surroundings.tiltfile else {
        return Vec::new();
    };
    let charts = &surroundings.charts;
    let workloads = charts.containers.iter().chain(&charts.asides);
    let workloads = workloads.filter_map(|container| container.workload.split(' ').nth(1));
    let workloads: BTreeSet<&str> = workloads.collect();
    let mut found: Vec<Problem> = Vec::new();
    for world in &tiltfile.worlds {
        let resources = world.resources.iter();
        let resources: Vec<(String, _)> = resources
            .filter_map(|resource| Some((resource.workload.known()?, resource)))
            .collect();
        // How Tilt's names follow from those that the chart has under another release.
        let mut ways: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        for (name, _) in &resources {
            if let Some(way) = workloads.iter().filter_map(|workload| way(name, workload)).next() {
                // The names as they are, or without the release that the chart is rendered with here, need no second witness.
                let is_plain = matches!(way, ("", "" | "release-"));
                *ways.entry(way).or_default() += if is_plain { 2 } else { 1 };
            }
        }
        let Some(((here, there), _)) = ways
            .iter()
            .max_by_key(|(_, count)| **count)
            .filter(|(_, count)| **count > 1)
        else {
            continue;
        };
        let expected = |workload: &str| Some(format!("{here}{}", workload.strip_prefix(there)?));
        let known: BTreeSet<String> = workloads.iter().filter_map(|workload| expected(workload)).collect();
        for (name, resource) in &resources {
            let meant = workloads.iter().filter(|workload| way(name, workload).is_some());
            let meant: Vec<String> = meant.filter_map(|workload| expected(workload)).collect();
            let ([meant], false) = (meant.as_slice(), known.contains(name)) else {
                continue;
            };
            // A workload that is named beside it is not what this one means.
            if resources.iter().any(|(other, _)| other == meant) {
                continue;
            }
            let message = format!("`k8s_resource` names the workload `{name}`, which the chart calls `{meant}`");
            let problem = Problem::error(message).at(tiltfile.place(resource.call));
            let problem = problem.remedy(format!("name it `{meant}`"));
            if !found.contains(&problem) {
                found.push(problem);
            }
        }
    }
    found
}

/// What two names have in front of the part that they share, where that is one word at least.
fn way<'a>(name: &'a str, workload: &'a str) -> Option<(&'a str, &'a str)> {
    let starts = std::iter::once(0).chain(name.match_indices('-').map(|(at, _)| at + 1));
    let mut shared = starts.filter_map(|at| {
        let before = workload.strip_suffix(&name[at..])?;
        (before.is_empty() || before.ends_with('-')).then(|| (&name[..at], before))
    });
    shared.next()
}
