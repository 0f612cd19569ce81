use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::{Place, Problem};
use evidence::code::{When, needs_beside, usual};
use facts::{Member, Subject, top};
use formats::PackageName;
use repo::lock::Manager;

pub const RULE: Rule = Rule {
    id: "import-not-declared",
    aspect: Aspect::Libs,
    level: Level::Error,
    what: "a service or lib imports a package that its manifest does not declare, or declares only for development",
    why: "nothing installs it in the production image, which fails on that import",
    example: "`import watchfiles` in src/, and watchfiles in the dev group; `from core import x` without a dependency on `core`",
    fix: "declare it in `[project] dependencies`, or in `[packages]` of the Pipfile, and lock again; put an import for type checkers under `if TYPE_CHECKING`",
    check: Check::Package(check),
};

fn check(member: &Member<'_>) -> Vec<Problem> {
    let declared = member.declared();
    let needed = member.imports.iter().filter(|(_, import)| import.when == When::Always);
    let undeclared = needed.filter(|(name, _)| !declared.contains(name) && **name != member.package.name);
    let undeclared =
        undeclared.filter(|(name, _)| member.in_group(name).is_none() || !member.needs_for_tests_alone(name));
    let undeclared =
        undeclared.filter_map(|(name, import)| problem(member, name, format!("`{name}`"), import.place.clone()));
    // What is in no lock under any of its names.
    let unlocked = member.unknown.values().filter_map(|(path, import)| {
        let name = usual(path).filter(|name| !declared.contains(name))?;
        if member.may_be_there(path) || member.is_nearby(top(path)) {
            return None;
        }
        problem(
            member,
            &name,
            format!("`{}` of `{name}`", top(path)),
            import.place.clone(),
        )
    });
    let beside = beside(member).into_iter();
    let beside = beside.filter(|(name, ..)| !declared.contains(name) && !member.may_be_there(name.as_str()));
    let beside = beside.filter_map(|(name, what, place)| problem(member, &name, what, place));
    let of_services = member
        .of_services
        .iter()
        .filter(|(_, import)| import.when == When::Always);
    let of_services = of_services.map(|(name, import)| of_service(member, name, import.place.clone()));
    undeclared.chain(unlocked).chain(beside).chain(of_services).collect()
}

/// What it imports of packages that work only with another package beside them: that one, and how it comes to need it.
fn beside(member: &Member<'_>) -> Vec<(PackageName, String, Place)> {
    let mut found: Vec<(PackageName, String, Place)> = Vec::new();
    let imports = member.code.imports.iter();
    for (path, import) in imports.filter(|(_, import)| import.when == When::Always) {
        let needed = needs_beside(path).and_then(|(name, package)| Some((name, PackageName::parse(package)?)));
        let Some((name, package)) = needed else { continue };
        // Where the lock does not lead to the first, other rules say so, or the image has more than the lock of the service.
        let is_led_to = PackageName::parse(top(name)).is_some_and(|first| {
            let mut locks = member.services.iter().filter_map(|subject| subject.main());
            locks.all(|main| main.contains(&first))
        });
        if is_led_to && !found.iter().any(|(known, ..)| *known == package) {
            let what = format!("`{name}`, and with it `{package}`");
            found.push((package, what, import.place.clone()));
        }
    }
    found
}

/// No image holds the modules of two services.
fn of_service(member: &Member<'_>, name: &PackageName, import: Place) -> Problem {
    let of = &member.package.name;
    Problem::error(format!(
        "`{of}` imports the service `{name}`, which none of its images contains"
    ))
    .at(import)
    .at(member.manifest_place())
    .remedy("move the code that both need into a lib, and depend on it in both")
}

/// `None` for a third-party package that another one brings to production, which is another rule.
fn problem(member: &Member<'_>, name: &PackageName, what: String, import: Place) -> Option<Problem> {
    let is_lib = member.libs.contains_key(name);
    let lacks = |subject: &&&Subject<'_>| {
        let is_in_main = subject.main().is_none_or(|main| main.contains(name));
        !is_in_main && !subject.has_by_group(name)
    };
    let lacking = member.services.iter().find(lacks);
    let mut services = member.services.iter();
    if is_lib && member.in_group(name).is_some() && services.all(|subject| subject.has_by_group(name)) {
        return None;
    }
    // With an extra of its own comes what the code of that extra imports.
    if !is_lib && member.in_group(name).is_none() && member.comes_with_extras(name) {
        return None;
    }
    if !is_lib && (lacking.is_none() || (!member.is_in_lock(name) && member.may_be_there(name.as_str()))) {
        return None;
    }
    let (of, manifest) = (&member.package.name, member.package.manifest.main_source().path());
    let noun = if is_lib { "the lib " } else { "" };
    let (how, place) = match member.in_group(name) {
        Some((group, line)) => (
            format!("declares only in the group `{group}`"),
            line.place()
                .label(format!("not in the group `{group}`, but in `dependencies`")),
        ),
        None => ("does not declare".into(), member.manifest_place()),
    };
    let problem = Problem::error(format!("`{of}` imports {noun}{what}, which it {how}"))
        .at(import)
        .at(place);
    let elsewhere = lacking.filter(|subject| !is_lib && subject.service.package.name != *of);
    let problem = match elsewhere {
        Some(subject) => problem.note(format!("one such image is that of `{}`", subject.service.package.name)),
        None => problem,
    };
    let (table, relock) = (member.manager().main_table().0, member.relock());
    // A service may have requirement files and no manifest.
    let is_a_list = manifest.ends_with(".txt");
    Some(problem.remedy(match (is_lib, member.manager()) {
        (true, _) if is_a_list => format!("add the path of `{name}` to `{manifest}` and copy its folder into the image before that is installed"),
        (false, _) if is_a_list => format!("add `{name}` with its version to `{manifest}`"),
        (true, Manager::Poetry) if !member.package.manifest.has_project() => format!("add `{name}` with its path to `[tool.poetry.dependencies]` of `{manifest}`, then {relock}"),
        (true, Manager::Poetry) => format!("add `{name}` to `[project] dependencies` and its path to `[tool.poetry.dependencies]` of `{manifest}`, then {relock}"),
        (true, Manager::Uv | Manager::Pipenv | Manager::Pdm | Manager::Pylock) => format!("add `{name}` with its path to `{table}` of `{manifest}`, then {relock}"),
        (false, _) => format!("add `{name}` to `{table}` of `{manifest}` and {relock}"),
    }))
}
