use std::collections::BTreeSet;

use super::{Aspect, Check, Level, Pair, Rule, Subject};
use crate::{
    evidence::image::{By, Image},
    repo::PackageName,
    report::{Place, Problem},
};

pub const RULE: Rule = Rule {
    id: "package-missing",
    aspect: Aspect::Packages,
    level: Level::Error,
    what: "an image does not install a package of the main group of the lock",
    why: "nothing is resolved when it is installed, so the container fails on the first import of it",
    example: "a requirement file from which a line was removed",
    fix: "export the main group of the lock again, and install that file in both images",
    check: Check::Both(check, of_images),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let Some(main) = subject.main() else { return Vec::new() };
    let mut found = Vec::new();
    for image in subject.images() {
        let Some((installed, place)) = installed(subject, image) else {
            continue;
        };
        let missing = main.iter().filter(|name| !installed.contains(name));
        let missing: Vec<&str> = missing.map(PackageName::as_str).collect();
        if !missing.is_empty() {
            let message = format!("`{}` installs no `{}`", image.path, missing.join("`, `"));
            found.push(Problem::error(message).at(place));
        }
    }
    found
}

fn of_images(pair: &Pair<'_>) -> Vec<Problem> {
    let mut found = Vec::new();
    for (side, is_dev) in pair.sides().iter().zip([true, false]) {
        if side.built.python.is_none() {
            continue;
        }
        let there = &side.built.distributions;
        let missing = |names: Vec<&PackageName>| -> Vec<String> {
            let names = names.into_iter().filter(|name| !there.contains_key(name));
            names.map(ToString::to_string).collect()
        };
        if let Some(pins) = pair.pins(side.built, is_dev) {
            let missing = missing(pins.keys().collect());
            if !missing.is_empty() {
                let message = format!("`{}` installs no `{}`", side.title(), missing.join("`, `"));
                found.push(Problem::error(message).at(side.place()));
            }
        } else if is_dev {
            // Without a lock, development has at least what production has. Sources stand in for local packages.
            let locals = pair.locals();
            let others = pair.prod.distributions.keys().filter(|name| !locals.contains(name));
            let others = others.filter(|name| pair.subject.is_some() || side.built.module(&name.module()).is_none());
            for name in missing(others.collect()) {
                found.push(Problem::error(format!("`{name}` is in production alone")).at(pair.in_prod()));
            }
        }
    }
    found
}

/// What the requirement files hold, and where the first is installed. `None` where not all is known: another program
/// installs too, a file is not of the repository, or packages are named in the command.
fn installed(subject: &Subject<'_>, image: &Image) -> Option<(BTreeSet<PackageName>, Place)> {
    let mut names = BTreeSet::new();
    let mut place = None;
    for install in Subject::installs_in(image) {
        match install.by {
            By::Pip => {}
            By::Poetry | By::Uv | By::Resolver => return None,
        }
        for file in &install.files {
            let known = subject.requirements.get(file.path.as_ref()?)?;
            names.extend(known.entries.iter().map(|entry| entry.name.value.clone()));
            place.get_or_insert_with(|| install.place.clone());
        }
    }
    Some((names, place?))
}
