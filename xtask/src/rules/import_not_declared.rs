use super::{Aspect, Check, Level, Member, Rule, Subject};
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
    let needed = member.imports.iter().filter(|(_, import)| import.when == When::Always);
    let undeclared = needed.filter(|(name, _)| !declared.contains(name) && **name != member.package.name);
    let of_services = member
        .of_services
        .iter()
        .filter(|(_, import)| import.when == When::Always);
    undeclared
        .filter_map(|(name, import)| problem(member, name, import.place.clone()))
        .chain(of_services.map(|(name, import)| of_service(member, name, import.place.clone())))
        .collect()
}

/// No image holds the modules of two services.
fn of_service(member: &Member<'_>, name: &PackageName, import: Place) -> Problem {
    let of = &member.package.name;
    Problem::error(format!(
        "`{of}` imports the service `{name}`, which no image of it holds"
    ))
    .at(import)
    .at(member.manifest_place())
    .remedy("move what both need into a lib that both depend on")
}

/// `None` for a third-party package that another one brings to production, which is another rule.
fn problem(member: &Member<'_>, name: &PackageName, import: Place) -> Option<Problem> {
    let is_lib = member.libs.contains_key(name);
    let lacks = |subject: &&&Subject<'_>| subject.main().is_some_and(|main| !main.contains(name));
    let lacking = member.services.iter().find(lacks);
    if !is_lib && lacking.is_none() {
        return None;
    }
    let (of, manifest) = (&member.package.name, member.package.dir.child("pyproject.toml"));
    let noun = if is_lib { "the lib " } else { "" };
    let (how, place) = match member.in_group(name) {
        Some((group, line)) => (
            format!("has in the group `{group}` alone"),
            line.place()
                .label(format!("not in the group `{group}`, but in `dependencies`")),
        ),
        None => ("does not declare".into(), member.manifest_place()),
    };
    let problem = Problem::error(format!("`{of}` imports {noun}`{name}`, which it {how}"))
        .at(import)
        .at(place);
    let problem = match lacking.filter(|_| !is_lib) {
        Some(subject) => problem.note(format!(
            "nothing else brings it into the production image of `{}`",
            subject.service.package.name
        )),
        None => problem,
    };
    Some(problem.remedy(match is_lib {
        true => format!("add `{name}` to `[project] dependencies` and its path to `[tool.poetry.dependencies]` of `{manifest}`, then run `poetry lock` there"),
        false => format!("add `{name}` to `[project] dependencies` of `{manifest}` and run `poetry lock` there"),
    }))
}
