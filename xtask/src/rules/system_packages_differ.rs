use std::collections::BTreeSet;

use super::{Aspect, Check, Level, Pair, Rule, Subject};
use crate::{
    evidence::image::{Image, Reach},
    repo::Located,
    report::{Problem, count},
};

pub const RULE: Rule = Rule {
    id: "system-packages-differ",
    aspect: Aspect::Packages,
    level: Level::Error,
    what: "a Debian package is in one image and not in the other",
    why: "libraries that development finds are missing in production",
    example: "apt-get install libpq5 in Dockerfile.dev alone",
    fix: "install it in both, or declare it: `system-packages = { dev = […] }`",
    check: Check::Both(check, of_images),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let Some((dev, prod)) = subject.both() else {
        return Vec::new();
    };
    let declared = &subject.service.settings.system_packages.dev;
    let mut found = Vec::new();
    for (from, to, name) in [(dev, prod, "development"), (prod, dev, "production")] {
        let others: Vec<&str> = inside(to).map(|package| package.value.as_str()).collect();
        let extra = inside(from).filter(|package| !others.contains(&package.value.as_str()));
        let extra = extra.filter(|package| name == "production" || !declared.contains(&package.value));
        found.extend(extra.map(|package| {
            Problem::error(format!("`{}` is in {name} alone", package.value)).at(package.place.clone())
        }));
    }
    found
}

/// Many at once have one cause, as a rule another base, and are one problem.
const MANY: usize = 5;

fn of_images(pair: &Pair<'_>) -> Vec<Problem> {
    let (dev, prod) = (&pair.dev.system, &pair.prod.system);
    let declared = pair
        .subject
        .map_or(&[][..], |subject| &subject.service.settings.system_packages.dev);
    let allowed = dev.with_needs(declared);
    let mut found = Vec::new();
    for (from, to, side, allowed) in [
        (dev, prod, &pair.sides()[0], allowed),
        (prod, dev, &pair.sides()[1], BTreeSet::new()),
    ] {
        let extra = from.packages.keys().filter(|name| !to.packages.contains_key(*name));
        let extra: BTreeSet<&str> = extra
            .map(String::as_str)
            .filter(|name| !allowed.contains(name))
            .collect();
        // What another of them brings along has no cause of its own.
        let brought = |name: &&str| {
            extra
                .iter()
                .any(|other| other != name && from.with_needs(&[(*other).to_owned()]).contains(name))
        };
        let roots: Vec<&str> = extra.iter().copied().filter(|name| !brought(name)).collect();
        let roots = if roots.is_empty() {
            extra.iter().copied().collect()
        } else {
            roots
        };
        found.extend(
            roots
                .into_iter()
                .map(|name| Problem::error(format!("`{name}` is in {} alone", side.name)).at(side.place())),
        );
    }
    let versions: Vec<(&String, &String, &String)> = dev
        .packages
        .iter()
        .filter_map(|(name, package)| Some((name, &package.version, &prod.packages.get(name)?.version)))
        .filter(|(_, dev, prod)| dev != prod)
        .collect();
    let text = |(name, dev, prod): &(&String, &String, &String)| {
        format!("`{name}` is {dev} in development and {prod} in production")
    };
    if versions.len() > MANY {
        let message = format!(
            "{} have another version in each image",
            count(versions.len(), "system package")
        );
        let problem = Problem::error(message).at(pair.in_dev()).at(pair.in_prod());
        found.push(versions.iter().take(MANY).map(text).fold(problem, Problem::note));
    } else {
        let problem = |version| Problem::error(text(version)).at(pair.in_dev()).at(pair.in_prod());
        found.extend(versions.iter().map(problem));
    }
    found
}

fn inside(image: &Image) -> impl Iterator<Item = &Located<String>> {
    image
        .system
        .iter()
        .filter(|package| package.reach == Reach::Chain)
        .map(|package| &package.what)
}
