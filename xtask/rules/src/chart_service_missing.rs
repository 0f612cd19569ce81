use std::collections::BTreeSet;

use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use facts::{Subject, Workspace};
use surfaces::chart::Container;

pub const RULE: Rule = Rule {
    id: "chart-service-missing",
    aspect: Aspect::Chart,
    level: Level::Warning,
    what: "charts deploy the other services but not this one",
    why: "its image is built and published but not deployed",
    example: "no template of the chart runs registry.example.org/team/web",
    fix: "add it to the chart, or add an exception with the reason",
    check: Check::Workspace(check),
};

fn check(workspace: &Workspace<'_>) -> Vec<Problem> {
    let names: Vec<&str> = workspace
        .repo
        .services
        .iter()
        .map(|service| service.package.name.as_str())
        .collect();
    let charts = &workspace.surroundings.charts;
    let deployed: BTreeSet<&str> = charts
        .containers
        .iter()
        .chain(&charts.asides)
        .filter(|container| container.under.is_none())
        .filter_map(|container: &Container| container.service(&names))
        .collect();
    // By the name of its image, where that is not the name of the package.
    let is_run = |subject: &&Subject<'_>| {
        let mut containers = subject.containers();
        containers.any(|container| container.under.is_none())
            || deployed.contains(subject.service.package.name.as_str())
    };
    if !workspace.subjects.iter().any(|subject| is_run(&subject)) && deployed.is_empty() {
        return Vec::new();
    }
    let (run, missing): (Vec<_>, Vec<_>) = workspace.subjects.iter().partition(is_run);
    // A chart of one service among many, as of a platform of its plugins, is not one that others are missing in. A run may be about
    // one service alone.
    if missing.len() > 2 * run.len().max(deployed.len()) {
        return Vec::new();
    }
    missing
        .into_iter()
        .map(|subject| {
            let name = &subject.service.package.name;
            // A container that is called so, and runs what another service is.
            let own = charts.containers.iter().find(|container| {
                let workload = container.workload.split(' ').nth(1).unwrap_or_default();
                container.under.is_none() && [container.name.as_str(), workload].contains(&name.as_str())
            });
            if let Some(own) = own.filter(|own| own.image.is_some()) {
                let message = format!("no chart runs `{name}`: {} runs `{}`", own.workload, own.image_name());
                let problem = own.image_problem(message, own.image_name().len().saturating_sub(1));
                return problem.at(subject.manifest_place().label("the service"));
            }
            let problem =
                Problem::warning(format!("no chart runs `{name}`")).at(subject.manifest_place().label("the service"));
            charts
                .places
                .iter()
                .take(3)
                .fold(problem, |problem, place| problem.at(place.clone()))
        })
        .collect()
}
