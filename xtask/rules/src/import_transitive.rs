use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use evidence::code::When;
use facts::Member;
use formats::PackageName;

pub const RULE: Rule = Rule {
    id: "import-transitive",
    aspect: Aspect::Libs,
    level: Level::Warning,
    what: "a service or lib imports a package that is installed only because another package needs it",
    why: "an unrelated update can remove it or change its major version",
    example: "`import starlette` with nothing but fastapi declared",
    fix: "declare it too, in `[project] dependencies` or in `[packages]` of the Pipfile, and lock again",
    check: Check::Package(check),
};

fn check(member: &Member<'_>) -> Vec<Problem> {
    let declared = member.declared();
    let needed = member.imports.iter().filter(|(_, import)| import.when == When::Always);
    let undeclared = needed.filter(|(name, _)| !declared.contains(name) && !member.libs.contains_key(name));
    // What production does not have at all is another rule.
    let is_there = |name: &PackageName| {
        let mut services = member.services.iter();
        services.all(|subject| subject.main().is_some_and(|main| main.contains(name)))
    };
    let found = undeclared.filter(|(name, _)| is_there(name)).map(|(name, import)| {
        let message = format!("`{}` imports `{name}`, which it does not declare", member.package.name);
        Problem::warning(message)
            .at(import.place.clone())
            .at(member.manifest_place())
            .remedy(format!(
                "add `{name}` to `{}` of `{}` and {}",
                member.manager().main_table().0,
                member.package.manifest.main_source().path(),
                member.relock()
            ))
    });
    found.collect()
}
