use std::collections::{BTreeMap, BTreeSet};

use ::image::Found;

use super::{Aspect, Check, Rule};
use diagnostics::{Level, Place, Problem};
use facts::{Subject, own_code::OwnCode};

pub const RULE: Rule = Rule {
    id: "volume-elsewhere",
    aspect: Aspect::Runtime,
    level: Level::Error,
    what: "a chart or a compose file mounts the volume of a service at a different path than the others",
    why: "the service writes to the path that the image has, so its data is lost with the container",
    example: "volumes: [data:/var/lib/queue] in compose.prod.yaml, and data:/var/lib/orders in compose.yaml",
    fix: "mount the volume at the path that the image and the other files use",
    check: Check::Service(check),
};

/// Where programs keep what may be lost.
const PASSING: [&str; 4] = ["/tmp", "/var/tmp", "/run", "/var/run"];

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let mut surfaces: BTreeMap<String, Vec<(String, Place)>> = BTreeMap::new();
    for container in subject.containers().filter(|container| container.under.is_none()) {
        let mounts = container.mounts.iter();
        let mounts = mounts.map(|mount| (plain(&mount.value), mount.place.clone()));
        surfaces.entry(container.workload.clone()).or_default().extend(mounts);
    }
    for run in &subject.compose {
        let volumes = run.service.mounts.iter().filter(|mount| mount.source.is_none());
        let volumes = volumes.map(|mount| (plain(&mount.target), mount.place.clone()));
        surfaces.entry(run.name()).or_default().extend(volumes);
    }
    for mounts in surfaces.values_mut() {
        mounts.retain(|(path, _)| !PASSING.contains(&path.as_str()));
    }
    surfaces.retain(|_, mounts| !mounts.is_empty());
    let paths: BTreeSet<&String> = surfaces.values().flatten().map(|(path, _)| path).collect();
    let mut found = Vec::new();
    for path in paths {
        let (with, without): (Vec<_>, Vec<_>) = surfaces.iter().partition(|(_, mounts)| has(mounts, path));
        // Two agree, and one does not.
        if with.len() < 2 || without.len() != 1 {
            continue;
        }
        for (name, mounts) in without {
            // A path that nothing else knows takes its place.
            let alone = mounts
                .iter()
                .find(|(other, _)| !with.iter().any(|(_, mounts)| has(mounts, other)));
            let is_told = |other: &str| is_made(subject, other) || tells(subject, name, other);
            let Some((other, place)) = alone.filter(|(other, _)| !is_told(other)) else {
                continue;
            };
            let message = format!("{name} mounts a volume at `{other}`, and nothing at `{path}`");
            let problem = Problem::error(message).at(place.clone());
            let right = with
                .iter()
                .flat_map(|(_, mounts)| *mounts)
                .find(|(known, _)| known == path);
            found.push(match right {
                Some((_, place)) => problem.at(place.clone().label("the other path")),
                None => problem,
            });
        }
    }
    found
}

/// Whether the file tells the service that path.
fn tells(subject: &Subject<'_>, name: &str, path: &str) -> bool {
    let containers = subject.containers().filter(|container| container.workload == name);
    let mut in_charts = containers.flat_map(|container| &container.paths);
    let runs = subject.compose.iter().filter(|run| run.name() == name);
    let mut in_compose = runs.flat_map(|run| run.service.environment.values());
    in_charts.any(|said| said.starts_with(path)) || in_compose.any(|said| said.value.starts_with(path))
}

fn plain(path: &str) -> String {
    format!("/{}", path.trim_matches('/'))
}

fn has(mounts: &[(String, Place)], path: &str) -> bool {
    mounts.iter().any(|(known, _)| known == path)
}

/// Whether the production image has that folder.
fn is_made(subject: &Subject<'_>, path: &str) -> bool {
    let own = OwnCode::of(subject);
    let prod = subject.prod.as_ref();
    prod.is_some_and(|prod| !matches!(prod.tree.find(path, &own.listed), Found::Nothing | Found::Unknown(_)))
}
