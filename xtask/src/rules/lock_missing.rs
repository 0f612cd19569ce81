use super::{Aspect, Check, Level, LockState, Rule, Subject};
use crate::report::Problem;

pub const RULE: Rule = Rule {
    id: "lock-missing",
    aspect: Aspect::Lock,
    level: Level::Error,
    what: "a service has no poetry.lock",
    why: "without it nothing says which versions run",
    example: "services/web/poetry.lock is not there",
    fix: "run `poetry lock` in the folder of the service, and commit it",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    match subject.lock {
        LockState::Missing => {
            let dir = &subject.service.package.dir;
            vec![
                Problem::error(format!("`{dir}` has no poetry.lock"))
                    .at(subject.manifest_place())
                    .remedy(format!("run `poetry lock --directory {dir}`")),
            ]
        }
        LockState::Unreadable | LockState::Stale(_) | LockState::Fresh(_) => Vec::new(),
    }
}
