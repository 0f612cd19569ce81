use std::collections::{BTreeMap, BTreeSet};

use ::image::{Checkout, Module};

use super::{Aspect, Check, Rule};
use diagnostics::{Level, Place, Problem};
use evidence::{
    code::{Code, Inside, Need, distribution, is_of_a_package, well_known},
    image::Image,
    loaded::module_of,
};
use facts::{
    Subject,
    entry_points::programs,
    named_by_options::named_by_options,
    named_by_variables::named_by_variables,
    own_code::{Lacking, OwnCode, Side, in_words, tops},
    started_elsewhere::behind_entrypoint,
    started_module::{is_absent, may_be_another, source_of, started, stays_behind},
};
use formats::PackageName;
use repo::{Package, RepoPath};

pub const RULE: Rule = Rule {
    id: "module-missing",
    aspect: Aspect::Libs,
    level: Level::Error,
    what: "an image lacks a module of the repository that it starts or that a variable or an option of its command names, what its command names in that module, or a module that its code imports",
    why: "Python fails with `ModuleNotFoundError` or `AttributeError` when it gets there",
    example: "`uvicorn web.main:app` after main.py was renamed; a second package under src/ that the wheel leaves out",
    fix: "add the module to the image, or change the reference",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let own = OwnCode::of(subject);
    let mut lacking: Lacking<'_, Problem> = BTreeMap::new();
    for side in own.sides().into_iter().filter(|side| !is_for_hands(side)) {
        // What is started behind an entrypoint that only passes it on.
        let passed_on = behind_entrypoint(&own, side.image);
        let passed_on = passed_on.as_ref().map(|image| (image, own.load(image)));
        let behind = passed_on.as_ref().map(|(image, loaded)| Side {
            image,
            loaded,
            is_dev: side.is_dev,
        });
        for (name, problem) in started(subject, &own, &side)
            .into_iter()
            .chain(behind.as_ref().and_then(|behind| started(subject, &own, behind)))
            .chain(named_by_variables(&own, behind.as_ref().unwrap_or(&side)))
            .chain(named_by_options(&own, behind.as_ref().unwrap_or(&side)))
            .chain(inits(&own, &side))
            .chain(programs(&own, &side))
            .chain(imported(subject, &own, &side))
            .chain(used(&own, &side))
        {
            let known = lacking.entry(name).or_default();
            if !known.iter().any(|(image, _)| std::ptr::eq(*image, side.image)) {
                known.push((side.image, problem));
            }
        }
    }
    lacking
        .into_iter()
        .map(|(name, found)| joined(subject, &name, found))
        .collect()
}

/// Whether an image installs nothing and starts a shell: of the service it has what somebody works on in it.
fn is_for_hands(side: &Side<'_>) -> bool {
    let program = &side.loaded.started.program;
    let name = program.rsplit('/').next().unwrap_or_default();
    side.image.installs.is_empty() && matches!(name, "bash" | "sh" | "zsh")
}

/// One problem for one module, whichever images lack it.
fn joined(subject: &Subject<'_>, name: &str, found: Vec<(&Image, Problem)>) -> Problem {
    let images: Vec<&Image> = found.iter().map(|(image, _)| *image).collect();
    let mut problems = found.into_iter().map(|(_, problem)| problem);
    let Some(mut problem) = problems.next() else {
        return Problem::error(format!("`{name}` is missing"));
    };
    for other in problems {
        let more = other.places.into_iter().filter(|place| !problem.places.contains(place));
        problem.places.extend(more.collect::<Vec<_>>());
    }
    problem.message = problem.message.replace("{where}", &in_words(subject, &images));
    problem
}

/// Packages whose `__init__.py` stays behind, so that they are folders without what it defines.
fn inits(own: &OwnCode<'_>, side: &Side<'_>) -> Vec<(String, Problem)> {
    let mut found = Vec::new();
    for (package, code) in &own.packages {
        if !own.is_told(side, package) {
            continue;
        }
        for module in &code.packages {
            let python = &side.loaded.python;
            if !matches!(python.module(module), Module::Namespace(_)) {
                continue;
            }
            let Some(path) = source_of(own, module) else { continue };
            // A folder that was made for it alone is not part of it.
            let folder = path.parent();
            let is_there = |file: &RepoPath| {
                let name = module_of(package, file).filter(|_| file.file_name().ends_with(".py"));
                name.is_some_and(|name| side.loaded.source(&name).is_some())
            };
            if !own.below(&folder).iter().any(is_there) {
                continue;
            }
            if !own
                .text(path.as_str())
                .is_some_and(|text| python_imports::has_code(&text))
            {
                continue;
            }
            let message = format!("`{path}` is {{where}}, which has other parts of `{module}`");
            let problem = Problem::error(message)
                .at(place_in(side))
                .note(format!(
                    "what it defines is missing there: `{module}` is a folder without it"
                ))
                .remedy(format!("copy `{path}` into the image too"));
            found.push((format!("{module}.__init__"), problem));
        }
    }
    found
}

/// Whether Python, a locked package of that very name or a well-known one brings a module.
fn is_known(subject: &Subject<'_>, module: &str) -> bool {
    let Some(lock) = subject.lock() else { return true };
    let is_locked = |name: &PackageName| lock.packages.iter().any(|package| package.name == *name);
    !is_of_a_package(module) || well_known(module).is_some() || distribution(module, is_locked).is_some()
}

/// What the code in it imports.
fn imported(subject: &Subject<'_>, own: &OwnCode<'_>, side: &Side<'_>) -> Vec<(String, Problem)> {
    let mut found = Vec::new();
    let known: BTreeSet<&str> = own.packages.iter().flat_map(|(_, code)| tops(code)).collect();
    for &(package, code) in &own.packages {
        let (beside, in_folder) = (own.beside(package), own.names_in(&package.dir));
        // The first file that needs it, and has it in the image.
        let shipped = |need: &Need| {
            let mut by = need.by.iter().copied();
            by.find(|at| ships(package, &code.inside[*at], side))
        };
        let mut lacking = Vec::new();
        for need in code.needs(package) {
            let top = need.module.split('.').next().unwrap_or_default();
            // Most imports are of packages of others.
            let (owner, missing) = if !need.is_relative && !known.contains(top) {
                let is_beside = (beside.contains(top) && !may_be_another(subject, top))
                    || (in_folder.contains(top) && own.lies_beside(package, &need.module) && !is_known(subject, top));
                if !is_beside || !is_absent(side, top) {
                    continue;
                }
                ((package, code), top.to_owned())
            } else {
                let Some(owner) = own.owner(&need.module) else { continue };
                let Some(missing) = missing(own, side, owner, need) else {
                    continue;
                };
                (owner, missing)
            };
            let Some(at) = shipped(need).filter(|_| own.is_told(side, owner.0)) else {
                continue;
            };
            lacking.push((at, of_import(own, owner, &missing, &code.inside[at], side), missing));
        }
        // A problem shows the first place.
        lacking.sort_by_key(|(at, _, _)| *at);
        found.extend(lacking.into_iter().map(|(_, problem, missing)| (missing, problem)));
    }
    found
}

/// What the code in it looks up in modules that it imports: `queue.Queue`.
fn used(own: &OwnCode<'_>, side: &Side<'_>) -> Vec<(String, Problem)> {
    let mut found = Vec::new();
    for &(package, code) in &own.packages {
        for inside in own.uses(code) {
            let (Some(module), Some(name)) = (inside.resolved(package), inside.name.as_ref()) else {
                continue;
            };
            let Some((owner, code)) = own.owner(&module).filter(|_| ships(package, inside, side)) else {
                continue;
            };
            // Anything other than a module is a value, of which nothing is known.
            let Module::File {
                source: Some(source), ..
            } = side.loaded.python.module(&module)
            else {
                continue;
            };
            let full = format!("{module}.{name}");
            let is_told = own.is_told(side, owner) && own.defines_something(code, &source);
            let is_module =
                !matches!(side.loaded.python.module(&full), Module::Missing) || source_of(own, &full).is_some();
            if !is_told || is_module || own.may_define(code, &source, name) != Some(false) {
                continue;
            }
            let message = format!(
                "`{}` uses `{full}`, and `{source}` defines no `{name}`",
                inside.importer
            );
            let problem = Problem::error(message)
                .at(inside.place.clone())
                .remedy(format!("use what that module defines, or define `{name}` in it"));
            found.push((full, problem));
        }
    }
    found
}

/// What does not ship imports nothing.
fn ships(package: &Package, inside: &Inside, side: &Side<'_>) -> bool {
    let importer = module_of(package, &inside.importer).and_then(|name| side.loaded.source(&name));
    importer.as_deref() == Some(inside.importer.as_str())
}

fn of_import<'a>(
    own: &OwnCode<'a>,
    (owner, code): (&Package, &'a Code),
    missing: &str,
    inside: &Inside,
    side: &Side<'_>,
) -> Problem {
    let message = format!("`{}` imports `{missing}`, which is {{where}}", inside.importer);
    let problem = Problem::error(message)
        .at(inside.place.clone())
        .at(place_in(side).label(if side.is_dev { "development" } else { "production" }));
    if own.contents(owner, code).compiled.contains(missing) {
        return problem
            .note("it is compiled when the wheel is built, and the sources have nothing that can be imported")
            .remedy(format!("install the wheel of `{}` in this image too", owner.name));
    }
    match source_of(own, missing) {
        Some(path) if own.listed.link(path.as_str()).is_some() => problem.note(stays_behind(own, &path)).remedy(
            format!("copy what the link leads to to that place too, or make `{path}` a file"),
        ),
        Some(path) => match side.image.ignored(&path) {
            Some(line) => problem.at(line.clone().label("excluded here")).remedy(format!(
                "let `{path}` through: remove that line, or write `!{path}` below it"
            )),
            None => problem.remedy(format!(
                "add `{path}` to the image, and to the wheel of `{}`",
                owner.name
            )),
        },
        None => match undefined(side, missing) {
            Some((source, name)) => problem
                .note(format!("`{source}` defines no `{name}`"))
                .remedy(format!("import what that module defines, or define `{name}` in it")),
            None => problem.note("no file of the repository has that name"),
        },
    }
}

/// The file of a module that is there, and the name that it lacks.
fn undefined<'m>(side: &Side<'_>, missing: &'m str) -> Option<(String, &'m str)> {
    let (module, name) = missing.rsplit_once('.')?;
    Some((side.loaded.source(module)?, name))
}

fn place_in(side: &Side<'_>) -> Place {
    side.image.place.clone()
}

/// What of an import is in no folder that the image imports from. `None` where it is there, or where nothing of its package is.
fn missing<'a>(own: &OwnCode<'a>, side: &Side<'_>, (owner, code): (&Package, &'a Code), need: &Need) -> Option<String> {
    let Need { module, name, .. } = need;
    // The modules of a program are a package each.
    if is_absent(side, module) && !owner.is_program {
        return None;
    }
    let found = side.loaded.python.module(module);
    if matches!(found, Module::Missing) {
        return Some(module.clone());
    }
    let full = format!("{module}.{}", name.as_ref()?);
    let is_missing = || matches!(side.loaded.python.module(&full), Module::Missing);
    let source = match found {
        Module::File { source, .. } => source,
        // A folder alone has nothing but modules.
        Module::Namespace(_) if is_missing() && source_of(own, &full).is_some() => return Some(full),
        Module::Namespace(_) | Module::Missing | Module::Unknown(_) => return None,
    };
    let name = name.as_ref()?;
    // What is imported out of a module is a module too where there is such a file, or where nothing else has that name.
    if !is_missing() {
        return None;
    }
    if source_of(own, &full).is_some() || own.contents(owner, code).compiled.contains(&full) {
        return Some(full);
    }
    (!own.may_define(code, &source?, name)?).then_some(full)
}
