use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use facts::Pair;
use repo::settings::LibSource;

pub const RULE: Rule = Rule {
    id: "installed-version-differs",
    aspect: Aspect::Packages,
    level: Level::Error,
    what: "a built image contains a different version of a Python package than the lock or the other image",
    why: "the tests then do not cover what production runs",
    example: "httpx 0.28.1 in production, 0.27.2 in development and in poetry.lock",
    fix: "install both images from one lock with hashes, and install nothing else",
    check: Check::Images(check),
};

fn check(pair: &Pair<'_>) -> Vec<Problem> {
    let mut found = Vec::new();
    let mut told = Vec::new();
    for side in pair.sides() {
        let Some(pins) = pair.pins(side.built, true) else {
            continue;
        };
        for (name, package) in &side.built.distributions {
            let Some(pin) = pins.get(name).filter(|pin| !is_same(&pin.version, &package.version)) else {
                continue;
            };
            told.push(name);
            let message = format!(
                "`{name}` is {} in {}, but the lock has {}",
                package.version, side.name, pin.version
            );
            found.push(
                Problem::error(message)
                    .at(pin.place.clone().label("locked"))
                    .at(side.place()),
            );
        }
    }
    found.extend(stale_locals(pair));
    // Development has the sources of local packages, uninstalled. What the rules about locks report is not reported again.
    for (name, dev) in &pair.dev.distributions {
        let Some(prod) = pair.prod.distributions.get(name) else {
            continue;
        };
        if !told.contains(&name) && dev.editable.is_none() && !is_same(&dev.version, &prod.version) {
            let message = format!(
                "`{name}` is {} in development and {} in production",
                dev.version, prod.version
            );
            found.push(Problem::error(message).at(pair.in_dev()).at(pair.in_prod()));
        }
    }
    found
}

/// Wheels of local packages that production holds, of other versions than the manifests say. From an index they may be
/// older ones on purpose.
fn stale_locals(pair: &Pair<'_>) -> Vec<Problem> {
    let Some(subject) = pair.subject else { return Vec::new() };
    match subject.repo.settings.lib_source {
        LibSource::Index => return Vec::new(),
        LibSource::Wheelhouse => {}
    }
    let libs = subject.repo.libs_of(subject.service);
    let mut found = Vec::new();
    for package in libs.chain([&subject.service.package]) {
        let Some(installed) = pair.prod.distributions.get(&package.name) else {
            continue;
        };
        let Some(version) = &package.manifest.version else {
            continue;
        };
        if installed.editable.is_none() && !is_same(&installed.version, &version.value) {
            let message = format!(
                "`{}` is {} in production, but its manifest says {}",
                package.name, installed.version, version.value
            );
            found.push(Problem::error(message).at(version.place.clone()).at(pair.in_prod()));
        }
    }
    found
}

/// `1.0` and `1.0.0` are one version.
fn is_same(a: &str, b: &str) -> bool {
    match (a.parse::<pep440_rs::Version>(), b.parse::<pep440_rs::Version>()) {
        (Ok(a), Ok(b)) => a == b,
        (Err(_), _) | (_, Err(_)) => a == b,
    }
}
