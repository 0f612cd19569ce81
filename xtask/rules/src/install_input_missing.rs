use std::collections::BTreeSet;

use ::image::Wheel;

use super::{Aspect, Check, Rule};
use diagnostics::{Level, Problem};
use evidence::{
    code::Code,
    image::{AbsentFolder, Image},
};
use facts::{Subject, importable::holds, own_code::OwnCode};
use repo::{Package, lock::Manager};

pub const RULE: Rule = Rule {
    id: "install-input-missing",
    aspect: Aspect::Libs,
    level: Level::Error,
    what: "an install needs a package of the repository that is not in the stage at that step",
    why: "the installer ends there, and so does the build",
    example: "`uv sync --locked` above `COPY packages/core packages/core`",
    fix: "copy or mount what the install reads above that step",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let own = OwnCode::of(subject);
    let mut found: Vec<Problem> = Vec::new();
    for image in subject.images() {
        let gets = |package: &Package| {
            let mut copied = image.copied.iter().chain(&image.mounted).map(|copied| &copied.what);
            copied.any(|copied| package.import_roots.iter().any(|root| holds(copied, root)))
        };
        // That an image gets nothing at all of a package is another rule.
        let is_another = |absent: &AbsentFolder| {
            let mut packages = own.packages.iter().map(|(package, _)| *package);
            packages.any(|package| package.name == absent.name && !gets(package))
        };
        let absent = image.absent.iter();
        let absent = absent.filter(|absent| !is_told(image, absent) && !is_another(absent));
        let mut seen = BTreeSet::new();
        // One step may look for many; the first is what its message names.
        for absent in absent.filter(|absent| seen.insert(format!("{:?}", absent.place))) {
            found.push(of_manifest(absent));
        }
        for wheel in &image.built {
            let package = own
                .packages
                .iter()
                .find(|(package, _)| package.dir.as_str() == wheel.project);
            if let Some((package, code)) = package
                && gets(package)
                && is_without_modules(&own, wheel, package, code)
            {
                found.push(of_modules(package, wheel));
            }
        }
    }
    // One file may make both images, and both may mount the same.
    let mut unique: Vec<Problem> = Vec::new();
    for problem in found {
        if !unique.contains(&problem) {
            unique.push(problem);
        }
    }
    unique
}

/// That a `COPY` of it brings nothing is another rule, and so is a lock that names a folder of one machine.
fn is_told(image: &Image, absent: &AbsentFolder) -> bool {
    image.unmet().any(|copied| copied.is_for(&absent.at))
}

fn of_manifest(absent: &AbsentFolder) -> Problem {
    let manager = absent.by.manager().map_or("the installer", Manager::title);
    let file = format!("{}/pyproject.toml", absent.at.trim_end_matches('/'));
    let message = format!(
        "{manager} needs `{file}` of `{}`, which is not there at this step",
        absent.name
    );
    Problem::error(message)
        .at(absent.place.clone())
        .remedy("copy or mount it above this step")
}

/// Whether none of its modules was there when it was built, and the checkout has some.
fn is_without_modules(own: &OwnCode<'_>, wheel: &Wheel, package: &Package, code: &Code) -> bool {
    let fails = package.manifest.build.as_ref().is_some_and(|build| {
        // setuptools makes an empty wheel, which is another rule.
        build.requires.iter().all(|name| !name.value.starts_with("setuptools")) && !build.requires.is_empty()
    });
    let built = wheel.contents(&own.listed);
    let whole = own.contents(package, code);
    let is_whole = whole.unknown.is_none() && !whole.members.is_empty();
    let is_empty = built.members.is_empty() && built.compiled.is_empty() && !built.is_open;
    fails && is_whole && is_empty && !wheel.has_made_module(&own.listed)
}

fn of_modules(package: &Package, wheel: &Wheel) -> Problem {
    let message = format!(
        "`{}` is built here, and none of its modules is in `{}` at this step",
        package.name, wheel.folder
    );
    Problem::error(message)
        .at(wheel.step.clone())
        .remedy("copy or mount its sources above this step, or leave it out of this install")
}
