use super::{Aspect, Check, Level, LockManager, LockState, Rule, Subject};
use crate::report::Problem;

pub const RULE: Rule = Rule {
    id: "lock-missing",
    aspect: Aspect::Lock,
    level: Level::Error,
    what: "a service has no lock",
    why: "without it nothing says which versions run",
    example: "services/web/poetry.lock is not there",
    fix: "run `poetry lock` (or `uv lock`) in the folder of the service, and commit it",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    match subject.lock {
        LockState::Missing => {
            let (dir, name) = (&subject.service.package.dir, &subject.service.package.name);
            let at = |option: &str| match dir.as_str() {
                "" => String::new(),
                dir => format!(" --{option} {dir}"),
            };
            let (lock, remedy) = match LockManager::of(subject.service) {
                Some(LockManager::Uv) => ("uv.lock", format!("run `uv lock{}`", at("project"))),
                Some(LockManager::Poetry) | None => ("poetry.lock", format!("run `poetry lock{}`", at("directory"))),
            };
            vec![
                Problem::error(format!("`{name}` has no {lock}"))
                    .at(subject.manifest_place())
                    .remedy(remedy),
            ]
        }
        LockState::Unneeded | LockState::Unreadable | LockState::Stale(_) | LockState::Fresh(_) => Vec::new(),
    }
}
