use super::{Aspect, Check, Rule};
use diagnostics::{Level, Problem};
use facts::{Member, together::some};
use formats::PackageName;

pub const RULE: Rule = Rule {
    id: "lib-lock-missing",
    aspect: Aspect::Lock,
    level: Level::Warning,
    what: "a lib that a service needs has no lock, but the other libs have one",
    why: "its tests resolve versions each time they are installed, so they can run with different ones tomorrow",
    example: "libs/core/poetry.lock was deleted, and libs/api has its lock",
    fix: "lock it, and commit the lock",
    check: Check::Package(check),
};

fn check(member: &Member<'_>) -> Vec<Problem> {
    let needed = member.needed_libs();
    let others = || member.libs.iter().filter(|(name, _)| **name != member.package.name);
    let locked: Vec<&PackageName> = others()
        .filter(|(_, lib)| lib.lock.is_some())
        .map(|(name, _)| name)
        .collect();
    // One that no service needs, as a folder of documentation, may do without.
    let is_usual = others().all(|(name, lib)| lib.lock.is_some() || !needed.contains(name));
    if member.is_service || member.lock.is_some() || locked.is_empty() || !is_usual {
        return Vec::new();
    }
    let manager = member.manager();
    let verb = if locked.len() == 1 { "has" } else { "have" };
    let message = format!(
        "`{}` has no {}, but {} {verb} one",
        member.package.name,
        manager.file(),
        some(&locked)
    );
    let problem = Problem::warning(message).at(member.manifest_place());
    vec![problem.remedy(format!("{}, and commit it", manager.relock(&member.package.dir)))]
}
