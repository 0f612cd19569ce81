use ::image::{Module, Origin};

use super::{Aspect, Check, Rule};
use diagnostics::{Level, Place, Problem, Source};
use evidence::{
    code::{Asked, Code, asked},
    loaded::module_of,
};
use facts::{
    Subject,
    own_code::{OwnCode, Side},
};
use formats::PackageName;
use repo::{Package, RepoPath};

pub const RULE: Rule = Rule {
    id: "metadata-missing",
    aspect: Aspect::Libs,
    level: Level::Error,
    what: "code asks for the metadata or the entry points of a package of the repository, and an image has only its sources",
    why: "`importlib.metadata` finds installed packages alone: it raises `PackageNotFoundError`, and plugins are silently not there",
    example: "`version(\"core\")` in a lib that development imports through PYTHONPATH",
    fix: "install the package there too, as with `pip install --no-deps -e`, or catch that it is not found",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let own = OwnCode::of(subject);
    let questions: Vec<Question<'_>> = own
        .packages
        .iter()
        .flat_map(|(package, code)| questions(&own, package, code))
        .collect();
    let mut found = Vec::new();
    if questions.is_empty() {
        return found;
    }
    for side in own.sides() {
        for question in &questions {
            let is_loaded = side.loaded.source(&question.module).as_deref() == Some(question.file.as_str());
            let bare = question
                .about
                .iter()
                .find(|package| !has_metadata(&side, package) && is_imported(&own, &side, package));
            let Some(package) = bare.filter(|package| is_loaded && own.is_told(&side, package)) else {
                continue;
            };
            found.push(problem(&side, question, package));
        }
    }
    found
}

/// What one line asks for, and the packages of the repository that it is about.
struct Question<'a> {
    file: RepoPath,
    module: String,
    place: Place,
    plugins: Option<String>,
    about: Vec<&'a Package>,
}

fn questions<'a>(own: &OwnCode<'a>, package: &'a Package, code: &Code) -> Vec<Question<'a>> {
    let asks = |name: &str| code.imports.keys().any(|import| import.starts_with(name));
    if !["importlib", "importlib_metadata", "pkg_resources"]
        .into_iter()
        .any(asks)
    {
        return Vec::new();
    }
    let mut found = Vec::new();
    for file in own
        .below(&package.dir)
        .iter()
        .filter(|path| path.file_name().ends_with(".py"))
    {
        let (Some(module), Some(text)) = (module_of(package, file), own.text(file.as_str())) else {
            continue;
        };
        let asked = asked(&text);
        let source = Source::new(file.as_str(), text);
        for (asked, span) in asked {
            let is_meant = |other: &Package| match &asked {
                Asked::Distribution(name) => PackageName::parse(name).as_ref() == Some(&other.name),
                Asked::Itself => other.dir == package.dir,
                Asked::Plugins(group) => other.manifest.plugins().contains(&group.as_str()),
            };
            let about: Vec<&Package> = own
                .packages
                .iter()
                .map(|(other, _)| *other)
                .filter(|other| is_meant(other))
                .collect();
            if about.is_empty() {
                continue;
            }
            found.push(Question {
                file: file.clone(),
                module: module.clone(),
                place: source.place(span),
                plugins: match asked {
                    Asked::Plugins(group) => Some(group),
                    Asked::Distribution(_) | Asked::Itself => None,
                },
                about,
            });
        }
    }
    found
}

fn has_metadata(side: &Side<'_>, package: &Package) -> bool {
    side.loaded
        .python
        .distributions()
        .iter()
        .any(|entry| match &entry.origin {
            Origin::Installed(wheel) | Origin::Editable(wheel) => wheel.project == package.dir.as_str(),
            _ => false,
        })
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

fn problem(side: &Side<'_>, question: &Question<'_>, package: &Package) -> Problem {
    let kind = if side.is_dev { "development" } else { "production" };
    let message = match &question.plugins {
        Some(group) => format!(
            "`{}` loads the plugins of the group `{group}`, but the {kind} image has no metadata of `{}`, which has some",
            question.module, package.name
        ),
        None => format!(
            "`{}` asks for the metadata of `{}`, but the {kind} image has only its sources",
            question.module, package.name
        ),
    };
    Problem::error(message)
        .at(question.place.clone())
        .at(side.image.place.clone().label(kind))
}
