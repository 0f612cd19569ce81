use ::image::Module;

use super::{Aspect, Check, Rule};
use diagnostics::{Level, Problem};
use evidence::code::{Asked, Question};
use facts::{
    Subject,
    own_code::{OwnCode, Side},
};
use formats::PackageName;
use repo::Package;

pub const RULE: Rule = Rule {
    id: "metadata-missing",
    aspect: Aspect::Libs,
    level: Level::Error,
    what: "code reads the metadata or entry points of a package of the repository, but an image has only its sources",
    why: "`importlib.metadata` finds only installed packages: it raises `PackageNotFoundError`, and plugins are silently missing",
    example: "`version(\"core\")` in a lib that development imports through PYTHONPATH",
    fix: "install the package there too, for example with `pip install --no-deps -e`, or catch the error. Images that `gen-dockerfiles` generates have the metadata",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let own = OwnCode::of(subject);
    let asked = own.packages.iter().flat_map(|(package, code)| {
        let questions = own.questions(package, code).iter();
        questions.map(|question| about(&own, package, question))
    });
    let asked: Vec<About<'_>> = asked.filter(|asked| !asked.packages.is_empty()).collect();
    let mut found = Vec::new();
    if asked.is_empty() {
        return found;
    }
    for side in own.sides() {
        for About { question, packages } in &asked {
            let is_loaded = side.loaded.source(&question.module).as_deref() == Some(question.file.as_str());
            let bare = packages.iter().find(|package| {
                !side.loaded.python.has_metadata(package.dir.as_str()) && is_imported(&own, &side, package)
            });
            let Some(package) = bare.filter(|package| is_loaded && own.is_installed_told(&side, package)) else {
                continue;
            };
            found.push(problem(&side, question, package));
        }
    }
    found
}

/// What one line asks for, and the packages of the repository that it is about.
struct About<'a> {
    question: &'a Question,
    packages: Vec<&'a Package>,
}

fn about<'a>(own: &OwnCode<'a>, package: &Package, question: &'a Question) -> About<'a> {
    let is_meant = |other: &&Package| match &question.asked {
        Asked::Distribution(name) => PackageName::parse(name).as_ref() == Some(&other.name),
        Asked::Itself => other.dir == package.dir,
        Asked::Plugins(group) => other.manifest.plugins().contains(&group.as_str()),
    };
    let packages = own.packages.iter().map(|(other, _)| *other);
    About {
        question,
        packages: packages.filter(is_meant).collect(),
    }
}

/// Whether it is there at all: where nothing of it is, other rules say so.
fn is_imported(own: &OwnCode<'_>, side: &Side<'_>, package: &Package) -> bool {
    let code = own
        .packages
        .iter()
        .find(|(other, _)| other.dir == package.dir)
        .map(|(_, code)| code);
    let mut modules = code.into_iter().flat_map(|code| &code.modules);
    modules.any(|module| !matches!(side.loaded.python.module(module), Module::Missing | Module::Unknown(_)))
}

fn problem(side: &Side<'_>, question: &Question, package: &Package) -> Problem {
    let kind = if side.is_dev { "development" } else { "production" };
    let message = match &question.asked {
        Asked::Plugins(group) => format!(
            "`{}` loads the plugins of the group `{group}`, but the {kind} image has no metadata of `{}`, which has some",
            question.module, package.name
        ),
        Asked::Distribution(_) | Asked::Itself => format!(
            "`{}` asks for the metadata of `{}`, but the {kind} image has only its sources",
            question.module, package.name
        ),
    };
    Problem::error(message)
        .at(question.place.clone())
        .at(side.image.place.clone().label(kind))
}
