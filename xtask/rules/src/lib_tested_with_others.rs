use std::collections::BTreeMap;

use pep440_rs::Version;

use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::{Located, Problem, count};
use facts::Member;
use formats::PackageName;
use repo::lock::LockedPackage;

pub const RULE: Rule = Rule {
    id: "lib-tested-with-others",
    aspect: Aspect::Lock,
    level: Level::Note,
    what: "the tests of a lib run with different versions than the service that ships the lib",
    why: "the tests of the lib then do not cover what production runs",
    example: "pydantic 2.10 in libs/core/poetry.lock, 2.12 in services/web/poetry.lock",
    fix: "run `poetry update` (`uv lock --upgrade`, `pipenv update`, `pdm update`) in the folder of the lib, or of the service, until both locks agree",
    check: Check::Package(check),
};

fn check(member: &Member<'_>) -> Vec<Problem> {
    let Some(own) = member.lock.filter(|_| member.stale.is_none()) else {
        return Vec::new();
    };
    let mut versions: BTreeMap<&PackageName, Vec<&Located<Version>>> = BTreeMap::new();
    for (name, version) in &own.packages {
        versions.entry(name).or_default().push(version);
    }
    let mut found = Vec::new();
    for subject in &member.services {
        let (Some(lock), Some(main)) = (subject.lock(), subject.main()) else {
            continue;
        };
        let shipped = lock.packages.iter().filter(|package| main.contains(&package.name));
        let pairs = shipped.filter_map(|theirs| {
            let ours = versions.get(&theirs.name)?;
            let first = *ours.first()?;
            ours.iter()
                .all(|ours| ours.value != theirs.number)
                .then_some((first, theirs))
        });
        let pairs: Vec<(&Located<Version>, &LockedPackage)> = pairs.collect();
        let Some((ours, theirs)) = pairs.first() else { continue };
        let names: Vec<String> = pairs
            .iter()
            .take(5)
            .map(|(ours, theirs)| format!("`{}` {} instead of {}", theirs.name, ours.value, theirs.version.value))
            .collect();
        let more = match pairs.len() - names.len() {
            0 => String::new(),
            more => format!(", and {} more", count(more, "package")),
        };
        let message = format!(
            "`{}` is tested with {}{more} of `{}`",
            member.package.name,
            names.join(", "),
            subject.service.package.name
        );
        let behind: Vec<&str> = pairs.iter().map(|(_, theirs)| theirs.name.as_str()).collect();
        let [ours_anew, theirs_anew] = [member.manager(), subject.manager()].map(|manager| manager.update(&behind));
        let other = if ours_anew == theirs_anew {
            "in".to_owned()
        } else {
            format!("{theirs_anew} in")
        };
        found.push(
            Problem::error(message)
                .at(ours.place.clone().label("the lib"))
                .at(theirs.version.place.clone().label("what ships it"))
                .remedy(format!(
                    "run {ours_anew} in {}, or {other} {} where that one is behind",
                    member.package.dir.in_words(),
                    subject.service.package.dir.in_words()
                )),
        );
    }
    found
}
