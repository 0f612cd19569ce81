use facts::build_tools::{PYTHON, SYSTEM, is_system_tool, is_tool};
use std::collections::{BTreeMap, BTreeSet};

use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::{Place, Problem};
use evidence::{built::At, image::Reach};
use facts::{
    Pair, Subject,
    programs_in_use::{by_code, is_any_started},
    together::are,
    together::by_place,
    together::inside,
};
use formats::PackageName;

pub const RULE: Rule = Rule {
    id: "build-tool-in-production",
    aspect: Aspect::Packages,
    level: Level::Warning,
    what: "Poetry, uv, a compiler or another build tool is in the production image",
    why: "the service can run without it, and it helps an attacker",
    example: "RUN pip install poetry in the last stage",
    fix: "install in a separate stage, and copy the environment from it",
    check: Check::Halves(check, of_images),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let Some(prod) = &subject.prod else { return Vec::new() };
    let mut found = Vec::new();
    for install in Subject::installs_in(prod) {
        let named = install.packages.iter().filter_map(|package| named(package));
        let named = named.map(|name| (name, &install.place));
        let files = install
            .files
            .iter()
            .filter_map(|file| subject.requirements.get(file.path.as_ref()?));
        let listed = files
            .flat_map(|file| &file.entries)
            .filter(|entry| !is_locked(subject, &entry.name.value));
        let listed = listed.map(|entry| (entry.name.value.clone(), &entry.name.place));
        let tools = named.chain(listed);
        let tools = tools.filter(|(name, _)| PYTHON.contains(&name.as_str()) && !install.removed.contains(name));
        found.extend(tools.filter_map(|(name, place)| of_python(subject, name.as_str(), place)));
    }
    // Where such a tool is fetched from the web, its install is known, too.
    let stays = prod.tools.iter().filter(|tool| tool.reach <= Reach::Copied);
    // A stage may hand on what another one brought: that is one tool, and the last place is that of the image.
    let stays: BTreeMap<&str, &Place> = stays.map(|found| (found.what.name, &found.what.place)).collect();
    found.extend(
        stays
            .into_iter()
            .filter_map(|(name, place)| of_python(subject, name, place)),
    );
    let tools = inside(&prod.system).filter(|package| {
        let declared = &subject.service.settings.system_packages.runtime;
        is_system_tool(&package.value) && !declared.contains(&package.value)
    });
    let tools = by_place(tools.map(|package| (package.value.as_str(), &package.place)));
    found.extend(tools.into_iter().map(|(names, place)| tool(&names, place)));
    found
}

/// What is named by its name: no path and no address.
fn named(package: &str) -> Option<PackageName> {
    let end = package.find(|c: char| !c.is_ascii_alphanumeric() && !"-_.".contains(c));
    PackageName::parse(&package[..end.unwrap_or(package.len())])
}

/// A service may need at run time what is a tool for others.
fn is_locked(subject: &Subject<'_>, name: &PackageName) -> bool {
    subject
        .lock()
        .is_some_and(|lock| lock.packages.iter().any(|package| package.name == *name))
}

fn of_images(pair: &Pair<'_>) -> Vec<Problem> {
    let prod = pair.prod;
    let place = pair.in_prod();
    let wanted = pair.pins(prod, false).unwrap_or_default();
    // Python's own installation brings setuptools; an environment has it from somebody.
    let is_own = |name: &str| name == "setuptools" && prod.interpreter.as_ref().is_some_and(|python| !python.is_environment);
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
    // A program that was copied in is in no database, and may be in a folder that PATH does not have.
    let programs: BTreeSet<&str> = PYTHON
        .iter()
        .chain(&SYSTEM)
        .copied()
        .filter(|name| *name != "build" && !allowed.contains(name))
        .collect();
    names.extend(programs.iter().filter(|name| prod.program(name).is_some()));
    let files = prod
        .files
        .entries()
        .filter(|(_, at, meta)| *at == At::File && meta.mode & 0o111 != 0);
    names.extend(files.filter_map(|(path, _, _)| {
        let (folder, name) = path.rsplit_once('/')?;
        (folder.ends_with("/bin") && programs.contains(name)).then_some(name)
    }));
    names.into_iter().map(|name| tool(&[name], &place)).collect()
}

/// One that the image starts its program with is not left over, and not needed for that either. `None` where the sources call it.
fn of_python(subject: &Subject<'_>, name: &str, place: &Place) -> Option<Problem> {
    let programs = [name, &format!("{name}x")];
    if !matches!(name, "uv" | "poetry" | "pdm" | "pipenv" | "hatch" | "pipx") {
        return Some(tool(&[name], place));
    }
    if !is_any_started(subject, &programs) {
        return (!by_code(subject, &programs)).then(|| tool(&[name], place));
    }
    let message = format!("`{name}` is in the production image, and starts the program there");
    Some(Problem::error(message).at(place.clone()).remedy(format!(
        "install the environment in a separate stage, copy it, put its `bin` on PATH, and start the program without `{name}`"
    )))
}

fn tool(names: &[&str], place: &Place) -> Problem {
    Problem::error(format!("{} in the production image", are(names))).at(place.clone())
}
