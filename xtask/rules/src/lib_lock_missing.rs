use super::{Aspect, Check, Rule};
use diagnostics::{Level, Problem};
use facts::Member;

pub const RULE: Rule = Rule {
    id: "lib-lock-missing",
    aspect: Aspect::Lock,
    level: Level::Warning,
    what: "a lib has no lock, but all other libs that services need have one",
    why: "its tests resolve versions each time they are installed, so they can run with different ones tomorrow",
    example: "libs/core/poetry.lock was deleted, and libs/api has its lock",
    fix: "lock it, and commit the lock",
    check: Check::Package(check),
};

fn check(member: &Member<'_>) -> Vec<Problem> {
    // The lock of a lib that no service needs is not always read.
    let needed = member.needed_libs();
    let others = || {
        let libs = member.libs.iter().filter(|(name, _)| needed.contains(name));
        libs.filter(|(name, _)| **name != member.package.name)
    };
    let is_usual = others().next().is_some() && others().all(|(_, lib)| lib.lock.is_some());
    if member.is_service || member.lock.is_some() || !is_usual {
        return Vec::new();
    }
    let manager = member.manager();
    let message = format!(
        "`{}` has no {}, but all other libs that services need have one",
        member.package.name,
        manager.file()
    );
    let problem = Problem::warning(message).at(member.manifest_place());
    vec![problem.remedy(format!("{}, and commit it", manager.relock(&member.package.dir)))]
}
