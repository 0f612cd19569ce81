use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use facts::{LockState, Subject};
use repo::lock::Manager;

pub const RULE: Rule = Rule {
    id: "lock-missing",
    aspect: Aspect::Lock,
    level: Level::Error,
    what: "a service has no lock",
    why: "without a lock the versions are not pinned",
    example: "services/web/pyproject.toml without services/web/poetry.lock",
    fix: "run `poetry lock` (or the command of uv, Pipenv or PDM) in the folder of the service, and commit the lock",
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
            let manager = subject.manager();
            let lock = manager.file();
            let remedy = match manager {
                Manager::Uv | Manager::Pdm => format!("run `{} lock{}`", manager.program(), at("project")),
                Manager::Poetry => format!("run `poetry lock{}`", at("directory")),
                Manager::Pipenv | Manager::Pylock => {
                    format!("{}, and commit it", subject.relock(&subject.service.package))
                }
            };
            vec![
                Problem::error(format!("`{name}` has no {lock}"))
                    .at(subject.manifest_place())
                    .remedy(remedy),
            ]
        }
        LockState::Unneeded | LockState::Unreadable | LockState::Stale { .. } | LockState::Fresh(_) => Vec::new(),
    }
}
