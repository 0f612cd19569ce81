use std::collections::BTreeSet;

use super::{Aspect, Check, Level, Member, Rule};
use crate::{evidence::code::When, report::Problem};

pub const RULE: Rule = Rule {
    id: "import-transitive",
    aspect: Aspect::Libs,
    level: Level::Warning,
    what: "a service or lib imports a package that is only there because another one needs it",
    why: "it goes away, or comes in another major version, with an update that nobody connects to this import",
    example: "`import starlette` with nothing but fastapi declared",
    fix: "declare it in `[project] dependencies` too, and run `poetry lock`",
    check: Check::Package(check),
};

fn check(member: &Member<'_>) -> Vec<Problem> {
    let declared = member.declared();
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    let imports = member
        .code
        .imports
        .iter()
        .filter(|(_, import)| import.when == When::Always);
    for (path, import) in imports.filter(|(path, _)| member.lib_of(path).is_none()) {
        let Some(name) = member.third_party(path).filter(|name| !declared.contains(name)) else {
            continue;
        };
        // What production does not have at all is another rule.
        let is_there = member
            .services
            .iter()
            .all(|subject| subject.main().is_some_and(|main| main.contains(&name)));
        if is_there && seen.insert(name.clone()) {
            let message = format!(
                "`{}` imports `{name}`, which its manifest does not have",
                member.package.name
            );
            found.push(
                Problem::warning(message)
                    .at(import.place.clone())
                    .at(member.manifest_place())
                    .remedy(format!(
                        "add `{name}` to `[project] dependencies` of `{}/pyproject.toml` and run `poetry lock` there",
                        member.package.dir
                    )),
            );
        }
    }
    found
}
