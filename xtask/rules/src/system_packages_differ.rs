use std::collections::{BTreeMap, BTreeSet};

use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::{Located, Problem, count};
use evidence::{built::System, image::Image};
use facts::{Pair, Subject, build_tools::is_compiler, together::are, together::by_place, together::inside};

pub const RULE: Rule = Rule {
    id: "system-packages-differ",
    aspect: Aspect::Packages,
    level: Level::Error,
    what: "a Debian package is in only one of the images, or only one of them upgrades or removes packages of the base image",
    why: "code that works in one image fails in the other, where a library or program is missing",
    example: "apt-get install libpq5 only in Dockerfile.dev",
    fix: "install it in both, or declare it: `system-packages = { dev = […] }`",
    check: Check::Halves(check, of_images),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let Some((dev, prod)) = subject.both() else {
        return Vec::new();
    };
    let declared = &subject.service.settings.system_packages.dev;
    let mut found = Vec::new();
    for (from, to, name) in [(dev, prod, "development"), (prod, dev, "production")] {
        let others: Vec<&str> = inside(&to.system).map(|package| package.value.as_str()).collect();
        let extra = inside(&from.system).filter(|package| !others.contains(&package.value.as_str()));
        let extra = extra.filter(|package| name == "production" || !declared.contains(&package.value));
        let extra = extra.filter(|package| name == "production" || !builds_both(package, to));
        let extra = by_place(extra.map(|package| (package.value.as_str(), &package.place)));
        found.extend(extra.into_iter().map(|(names, place)| {
            let problem = Problem::error(format!("{} only in {name}", are(&names))).at(place.clone());
            problem.remedy(remedy(subject, &names, from, to))
        }));
        found.extend(of_base(from, to, name));
    }
    found
}

/// What one image alone does to the packages of the base.
fn of_base(from: &Image, to: &Image, name: &str) -> Vec<Problem> {
    let is_taken = |package: &Located<String>| to.taken.iter().any(|other| other.value == package.value);
    let taken = from
        .taken
        .iter()
        .filter(|taken| !is_taken(taken) && !is_compiler(&taken.value));
    let taken = by_place(taken.map(|package| (package.value.as_str(), &package.place)));
    let taken = taken.into_iter().map(|(names, place)| {
        let message = format!("`{}` of the base image is removed only in {name}", names.join("`, `"));
        Problem::error(message)
            .at(place.clone())
            .remedy("remove it in both images, or in neither")
    });
    let newer = from.upgraded.first().filter(|_| to.upgraded.is_empty()).map(|place| {
        let message = format!("the packages of the base image are upgraded only in {name}");
        let problem = Problem::error(message).at(place.clone());
        problem.remedy("do it in a stage that both images are based on, or use a newer base image in both")
    });
    taken.chain(newer).collect()
}

/// Whether a compiler of the development image is also in a stage that production is made from: both images then have what it built, and
/// it changes nothing that runs.
fn builds_both(package: &Located<String>, prod: &Image) -> bool {
    let mut system = prod.system.iter();
    is_compiler(&package.value) && system.any(|other| other.what.value == package.value)
}

fn remedy(subject: &Subject<'_>, packages: &[&str], from: &Image, to: &Image) -> String {
    let quoted: Vec<String> = packages.iter().map(|name| format!("\"{name}\"")).collect();
    // One file that makes both by an argument.
    let (install, elsewhere) = if from.name() == to.name() {
        (
            "install it for all values of the build arguments".to_owned(),
            "in neither".to_owned(),
        )
    } else {
        (
            format!("install it in `{}` too", to.name()),
            format!("not in `{}`", from.name()),
        )
    };
    if subject.is_dev(from) {
        format!(
            "{install}, or declare that only development needs it: `system-packages = {{ dev = [{}] }}` in `[tool.xtask]` of `{}`",
            quoted.join(", "),
            subject.service.package.dir.child("pyproject.toml")
        )
    } else {
        format!("{install}, or {elsewhere}")
    }
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
        let roots = causes(from, &extra);
        let alone = |name: &&str| format!("`{name}` is only in {}", side.name);
        if roots.len() > MANY {
            let message = format!("{} are only in {}", count(roots.len(), "system package"), side.name);
            let problem = Problem::error(message).at(side.place());
            found.push(roots.iter().take(MANY).map(alone).fold(problem, Problem::note));
        } else {
            found.extend(roots.iter().map(|name| Problem::error(alone(name)).at(side.place())));
        }
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
            "{} have different versions in the two images",
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

/// Those that no other of them brings along. Of some that bring each other along it is the first.
fn causes<'a>(system: &System, names: &BTreeSet<&'a str>) -> Vec<&'a str> {
    let brought: BTreeMap<&str, BTreeSet<&str>> = names
        .iter()
        .map(|name| (*name, system.with_needs(&[(*name).to_owned()])))
        .collect();
    let is_brought = |name: &str| {
        brought
            .iter()
            .any(|(other, needs)| *other != name && needs.contains(name))
    };
    let (later, mut causes): (Vec<&str>, Vec<&str>) = names.iter().partition(|name| is_brought(name));
    let mut known: BTreeSet<&str> = causes.iter().flat_map(|name| &brought[name]).copied().collect();
    for name in later {
        if !known.contains(name) {
            known.extend(&brought[name]);
            causes.push(name);
        }
    }
    causes
}

#[cfg(test)]
mod tests {
    use super::*;
    use evidence::built::SystemPackage;

    #[test]
    fn causes_are_told_and_not_what_they_bring() {
        let needs = [("a", "b"), ("b", ""), ("c", "d"), ("d", "c"), ("e", "b")];
        let package = |(name, need): (&str, &str)| {
            let needs = vec![need.to_owned()];
            let package = SystemPackage {
                needs,
                ..SystemPackage::default()
            };
            (name.to_owned(), package)
        };
        let mut system = System::default();
        system.packages.extend(needs.map(package));
        let causes = causes(&system, &BTreeSet::from(["a", "b", "c", "d", "e"]));
        assert_eq!(causes, ["a", "e", "c"]);
    }
}
