use super::{Aspect, Check, Level, Rule, Subject};
use crate::{
    evidence::image::{Image, Reach},
    repo::Located,
    report::Problem,
};

pub const RULE: Rule = Rule {
    id: "system-packages-differ",
    aspect: Aspect::Packages,
    level: Level::Error,
    what: "a Debian package is in one image and not in the other",
    why: "libraries that development finds are missing in production",
    example: "apt-get install libpq5 in Dockerfile.dev alone",
    fix: "install it in both, or declare it: `system-packages = { dev = […] }`",
    check: Check::Service(check),
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

fn inside(image: &Image) -> impl Iterator<Item = &Located<String>> {
    image
        .system
        .iter()
        .filter(|package| package.reach == Reach::Chain)
        .map(|package| &package.what)
}
