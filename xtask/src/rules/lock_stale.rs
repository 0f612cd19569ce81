use super::{Aspect, Check, Level, LockState, Rule, Subject};
use crate::report::Problem;

pub const RULE: Rule = Rule {
    id: "lock-stale",
    aspect: Aspect::Lock,
    level: Level::Error,
    what: "the lock was written for another manifest",
    why: "it holds versions that the manifest no longer asks for",
    example: "a range edited in pyproject.toml, and poetry.lock as it was",
    fix: "run `poetry lock` in the folder of the service",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    match &subject.lock {
        LockState::Stale(problem) => vec![Problem::clone(problem)],
        LockState::Missing | LockState::Unneeded | LockState::Unreadable | LockState::Fresh(_) => Vec::new(),
    }
}
