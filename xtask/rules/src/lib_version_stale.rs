use pep440_rs::Version;

use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use facts::Subject;
use formats::PackageName;
use python::constraint::VersionSet;
use repo::{Package, lock::LockedPackage};

pub const RULE: Rule = Rule {
    id: "lib-version-stale",
    aspect: Aspect::Libs,
    level: Level::Error,
    what: "the lock of a service has a different version of a lib than its manifest, or a range excludes that version",
    why: "the version of the wheel no longer matches the lock and the ranges",
    example: "version = \"1.2.0\" in the lib, 1.1.0 in the lock of the service; version = \"2.0.0\" in the lib, and `core>=1.2,<2` in the service",
    fix: "run `poetry lock` (or the command of uv, Pipenv or PDM) in the folder of the service, once every range allows the version of the lib",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let lock = subject.lock();
    let mut found = installed(subject);
    for lib in subject.repo.libs_of(subject.service) {
        let Some(version) = &lib.manifest.version else { continue };
        let number: Option<Version> = version.value.parse().ok();
        // No lock can be written while a range leaves it out.
        let ranges = number
            .as_ref()
            .map_or_else(Vec::new, |number| narrow(subject, lib, number));
        if !ranges.is_empty() {
            found.extend(
                ranges
                    .into_iter()
                    .map(|problem| problem.at(version.place.clone().label("the lib"))),
            );
            continue;
        }
        let locked = lock.and_then(|lock| lock.packages.iter().find(|package| package.name == lib.name));
        let differs = |locked: &&LockedPackage| locked.has_version() && Some(&locked.number) != number.as_ref();
        let Some(locked) = locked.filter(differs) else {
            continue;
        };
        found.push(
            Problem::error(format!(
                "`{}` is {}, and the lock of `{}` has {}",
                lib.name, version.value, subject.service.package.name, locked.version.value
            ))
            .at(locked.version.place.clone())
            .at(version.place.clone().label("the lib"))
            .remedy(subject.relock(&subject.service.package)),
        );
    }
    found
}

/// Installs that name a version of a package of the repository, which the wheel that the image builds does not have.
fn installed(subject: &Subject<'_>) -> Vec<Problem> {
    let packages = || std::iter::once(&subject.service.package).chain(subject.repo.libs_of(subject.service));
    let mut found = Vec::new();
    for install in subject.images().flat_map(Subject::installs_in) {
        // An index may have other versions.
        if install.wheels.is_empty() || !install.is_offline {
            continue;
        }
        for asked in &install.packages {
            let Some((name, wanted)) = asked.split_once("==") else {
                continue;
            };
            let Some(package) = packages().find(|package| PackageName::parse(name).as_ref() == Some(&package.name))
            else {
                continue;
            };
            let Some(version) = &package.manifest.version else {
                continue;
            };
            let numbers = (wanted.parse::<Version>(), version.value.parse::<Version>());
            if let (Ok(wanted), Ok(number)) = numbers
                && wanted != number
            {
                let message = format!(
                    "this installs `{}` {wanted}, and the wheel that is built is {number}",
                    package.name
                );
                found.push(
                    Problem::error(message)
                        .at(install.place.clone())
                        .at(version.place.clone().label("built"))
                        .remedy(format!("install `{}` without a version", package.name)),
                );
            }
        }
    }
    found
}

/// What asks for the lib by a range that its version is not in: the service, or another of its libs.
fn narrow(subject: &Subject<'_>, lib: &Package, version: &Version) -> Vec<Problem> {
    let packages = std::iter::once(&subject.service.package).chain(subject.repo.libs_of(subject.service));
    let asked = packages.flat_map(|package| package.manifest.main.iter().map(move |asked| (package, asked)));
    let asked = asked.filter(|(_, asked)| asked.name.value == lib.name);
    let narrow = asked.filter_map(|(package, asked)| {
        let range = asked.constraint.as_ref()?;
        let allowed = VersionSet::parse(&range.text.value, range.dialect).ok()?;
        (!allowed.contains(version)).then(|| {
            let message = format!(
                "`{}` asks for `{}` {}, and the lib is {version}",
                package.name, lib.name, range.text.value
            );
            Problem::error(message).at(range.text.place.clone()).remedy(format!(
                "let the range in `{}` allow {version}, then {}",
                package.manifest.main_source().path(),
                subject.relock(&subject.service.package)
            ))
        })
    });
    narrow.collect()
}
