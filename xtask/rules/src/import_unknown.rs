use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use evidence::code::{may_be_short_for, usual};
use facts::{Member, top};

pub const RULE: Rule = Rule {
    id: "import-unknown",
    aspect: Aspect::Libs,
    level: Level::Warning,
    what: "a service or lib imports a module that neither Python, the repository nor a locked package is known to provide",
    why: "if no package provides it, production fails on that import; modules are matched to packages by name here, so this is not an error",
    example: "`import pgqueuer` in src/, and nothing of such a name in poetry.lock",
    fix: "declare the package that provides it, in `[project] dependencies` or in `[packages]` of the Pipfile, and lock again; if a locked package provides it, add an exception with the reason",
    check: Check::Package(check),
};

fn check(member: &Member<'_>) -> Vec<Problem> {
    // Where nothing names all packages, there is nothing that it could be missed in.
    if !member.is_complete || member.stale.is_some() || !member.is_told() {
        return Vec::new();
    }
    // What is known by another name is another rule.
    let unknown = member.unknown.values().filter(|(path, _)| usual(path).is_none());
    let unknown = unknown.filter(|(path, _)| !member.may_be_there(path) && !member.is_nearby(top(path)));
    let mut spare = member.declared();
    spare.retain(|name| !member.imports.contains_key(*name));
    let unknown = unknown.filter(|(path, _)| !spare.iter().any(|name| may_be_short_for(name.as_str(), path)));
    let found = unknown.map(|(path, import)| {
        let by = if member.is_locked {
            "no locked package"
        } else {
            "no package of its requirement files"
        };
        let message = format!(
            "`{}` imports `{}`, but {by} is known to provide it",
            member.package.name,
            top(path)
        );
        Problem::warning(message)
            .at(import.place.clone())
            .at(member.manifest_place())
    });
    found.collect()
}
