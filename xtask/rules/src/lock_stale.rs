use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use facts::Member;

pub const RULE: Rule = Rule {
    id: "lock-stale",
    aspect: Aspect::Lock,
    level: Level::Error,
    what: "the lock of a service or lib is out of date or contradicts itself",
    why: "it does not match the manifest, so installs from it fail or install the wrong packages",
    example: "a range edited in pyproject.toml, and poetry.lock as it was; a package that a merge dropped, duplicated, or left with the archives of a different version",
    fix: "run `poetry lock` (or the command of uv, Pipenv or PDM) in the folder of the manifest",
    check: Check::Package(check),
};

fn check(member: &Member<'_>) -> Vec<Problem> {
    let problem = member.stale.cloned().map(|problem| Problem {
        // From the lock of a lib nothing but its tests is installed.
        level: if member.is_service {
            problem.level
        } else {
            Level::Warning
        },
        ..problem
    });
    problem.into_iter().collect()
}
