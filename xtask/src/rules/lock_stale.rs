use super::{Aspect, Check, Level, Member, Rule};
use crate::report::Problem;

pub const RULE: Rule = Rule {
    id: "lock-stale",
    aspect: Aspect::Lock,
    level: Level::Error,
    what: "the lock of a service or lib was written for another manifest",
    why: "it holds versions that the manifest no longer asks for",
    example: "a range edited in pyproject.toml, and poetry.lock as it was",
    fix: "run `poetry lock` in the folder of the manifest",
    check: Check::Package(check),
};

fn check(member: &Member<'_>) -> Vec<Problem> {
    member.stale.cloned().into_iter().collect()
}
