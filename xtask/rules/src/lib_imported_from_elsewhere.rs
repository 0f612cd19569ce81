use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use facts::{Pair, Side};
use repo::Package;

pub const RULE: Rule = Rule {
    id: "lib-imported-from-elsewhere",
    aspect: Aspect::Libs,
    level: Level::Error,
    what: "a built image imports a lib from the wrong place: production should use an installed wheel, development the sources",
    why: "production then runs code that was never packaged, or edits in development have no effect",
    example: "the lib installed editable in production, or installed as a package in Dockerfile.dev",
    fix: "install a wheel in production; in development, put the folder of its sources on PYTHONPATH and do not install it",
    check: Check::Images(check),
};

fn check(pair: &Pair<'_>) -> Vec<Problem> {
    let Some(subject) = pair.subject else { return Vec::new() };
    let mut found = Vec::new();
    for lib in subject.repo.libs_of(subject.service) {
        let [dev, prod] = pair.sides();
        found.extend(wrong(lib, &dev, false));
        found.extend(wrong(lib, &prod, true));
    }
    found.extend(shadowed(&subject.service.package, &pair.sides()[1]));
    found
}

/// The sources of the service beside its wheel, in a folder that comes first. Without a wheel they are all that there is.
fn shadowed(service: &Package, side: &Side<'_>) -> Option<Problem> {
    side.built
        .distributions
        .get(&service.name)
        .filter(|package| package.editable.is_none())?;
    let file = side.built.module(&service.name.module())?;
    if file.contains("/site-packages/") || file.contains("/dist-packages/") {
        return None;
    }
    let message = format!(
        "{} imports the service `{}` from sources, `{file}`, and not from its wheel",
        side.name, service.name
    );
    Some(Problem::error(message).at(side.place()))
}

/// That a lib is not found at all is another rule.
fn wrong(lib: &Package, side: &Side<'_>, should_be_installed: bool) -> Option<Problem> {
    let installed = side.built.distributions.get(&lib.name);
    let editable = installed.and_then(|package| package.editable.as_ref());
    let (from, is_installed) = match (side.built.module(&lib.name.module()), editable) {
        (Some(file), None) => {
            let is_site = file.contains("/site-packages/") || file.contains("/dist-packages/");
            (file, is_site && installed.is_some())
        }
        (Some(file), Some(_)) => (file, false),
        (None, Some(folder)) => (folder.clone(), false),
        (None, None) => return None,
    };
    // A package that sources hide is still the one whose metadata is read.
    let hidden = installed.filter(|package| {
        // Metadata alone hides nothing, and says what production's does.
        !should_be_installed && !is_installed && editable.is_none() && !package.is_bare
    });
    if let Some(package) = hidden {
        let message = format!(
            "{} has the lib `{}` installed as a package, at `{}`",
            side.name, lib.name, package.info
        );
        return Some(Problem::error(message).at(side.place()));
    }
    if is_installed == should_be_installed {
        return None;
    }
    let message = match (is_installed, editable) {
        (true, _) => format!(
            "{} imports the lib `{}` as an installed package, from `{from}`",
            side.name, lib.name
        ),
        (false, Some(_)) => format!(
            "{} has the lib `{}` installed editable, from `{from}`",
            side.name, lib.name
        ),
        (false, None) => format!("{} imports the lib `{}` from sources, `{from}`", side.name, lib.name),
    };
    Some(Problem::error(message).at(side.place()))
}
