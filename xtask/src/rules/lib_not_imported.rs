use std::collections::BTreeSet;

use super::{Aspect, Check, Level, Member, Rule};
use crate::report::Problem;

pub const RULE: Rule = Rule {
    id: "lib-not-imported",
    aspect: Aspect::Libs,
    level: Level::Error,
    what: "a service or lib depends on a local lib that it never imports",
    why: "every image of it carries that lib and all that the lib requires, and is built again whenever it changes",
    example: "core in `[project] dependencies`, and no `import core` in src/",
    fix: "remove the dependency and run `poetry lock`, or import the lib",
    check: Check::Package(check),
};

fn check(member: &Member<'_>) -> Vec<Problem> {
    // Without sources there is nothing to tell by.
    if member.code.is_empty {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    for dependency in &member.package.manifest.main {
        let name = &dependency.name.value;
        let Some(lib) = member
            .libs
            .get(name)
            .filter(|_| *name != member.package.name && seen.insert(name))
        else {
            continue;
        };
        let is_imported = member.imports.contains_key(name);
        if dependency.optional || is_imported || lib.code.modules.is_empty() || is_named(member, lib) {
            continue;
        }
        // Poetry before 2 wants the path of a lib that another lib needs said here too.
        let declared = member.declared();
        let mut others = declared
            .into_iter()
            .filter(|other| *other != name && member.libs.contains_key(other));
        let is_of_another = others.any(|other| {
            let package = member.services.first().and_then(|subject| subject.repo.lib(other));
            package.is_some_and(|package| package.manifest.main.iter().any(|known| known.name.value == *name))
        });
        if !is_of_another {
            let message = format!(
                "`{}` depends on the lib `{name}` and never imports it",
                member.package.name
            );
            found.push(Problem::error(message).at(dependency.place()).remedy(format!(
                "remove it from `{}` and run `poetry lock` in {}",
                member.package.dir.child("pyproject.toml"),
                member.package.dir.in_words()
            )));
        }
    }
    found
}

/// Whether the program is started out of the lib, or its manifest names a module of it, as an entry point does.
fn is_named(member: &Member<'_>, lib: &super::LibFacts) -> bool {
    let command = member
        .services
        .iter()
        .filter(|_| member.is_service)
        .flat_map(|subject| subject.commands());
    let command: Vec<String> = command.collect();
    let mut words: Vec<&str> = command.iter().map(String::as_str).collect();
    let manifest = &member.package.manifest;
    words.extend(manifest.source.text().split(['"', '\'']));
    words.iter().any(|word| {
        let module = word.split(':').next().unwrap_or_default();
        word.contains([':', '.']) && lib.code.provides(module)
    })
}
