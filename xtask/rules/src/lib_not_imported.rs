use std::collections::BTreeSet;

use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use evidence::code::names;
use facts::{LibFacts, Member};
use formats::PackageName;

pub const RULE: Rule = Rule {
    id: "lib-not-imported",
    aspect: Aspect::Libs,
    level: Level::Warning,
    what: "a service or lib depends on a local lib that it never imports",
    why: "its images contain that lib and all its requirements, and are rebuilt whenever the lib changes",
    example: "core in `[project] dependencies`, and no `import core` in src/",
    fix: "remove the dependency and lock again, or import the lib",
    check: Check::Package(check),
};

fn check(member: &Member<'_>) -> Vec<Problem> {
    // Without sources there is nothing to tell by.
    if member.code.is_empty {
        return Vec::new();
    }
    let mut found = Vec::new();
    if member.services.is_empty() {
        return found;
    }
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
        if !is_of_another && !is_loaded(member, name, lib) && !member.speaks_of(lib) {
            let message = format!(
                "`{}` depends on the lib `{name}` but never imports it",
                member.package.name
            );
            found.push(Problem::error(message).at(dependency.place()).remedy(format!(
                "remove it from `{}` and {}",
                member.package.manifest.main_source().path(),
                member.relock()
            )));
        }
    }
    found
}

/// Whether the program is started out of the lib, or a manifest or a variable names a module of it, as an entry point does.
fn is_named(member: &Member<'_>, lib: &LibFacts) -> bool {
    let services = || member.services.iter().filter(|_| member.is_service);
    let command = services().flat_map(|subject| subject.commands()).collect::<Vec<_>>();
    let command = command.join(" ");
    let images = services().flat_map(|subject| subject.images());
    let env = images.flat_map(|image| image.config.env.values().map(|said| said.value.as_str()));
    let manifest = member.package.manifest.source.text().split(['"', '\'']);
    let mut texts = env.chain(manifest).chain([command.as_str()]);
    texts.any(|text| lib.code.modules.iter().any(|module| names(text, module)))
}

/// Whether something finds the lib without its name: by its entry points, by a program of it that is started, or by looking
/// through a folder of modules that it shares.
fn is_loaded(member: &Member<'_>, name: &PackageName, lib: &LibFacts) -> bool {
    let command = member.services.iter().flat_map(|subject| subject.commands());
    let command = command.collect::<Vec<_>>().join(" ");
    let is_started = |script: &str| {
        let mut words = command.split_whitespace();
        words.any(|word| word.rsplit('/').next() == Some(script))
    };
    let imports = &member.code.imports;
    let is_walked = || {
        let shared = lib.code.modules.iter().filter_map(|module| module.rsplit_once('.'));
        let walks = imports.keys().any(|path| path.starts_with("pkgutil"));
        walks && shared.into_iter().any(|(above, _)| imports.contains_key(above))
    };
    let package = member.services.first().and_then(|subject| subject.repo.lib(name));
    // A program is often called like the module that it starts.
    let is_program = lib.code.modules.iter().any(|module| is_started(module));
    let is_found = package.is_some_and(|package| {
        let scripts = package.manifest.scripts();
        package.manifest.has_plugins() || scripts.into_iter().any(is_started)
    });
    is_program || is_found || is_walked()
}
