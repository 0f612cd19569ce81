use pep440_rs::Version;

use super::{Aspect, Check, Level, Rule, Subject};
use crate::{repo::lock::Manager, report::Problem};

pub const RULE: Rule = Rule {
    id: "lib-version-stale",
    aspect: Aspect::Libs,
    level: Level::Error,
    what: "the lock of a service has another version of a lib than the lib has",
    why: "what the wheel is called and what the lock says no longer agree",
    example: "version = \"1.2.0\" in the lib, 1.1.0 in the lock of the service",
    fix: "run `poetry lock` in the folder of the service",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    // Pipenv notes no version of a folder.
    let lock = subject.lock().filter(|lock| lock.format.manager() != Manager::Pipenv);
    let Some(lock) = lock else { return Vec::new() };
    let mut found = Vec::new();
    for lib in subject.repo.libs_of(subject.service) {
        let (Some(version), Some(locked)) = (
            &lib.manifest.version,
            lock.packages.iter().find(|package| package.name == lib.name),
        ) else {
            continue;
        };
        if version
            .value
            .parse::<Version>()
            .is_ok_and(|version| version == locked.number)
        {
            continue;
        }
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
