use ::image::Origin;

use super::{Aspect, Check, Rule};
use diagnostics::{Level, Problem};
use facts::{Member, own_code::OwnCode};
use repo::{Package, RepoPath};

pub const RULE: Rule = Rule {
    id: "wheel-without-modules",
    aspect: Aspect::Libs,
    level: Level::Error,
    what: "the wheel of a service or lib that an image installs contains none of its modules",
    why: "the install succeeds with an empty package, or the backend refuses to build; either way nothing can be imported",
    example: "`[tool.setuptools.packages.find] where = [\"source\"]`, and the modules lie in `src`",
    fix: "correct the folders and packages that the manifest names for its build backend",
    check: Check::Package(check),
};

fn check(member: &Member<'_>) -> Vec<Problem> {
    let package = member.package;
    let Some(backend) = package.manifest.build.as_ref().and_then(|build| build.backend.as_ref()) else {
        return Vec::new();
    };
    let is_installed = |own: &OwnCode<'_>| {
        own.sides().iter().any(|side| {
            let mut brought = side.loaded.python.local().into_iter();
            brought.any(|entry| match &entry.origin {
                Origin::Installed(wheel) => wheel.project == package.dir.as_str(),
                _ => false,
            })
        })
    };
    let mut services = member.services.iter().map(|subject| OwnCode::of(subject));
    let Some(own) = services.find(is_installed) else {
        return Vec::new();
    };
    let Some(module) = module(&own, package) else {
        return Vec::new();
    };
    let contents = own.contents(package, member.code);
    // Some bring data or programs alone.
    let brings_more = !contents.scripts.is_empty() || !contents.plugins.is_empty() || !contents.members.is_empty();
    if !contents.is_bare() || brings_more {
        return Vec::new();
    }
    let message = format!("the wheel of `{}` has no modules", package.name);
    vec![
        Problem::error(message)
            .at(backend.place.clone().label("this backend finds none"))
            .note(format!("the sources have `{module}`"))
            .remedy("correct the folders and packages that the manifest names for it"),
    ]
}

/// A module in the folder of the package that is meant to be imported.
fn module<'a>(own: &OwnCode<'a>, package: &Package) -> Option<&'a RepoPath> {
    let is_meant = |path: &&RepoPath| {
        let below = path.relative_to(&package.dir).unwrap_or_default();
        let is_aside = below.split('/').any(|part| {
            part.starts_with(['.', '_']) && part != "__init__.py"
                || ["tests", "test", "docs", "examples", "scripts"].contains(&part)
        });
        path.file_name().ends_with(".py") && below.contains('/') && !is_aside
    };
    own.below(&package.dir).iter().find(is_meant)
}
