use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use facts::Member;
use formats::PackageName;
use repo::manifest::DependencySource;

pub const RULE: Rule = Rule {
    id: "package-not-imported",
    aspect: Aspect::Packages,
    level: Level::Note,
    what: "a service or lib declares third-party packages that it never imports",
    why: "production contains them and somebody has to update them; plugins and drivers are not imported by name, so this is only a hint",
    example: "requests in `[project] dependencies`, and no `import requests` in src/",
    fix: "remove unneeded packages and lock again",
    check: Check::Package(check),
};

/// Needed by what is imported, and loaded by it.
const LOADED: [&str; 16] = [
    "python-multipart",
    "email-validator",
    "uvloop",
    "httptools",
    "websockets",
    "watchfiles",
    "gunicorn",
    "uvicorn",
    "hypercorn",
    "granian",
    "alembic",
    "greenlet",
    "tzdata",
    "setuptools",
    "orjson",
    "argon2-cffi",
];

fn check(member: &Member<'_>) -> Vec<Problem> {
    if member.code.is_empty || member.stale.is_some() || !member.is_locked {
        return Vec::new();
    }
    let imported: Vec<&PackageName> = member.imports.keys().collect();
    // `futu-api` is imported as `futu`.
    let modules: Vec<String> = member.code.imports.keys().map(|path| module_name(path)).collect();
    let command = member.services.iter().flat_map(|subject| subject.commands());
    let command: Vec<String> = command.collect();
    let idle = member.package.manifest.main.iter().filter(|dependency| {
        let name = &dependency.name.value;
        matches!(dependency.source, DependencySource::Index(_))
            && !dependency.optional
            && dependency.extras.is_empty()
            && dependency.marker.is_none()
            && !member.libs.contains_key(name)
            && !imported.contains(&name)
            && !LOADED.contains(&name.as_str())
            // A stub, a plugin or a driver of something that is imported, or the program that is run.
            && !imported.iter().any(|known| name.as_str().contains(known.as_str()))
            // It brings the parts that are imported.
            && !imported.iter().any(|known| known.as_str().strip_prefix(name.as_str()).is_some_and(|rest| rest.starts_with('-')))
            && !modules.iter().any(|module| is_client_of(name.as_str(), module))
            && !command.iter().any(|word| word.contains(name.as_str()))
            && is_named_alike(name.as_str())
    });
    let mut idle: Vec<_> = idle.collect();
    idle.dedup_by_key(|dependency| &dependency.name.value);
    let Some(first) = idle.first() else { return Vec::new() };
    let names: Vec<&str> = idle.iter().map(|dependency| dependency.name.value.as_str()).collect();
    let message = format!("`{}` never imports `{}`", member.package.name, names.join("`, `"));
    let remedy = format!("remove what is not needed, and {}", member.relock());
    vec![Problem::error(message).at(first.place()).remedy(remedy)]
}

fn is_client_of(name: &str, module: &str) -> bool {
    let rest = name.strip_prefix(module).and_then(|rest| rest.strip_prefix('-'));
    matches!(rest, Some("api" | "client" | "core" | "driver" | "lib" | "sdk"))
}

/// The top-level module of an import, written as the name of a distribution.
fn module_name(path: &str) -> String {
    facts::top(path).to_ascii_lowercase().replace('_', "-")
}

/// Whether a module of that name is what one would import. `python-x`, `x-python` and the like have one of their own.
fn is_named_alike(name: &str) -> bool {
    !name
        .split('-')
        .any(|part| matches!(part, "python" | "py" | "types" | "stubs" | "plugin" | "binary" | "bin"))
}
