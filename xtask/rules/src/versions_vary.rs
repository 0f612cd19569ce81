use std::collections::{BTreeMap, BTreeSet};

use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use facts::{Subject, Workspace, together::some};
use formats::PackageName;
use repo::lock::LockedPackage;

pub const RULE: Rule = Rule {
    id: "versions-vary",
    aspect: Aspect::Lock,
    level: Level::Note,
    what: "services have locked different versions of one package",
    why: "a lib that both import runs with two versions, and a security fix has to reach each lock",
    example: "httpx 0.27.2 in services/web/poetry.lock, 0.28.1 in services/admin/poetry.lock",
    fix: "run `poetry update PACKAGE` (`uv lock --upgrade-package`, `pipenv upgrade`, `pdm update`) in the folder of the service with the older version",
    check: Check::Workspace(check),
};

/// As many as a person reads.
const MOST: usize = 10;

fn check(workspace: &Workspace<'_>) -> Vec<Problem> {
    let mut known: BTreeMap<&PackageName, Vec<(&Subject<'_>, &LockedPackage)>> = BTreeMap::new();
    for subject in workspace.subjects {
        let Some(main) = subject.main() else { continue };
        for package in subject.lock().into_iter().flat_map(|lock| &lock.packages) {
            if main.contains(&package.name) {
                known.entry(&package.name).or_default().push((subject, package));
            }
        }
    }
    let varying = known.into_iter().filter(|(_, locked)| {
        // One lock may have several, each for some Pythons; what matters is whether two locks have one in common.
        let mut of_service: BTreeMap<&PackageName, BTreeSet<_>> = BTreeMap::new();
        for (subject, package) in locked {
            of_service
                .entry(&subject.service.package.name)
                .or_default()
                .insert(&package.number);
        }
        // Of a thousand services most have the same.
        let sets: BTreeSet<BTreeSet<_>> = of_service.into_values().collect();
        sets.iter()
            .enumerate()
            .any(|(at, set)| sets.iter().skip(at + 1).any(|other| set.is_disjoint(other)))
    });
    let varying: Vec<_> = varying.collect();
    let mut found: Vec<Problem> = varying
        .iter()
        .take(MOST)
        .map(|(name, locked)| problem(name, locked))
        .collect();
    if let (Some(last), Some(more)) = (
        found.last_mut(),
        varying.len().checked_sub(MOST).filter(|more| *more > 0),
    ) {
        last.notes.push(format!("so do {more} more packages"));
    }
    found
}

fn problem(name: &PackageName, locked: &[(&Subject<'_>, &LockedPackage)]) -> Problem {
    let mut versions: BTreeMap<_, Vec<&PackageName>> = BTreeMap::new();
    for (subject, package) in locked {
        let services = versions.entry(&package.number).or_default();
        services.push(&subject.service.package.name);
    }
    let newest = versions
        .keys()
        .next_back()
        .map_or_else(String::new, ToString::to_string);
    let said: Vec<String> = versions
        .iter()
        .map(|(version, services)| format!("{version} in {}", some(services)))
        .collect();
    let mut problem = Problem::error(format!("`{name}` is locked as {}", said.join(", and as ")));
    let mut seen = BTreeSet::new();
    let first = locked.iter().filter(|(_, package)| seen.insert(&package.number));
    problem
        .places
        .extend(first.map(|(_, package)| package.version.place.clone()));
    let behind = locked
        .iter()
        .filter(|(_, package)| package.number.to_string() != newest);
    let mut folders: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (subject, _) in behind {
        let update = subject.manager().update(&[name.as_str()]);
        let dir = subject.service.package.dir.in_words();
        folders.entry(update).or_default().insert(dir);
    }
    let folders = folders.into_iter().map(|(update, dirs)| {
        let dirs: Vec<String> = dirs.into_iter().collect();
        format!("{update} in {}", dirs.join(", "))
    });
    let updates: Vec<String> = folders.collect();
    problem.remedy(format!("run {}, where it is not {newest}", updates.join(", and ")))
}
