use ::image::{Checkout, Module};

use super::{Aspect, Check, Rule};
use diagnostics::{Level, Place, Problem};
use evidence::code::{Anchor, Read, mentions};
use facts::{
    Subject,
    opened::opened,
    own_code::{OwnCode, Side, in_words},
};
use repo::{Package, RepoPath};

pub const RULE: Rule = Rule {
    id: "package-data-missing",
    aspect: Aspect::Libs,
    level: Level::Error,
    what: "a data file that code reads beside its modules is in one image only, or in neither",
    why: "the program fails with `FileNotFoundError` in one image and works in the other",
    example: "src/core/prompts/default.json, and a setuptools lib without `package-data`: its wheel leaves the file out",
    fix: "declare the file in the manifest of its package, so that the wheel contains it, and copy it with the sources",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let own = OwnCode::of(subject);
    let sides = own.sides();
    if sides.len() < 2 {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (package, _) in &own.packages {
        for (path, top, below) in data(&own, package) {
            let lacking = sides.iter().filter(|side| lacks(side, top, below));
            // A folder that is mounted over one image may bring it there, and not to the other.
            let lacking: Vec<&Side<'_>> = lacking.filter(|side| own.is_told(side, package)).collect();
            if lacking.is_empty() || !is_read(&own, package, path) {
                continue;
            }
            found.push((path.to_owned(), problem(&own, package, path, &lacking)));
        }
    }
    for (path, problem) in unopened(subject, &own, &sides) {
        if !found.iter().any(|(known, _)| *known == path) {
            found.push((path, problem));
        }
    }
    found.into_iter().map(|(_, problem)| problem).collect()
}

/// Files that code opens by a path that is written out, and that are not there: by their paths in the repository, where they would be.
fn unopened(subject: &Subject<'_>, own: &OwnCode<'_>, sides: &[Side<'_>]) -> Vec<(String, Problem)> {
    let mut found = Vec::new();
    for &(package, code) in &own.packages {
        for read in own.reads(package, code) {
            let lacking: Vec<&Side<'_>> = sides
                .iter()
                .filter(|side| own.is_told(side, package) && fails(side, read))
                .collect();
            let images: Vec<_> = lacking.iter().map(|side| side.image).collect();
            if images.is_empty() {
                continue;
            }
            let message = format!(
                "`{}` opens `{}`, which is {}",
                read.file,
                read.path,
                in_words(subject, &images)
            );
            let problem = Problem::error(message).at(read.place.clone());
            let expected = expected(own, read);
            let problem = match &expected {
                Some(path) if own.is_file(path) => match excluded(&lacking, path) {
                    Some(line) => shown(problem, line, path),
                    None => problem.note(format!("the repository has `{path}`")).remedy(format!(
                        "bring `{path}` into the image, and into the wheel of `{}`",
                        package.name
                    )),
                },
                expected => {
                    let problem = problem.remedy("correct the path, or add the file to the modules around it");
                    match expected {
                        Some(_) => problem.note("the repository has no file there"),
                        None => problem,
                    }
                }
            };
            found.push((
                expected.map_or_else(|| read.path.clone(), |path| path.to_string()),
                problem,
            ));
        }
    }
    found
}

/// Whether the module is in the image, and what it opens is not.
fn fails(side: &Side<'_>, read: &Read) -> bool {
    matches!(opened(side, read), Some(Module::Missing))
}

/// Where the repository would have it.
fn expected(own: &OwnCode<'_>, read: &Read) -> Option<RepoPath> {
    match &read.from {
        Anchor::Above(above) => read.file.join(&format!("{}{}", "../".repeat(*above), read.path)),
        Anchor::Package(None) => read.file.parent().join(&read.path),
        Anchor::Package(Some(name)) => {
            let below = format!("{}/{}", name.replace('.', "/"), read.path);
            let roots = own.packages.iter().flat_map(|(package, _)| &package.import_roots);
            let mut paths = roots.filter_map(|root| root.join(&below));
            paths.find(|path| own.is_file(path))
        }
    }
}

/// The line of an ignore file that keeps it out of an image.
fn excluded<'a>(lacking: &[&'a Side<'_>], path: &RepoPath) -> Option<&'a Place> {
    lacking.iter().find_map(|side| side.image.ignored(path))
}

fn shown(problem: Problem, line: &Place, path: &RepoPath) -> Problem {
    problem.at(line.clone().label("excluded here")).remedy(format!(
        "let `{path}` through: remove that line, or write `!{path}` below it"
    ))
}

fn problem(own: &OwnCode<'_>, package: &Package, path: &str, lacking: &[&Side<'_>]) -> Problem {
    let where_ = match lacking {
        [one] if one.is_dev => "the development image lacks",
        [_] => "the production image lacks",
        _ => "both images lack",
    };
    let message = format!("{where_} `{path}`, which the code of `{}` reads", package.name);
    let installed = |side: &&&Side<'_>| {
        let own = side.loaded.distribution(package);
        own.map(|entry| {
            entry
                .step
                .clone()
                .label("the wheel that is installed here leaves it out")
        })
    };
    let mut problem = Problem::error(message);
    for side in lacking {
        let place = installed(&side).unwrap_or_else(|| side.image.place.clone().label("not copied"));
        problem = problem.at(place);
    }
    if let Some(target) = own.listed.link(path) {
        return problem
            .note(format!("it is a link to `{target}`, which leads to nothing there"))
            .remedy(format!(
                "copy what the link leads to to that place too, or make `{path}` a file"
            ));
    }
    if let Some(path) = RepoPath::parse(path)
        && let Some(line) = excluded(lacking, &path)
    {
        return shown(problem, line, &path);
    }
    let is_wheel = lacking.iter().any(|side| installed(&side).is_some());
    let manifest = package.dir.child("pyproject.toml");
    if is_wheel {
        problem.remedy(format!("declare it in `{manifest}`, so that the wheel has it"))
    } else {
        problem.remedy(format!("copy it together with the modules of `{}`", package.name))
    }
}

/// The files beside modules that are not modules: each with the top folder that it is found by, and the rest of its path.
fn data<'a>(own: &'a OwnCode<'_>, package: &Package) -> Vec<(&'a str, &'a str, &'a str)> {
    let inputs = package.build_inputs.iter();
    let folders = inputs.filter(|input| package.import_roots.iter().any(|root| input.is_under(root)));
    let files = folders.flat_map(|folder| own.below(folder).iter().map(move |path| (folder, path.as_str())));
    let split = files.filter_map(|(folder, path)| {
        let below = path[folder.as_str().len()..].trim_start_matches('/');
        let top = &path[folder.as_str().len() - folder.file_name().len()..folder.as_str().len()];
        (is_data(below)).then_some((path, top, below))
    });
    split.collect()
}

/// Sources, what is made of them, and what only tools read are not data of a program.
fn is_data(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    let is_source = [
        "py", "pyc", "pyi", "pyx", "pxd", "c", "cc", "cpp", "h", "rs", "so", "pyd", "typed",
    ]
    .contains(&ending);
    let is_aside = path
        .split('/')
        .any(|part| part.starts_with('.') || matches!(part, "__pycache__" | "tests" | "test"));
    !path.is_empty() && !is_source && !is_aside
}

/// Whether the modules around it are there, and it is not.
fn lacks(side: &Side<'_>, top: &str, below: &str) -> bool {
    matches!(side.loaded.python.module(top), Module::File { .. })
        && matches!(side.loaded.python.data(top, below), Module::Missing)
}

/// Whether a text of the package names the file, or the folder that it lies in.
fn is_read(own: &OwnCode<'_>, package: &Package, path: &str) -> bool {
    let Some(path) = RepoPath::parse(path) else {
        return false;
    };
    let sources = own
        .below(&package.dir)
        .iter()
        .filter(|source| source.file_name().ends_with(".py"));
    let mut texts = sources.filter_map(|source| own.text(source.as_str()));
    texts.any(|text| mentions(&text, package, &path))
}
