use std::collections::BTreeSet;

use super::{Aspect, Check, Level, Pair, Rule, Subject};
use crate::{evidence::image::Reach, repo::PackageName, report::Place, report::Problem};

pub const RULE: Rule = Rule {
    id: "build-tool-in-production",
    aspect: Aspect::Packages,
    level: Level::Error,
    what: "Poetry, uv, a compiler or another build tool is in the production image",
    why: "it is never needed to run, and whoever breaks in finds it there",
    example: "RUN pip install poetry in the last stage",
    fix: "install in a stage of its own, and copy the environment out of it",
    check: Check::Both(check, of_images),
};

const PYTHON: [&str; 16] = [
    "build",
    "cython",
    "flit",
    "flit-core",
    "hatch",
    "hatchling",
    "maturin",
    "meson-python",
    "pdm",
    "pip-tools",
    "pipenv",
    "pipx",
    "poetry",
    "poetry-core",
    "setuptools",
    "uv",
];
const SYSTEM: [&str; 24] = [
    "autoconf",
    "automake",
    "build-essential",
    "cargo",
    "clang",
    "cmake",
    "cpp",
    "default-jdk",
    "dpkg-dev",
    "g++",
    "gcc",
    "gfortran",
    "golang",
    "libtool",
    "llvm",
    "make",
    "meson",
    "musl-dev",
    "ninja-build",
    "pipx",
    "pkg-config",
    "pkgconf",
    "python3-poetry",
    "rustc",
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
        let main = subject.main();
        let files = install
            .what
            .files
            .iter()
            .filter_map(|file| subject.requirements.get(file.path.as_ref()?));
        for entry in files.flat_map(|file| &file.entries) {
            let name = &entry.name.value;
            // What the service itself needs to run, the lock has: some packages do import setuptools.
            if PYTHON.contains(&name.as_str()) && main.is_none_or(|main| !main.contains(name)) {
                found.push(
                    tool(name.as_str(), &entry.name.place).at(install.what.place.clone().label("installed here")),
                );
            }
        }
    }
    let system = prod
        .system
        .iter()
        .filter(|package| package.reach == Reach::Chain)
        .map(|package| &package.what);
    let tools = system.filter(|package| {
        let declared = &subject.service.settings.system_packages.runtime;
        is_system_tool(&package.value) && !declared.contains(&package.value)
    });
    found.extend(tools.map(|package| tool(&package.value, &package.place)));
    found
}

fn of_images(pair: &Pair<'_>) -> Vec<Problem> {
    let prod = pair.prod;
    let place = pair.in_prod();
    let wanted = pair.pins(prod, false).unwrap_or_default();
    // Python's own installation brings setuptools; an environment has it from somebody.
    let is_own = |name: &str| name == "setuptools" && prod.python.as_ref().is_some_and(|python| !python.is_environment);
    let packages = prod.distributions.keys().filter(|name| !wanted.contains_key(*name));
    let packages = packages
        .map(PackageName::as_str)
        .filter(|name| is_tool(name) && !is_own(name));
    let runtime = pair
        .subject
        .map_or(&[][..], |subject| &subject.service.settings.system_packages.runtime);
    let allowed = prod.system.with_needs(runtime);
    let system = prod.system.packages.keys().map(String::as_str);
    let system = system.filter(|name| is_system_tool(name) && !allowed.contains(name));
    let mut names: BTreeSet<&str> = packages.chain(system).collect();
    // A program that was copied in is in no database.
    let programs = PYTHON
        .iter()
        .chain(&SYSTEM)
        .filter(|name| **name != "build" && !allowed.contains(**name));
    let programs: Vec<&str> = programs.copied().filter(|name| prod.program(name).is_some()).collect();
    names.extend(programs);
    names.into_iter().map(|name| tool(name, &place)).collect()
}

/// Whether a Python package is such a tool.
pub fn is_tool(name: &str) -> bool {
    PYTHON.contains(&name)
}

/// `gcc`, `gcc-12`, `gcc=4:12.2.0-3`, `libpq-dev`.
fn is_system_tool(package: &str) -> bool {
    let name = package.split(['=', ':']).next().unwrap_or_default();
    let plain = name
        .trim_end_matches(|c: char| c.is_ascii_digit() || c == '.')
        .trim_end_matches('-');
    SYSTEM.contains(&name) || SYSTEM.contains(&plain) || name.ends_with("-dev")
}

fn tool(name: &str, place: &Place) -> Problem {
    Problem::error(format!("`{name}` is in the production image")).at(place.clone())
}
