use super::{Aspect, Check, Level, Rule, Subject};
use crate::{evidence::image::Reach, repo::PackageName, report::Place, report::Problem};

pub const RULE: Rule = Rule {
    id: "build-tool-in-production",
    aspect: Aspect::Packages,
    level: Level::Error,
    what: "Poetry, uv, a compiler or another build tool is in the production image",
    why: "it is never needed to run, and whoever breaks in finds it there",
    example: "RUN pip install poetry in the last stage",
    fix: "install in a stage of its own, and copy the environment out of it",
    check: Check::Service(check),
};

const PYTHON: [&str; 8] = [
    "poetry",
    "uv",
    "pdm",
    "pipenv",
    "hatch",
    "build",
    "poetry-core",
    "setuptools",
];
const SYSTEM: [&str; 9] = [
    "build-essential",
    "gcc",
    "g++",
    "clang",
    "make",
    "cmake",
    "cargo",
    "rustc",
    "git",
];

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let Some(prod) = &subject.prod else { return Vec::new() };
    let mut found = Vec::new();
    // What a stage brings that something is copied out of is not in the image as a whole.
    for install in prod.installs.iter().filter(|install| install.reach == Reach::Chain) {
        for package in &install.what.packages {
            let name = package
                .split(|c: char| !c.is_ascii_alphanumeric() && !"-_.".contains(c))
                .next();
            let name = name.and_then(PackageName::parse);
            found.extend(
                name.filter(|name| PYTHON.contains(&name.as_str()))
                    .map(|name| tool(name.as_str(), &install.what.place)),
            );
        }
    }
    let system = prod
        .system
        .iter()
        .filter(|package| package.reach == Reach::Chain)
        .map(|package| &package.what);
    let tools = system.filter(|package| {
        let name = package.value.split('=').next().unwrap_or_default();
        let declared = &subject.service.settings.system_packages.runtime;
        (SYSTEM.contains(&name) || name.ends_with("-dev")) && !declared.contains(&package.value)
    });
    found.extend(tools.map(|package| tool(&package.value, &package.place)));
    found
}

fn tool(name: &str, place: &Place) -> Problem {
    Problem::error(format!("`{name}` is in the production image")).at(place.clone())
}
