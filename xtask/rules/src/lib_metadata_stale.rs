use std::collections::{BTreeMap, BTreeSet};

use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::{Place, Problem};
use facts::Subject;
use formats::PackageName;
use python::constraint::VersionSet;
use repo::{
    Package,
    lock::{LockedPackage, Manager},
    manifest::{Dependency, DependencySource},
};

pub const RULE: Rule = Rule {
    id: "lib-metadata-stale",
    aspect: Aspect::Libs,
    level: Level::Error,
    what: "the lock of a service repeats requirements of a lib that the lib no longer has",
    why: "`poetry check --lock` compares only the manifest of the service: the current requirements of the lib were never locked for this service",
    example: "httpx>=0.28 in the lib, `httpx = \">=0.27\"` under the lib in the lock of the service",
    fix: "run `poetry lock` (or the command of uv, Pipenv or PDM) in the folder of the service",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    // uv compares the manifests of all members by itself, and locks of Pipenv and PDM repeat none.
    let Some(lock) = subject.lock().filter(|lock| lock.format.manager() == Manager::Poetry) else {
        return Vec::new();
    };
    let service = &subject.service.package;
    let mut found = Vec::new();
    for lib in subject.repo.libs_of(subject.service) {
        let Some(locked) = lock.packages.iter().find(|package| package.name == lib.name) else {
            continue;
        };
        for (message, places) in differences(lib, locked, service) {
            let mut problem = Problem::error(message).remedy(subject.relock(service));
            problem.places = places;
            found.push(problem);
        }
    }
    found
}

/// What is asked of one package.
struct Asked {
    /// `None` for another local lib, where the path decides.
    versions: Option<VersionSet>,
    text: String,
    place: Place,
    /// Only an extra brings it: Poetry leaves it out of the lock where nobody asks for the extra.
    is_optional: bool,
}

fn differences(lib: &Package, locked: &LockedPackage, service: &Package) -> Vec<(String, Vec<Place>)> {
    let (now, then) = (asked(&lib.manifest.main), asked(&locked.dependencies));
    let names: BTreeSet<&PackageName> = now.keys().chain(then.keys()).copied().collect();
    let of = format!("the lock of `{}`", service.name);
    let at_lock = || locked.place.clone().label("the lib in the lock");
    let mut found = Vec::new();
    for name in names {
        found.extend(match (now.get(name), then.get(name)) {
            (Some(now), None) if now.is_optional => None,
            (Some(now), None) => Some((
                format!("`{}` requires `{name}`, which {of} does not know", lib.name),
                vec![now.place.clone(), at_lock()],
            )),
            (None, Some(then)) => Some((
                format!("`{}` no longer requires `{name}`, which {of} does not know", lib.name),
                vec![then.place.clone(), lib.manifest.source.place(0..0).label("the lib")],
            )),
            (Some(now), Some(then)) => {
                (now.versions.is_some() && then.versions.is_some() && now.versions != then.versions).then(|| {
                    (
                        format!(
                            "`{}` requires `{name}` {}, but {of} says `{}`",
                            lib.name,
                            quoted(&now.text),
                            then.text
                        ),
                        vec![now.place.clone(), then.place.clone().label("locked for")],
                    )
                })
            }
            (None, None) => None,
        });
    }
    let extras: BTreeSet<&String> = lib.manifest.extras.keys().collect();
    let known: BTreeSet<&String> = locked.extras.keys().collect();
    for extra in extras.symmetric_difference(&known) {
        let how = if extras.contains(extra) { "has" } else { "no longer has" };
        let message = format!("`{}` {how} the extra `{extra}`, which {of} does not know", lib.name);
        found.push((message, vec![lib.manifest.source.place(0..0), at_lock()]));
    }
    found
}

/// What a package stands for, however many lines say it: by range and by path, or for several markers.
fn asked(dependencies: &[Dependency]) -> BTreeMap<&PackageName, Asked> {
    let mut asked: BTreeMap<&PackageName, Asked> = BTreeMap::new();
    for dependency in dependencies
        .iter()
        .filter(|dependency| dependency.name.value.as_str() != "python")
    {
        let constraint = dependency.constraint.as_ref();
        let versions = match (&dependency.source, constraint) {
            (DependencySource::Index(_), Some(constraint)) => {
                VersionSet::parse(&constraint.text.value, constraint.dialect).ok()
            }
            (DependencySource::Index(_), None) => Some(VersionSet::any()),
            (
                DependencySource::Path { .. }
                | DependencySource::Git { .. }
                | DependencySource::Url(_)
                | DependencySource::Workspace { .. },
                _,
            ) => None,
        };
        let text = constraint.map_or("*", |constraint| constraint.text.value.as_str());
        let new = Asked {
            versions,
            text: text.to_owned(),
            place: dependency.place(),
            is_optional: dependency.optional || dependency.extra.is_some(),
        };
        match asked.get_mut(&dependency.name.value) {
            None => drop(asked.insert(&dependency.name.value, new)),
            // A second line enriches the first one: it says the source, or another range for another marker.
            Some(known) => {
                known.is_optional &= new.is_optional;
                known.versions = match (known.versions.take(), new.versions) {
                    (Some(known), Some(new)) if known.is_any() => Some(new),
                    (Some(known), Some(new)) if new.is_any() => Some(known),
                    (Some(known), Some(new)) => Some(known.union(&new)),
                    (known, new) => known.or(new),
                }
            }
        }
    }
    asked
}

fn quoted(constraint: &str) -> String {
    match constraint {
        "*" => "in any version".into(),
        constraint => format!("`{constraint}`"),
    }
}
