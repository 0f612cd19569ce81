use std::collections::BTreeSet;

use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use evidence::built::Distribution;
use facts::{Pair, Side, Subject, build_tools::is_tool};
use formats::PackageName;
use requirements::PinSource;

pub const RULE: Rule = Rule {
    id: "package-not-in-lock",
    aspect: Aspect::Packages,
    level: Level::Error,
    what: "a built image contains a Python package that is not from the lock",
    why: "its version is not pinned, so the next build may contain a different one",
    example: "RUN pip install gunicorn in the last stage",
    fix: "add it to the group that needs it and lock again, or remove the step that installs it",
    check: Check::Images(check),
};

/// What virtual environments and official images bring by themselves.
const BROUGHT: [&str; 3] = ["pip", "setuptools", "wheel"];

fn check(pair: &Pair<'_>) -> Vec<Problem> {
    let locals = pair.locals();
    // What is locked for other machines or Pythons is at least chosen.
    let Some(pins) = pair.locked(true) else {
        return Vec::new();
    };
    let locked: BTreeSet<&PackageName> = pins.iter().map(|pin| &pin.name).collect();
    // What is locked for development and is in production is another rule.
    let development = pair.subject.map(Subject::development_only).unwrap_or_default();
    let mut found = Vec::new();
    for side in pair.sides() {
        let unknown = side.built.distributions.values().filter(|package| {
            let name = &package.name;
            // Debian's Python packages are Debian's: its own database tells about them.
            !(locked.contains(name)
                || locals.contains(name)
                || development.contains(name)
                || BROUGHT.contains(&name.as_str())
                || is_tool(name.as_str())
                || package.info.starts_with("/usr/lib/python3/"))
        });
        let unknown: Vec<&Distribution> = unknown.collect();
        found.extend(elsewhere(pair, &side));
        let Some(first) = unknown.first() else { continue };
        let names: Vec<String> = unknown
            .iter()
            .map(|package| format!("`{}` {}", package.name, package.version))
            .collect();
        let verb = if names.len() == 1 { "is" } else { "are" };
        let message = format!("{} {verb} in {} but not in the lock", names.join(", "), side.name);
        let mut problem = Problem::error(message).at(side.place());
        if let Some(installer) = &first.installer {
            problem = problem.note(format!("`{}` was installed by `{installer}`", first.info));
        }
        found.push(problem);
    }
    found
}

/// Packages that were installed from a folder or a repository, and that the lock takes from an index.
fn elsewhere(pair: &Pair<'_>, side: &Side<'_>) -> Vec<Problem> {
    let Some(pins) = pair.pins(side.built, true) else {
        return Vec::new();
    };
    let packages = side
        .built
        .distributions
        .values()
        .filter(|package| package.editable.is_none());
    let mut found = Vec::new();
    for package in packages {
        let Some(origin) = &package.origin else { continue };
        let Some(pin) = pins.get(&package.name) else { continue };
        if matches!(pin.source, PinSource::Default | PinSource::Index { .. }) {
            let message = format!(
                "`{}` in {} was installed from `{origin}`, but the lock takes it from an index",
                package.name, side.name
            );
            found.push(
                Problem::error(message)
                    .at(pin.place.clone().label("locked"))
                    .at(side.place()),
            );
        }
    }
    found
}
