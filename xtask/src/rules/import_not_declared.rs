use std::collections::BTreeSet;

use super::{Aspect, Check, Level, Member, Rule};
use crate::{
    evidence::code::When,
    repo::PackageName,
    report::{Place, Problem},
};

pub const RULE: Rule = Rule {
    id: "import-not-declared",
    aspect: Aspect::Libs,
    level: Level::Error,
    what: "a service or lib imports what its manifest does not have, or has for development alone",
    why: "nothing brings it into the production image, which then fails on that import",
    example: "`import watchfiles` in src/, and watchfiles in the dev group; `from core import x` without a dependency on `core`",
    fix: "declare it in `[project] dependencies` and run `poetry lock`; an import for type checkers alone belongs under `if TYPE_CHECKING`",
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
    for (path, import) in imports {
        let problem = match member.lib_of(path) {
            Some(lib) if declared.contains(lib) || *lib == member.package.name => continue,
            Some(lib) if seen.insert(lib.clone()) => undeclared_lib(member, lib, import.place.clone()),
            Some(_) => continue,
            None => match member.third_party(path) {
                Some(name) if !declared.contains(&name) && seen.insert(name.clone()) => {
                    let Some(problem) = for_development(member, &name, import.place.clone()) else {
                        continue;
                    };
                    problem
                }
                Some(_) | None => continue,
            },
        };
        found.push(problem);
    }
    found
}

fn undeclared_lib(member: &Member<'_>, lib: &PackageName, place: Place) -> Problem {
    let (name, dir) = (&member.package.name, &member.package.dir);
    let what = match member.group_of(lib) {
        Some(group) => format!("`{name}` imports the lib `{lib}`, which it has in the group `{group}` alone"),
        None => format!("`{name}` imports the lib `{lib}`, which its manifest does not have"),
    };
    Problem::error(what).at(place).at(member.manifest_place()).remedy(format!(
        "add `{lib}` to `[project] dependencies` and its path to `[tool.poetry.dependencies]` of `{dir}/pyproject.toml`, then run `poetry lock` there"
    ))
}

/// `None` where another package brings it to production too, which is another rule.
fn for_development(member: &Member<'_>, name: &PackageName, place: Place) -> Option<Problem> {
    let of_member = &member.package.name;
    let lacking = member.services.iter().find(|subject| {
        let main = subject.main();
        main.is_some_and(|main| !main.contains(name))
    })?;
    let what = match member.group_of(name) {
        Some(group) => format!("`{of_member}` imports `{name}`, which it has in the group `{group}` alone"),
        None => format!("`{of_member}` imports `{name}`, which its manifest does not have"),
    };
    Some(
        Problem::error(what)
            .at(place)
            .at(member.manifest_place())
            .note(format!(
                "the main group of `{}` does not bring it either",
                lacking.service.package.name
            ))
            .remedy(format!(
                "add `{name}` to `[project] dependencies` of `{}/pyproject.toml` and run `poetry lock` there",
                member.package.dir
            )),
    )
}
