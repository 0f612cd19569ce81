use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use evidence::image::{Copied, Image};
use facts::copied_lib::is_of;
use facts::{
    Pair, Subject,
    importable::folders,
    importable::holds,
    importable::is_importable,
    importable::stands_as,
    lib_install::brought,
    own_code::{finds, is_left_out, is_lost},
};
use formats::PackageName;
use repo::{Package, settings::LibSource};

pub const RULE: Rule = Rule {
    id: "lib-missing",
    aspect: Aspect::Libs,
    level: Level::Error,
    what: "an image does not contain a lib that the service needs, or cannot import it",
    why: "the container fails on its first import",
    example: "no COPY libs/core in Dockerfile.dev, or its folder is not on PYTHONPATH",
    fix: "copy the lib, and put its import folder on PYTHONPATH",
    check: Check::Halves(check, of_images),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let mut found = Vec::new();
    for image in subject.images() {
        for lib in subject.repo.libs_of(subject.service) {
            let holds = |copied: &&Copied| lib.import_roots.iter().any(|root| holds(copied, root));
            let before = found.len();
            if is_published(subject, image, &lib.name) {
                continue;
            }
            let copied: Vec<&Copied> = image.copied.iter().map(|copied| &copied.what).filter(holds).collect();
            let is_mounted = image.mounted.iter().any(|mounted| holds(&&mounted.what));
            // That a COPY of it brings nothing is another rule.
            if copied.is_empty() && (is_mounted || image.unmet().any(|copied| is_of(lib, copied))) {
                continue;
            }
            if copied.is_empty() {
                found.push(nothing(subject, image, lib));
            } else if is_left_out(subject, image, lib) {
                let message = format!(
                    "`{}` copies the lib `{}` but does not install it",
                    image.name(),
                    lib.name
                );
                let remedy = "install it like the service and the other libs: by its folder, or by its name";
                found.push(Problem::error(message).at(copied[0].place.clone()).remedy(remedy));
            // In production a PYTHONPATH is wrong whatever it holds, which is another rule.
            } else if is_installed(subject, image, lib) {
                // The environment knows where it is, editable or not.
            } else if let Some(path) = image.config.env.get("PYTHONPATH").filter(|_| subject.is_dev(image)) {
                let folders: Vec<String> = lib
                    .import_roots
                    .iter()
                    .flat_map(|root| copied.iter().flat_map(|copied| stands_as(root, copied)))
                    .collect();
                let listed = |folder: &String| path.value.split(':').any(|entry| entry.trim_end_matches('/') == folder);
                if !folders.is_empty() && !folders.iter().any(listed) && !finds(subject, image, lib) {
                    let message = format!("PYTHONPATH lacks `{}`, where the lib `{}` is", folders[0], lib.name);
                    found.push(Problem::error(message).at(path.place.clone()));
                }
                if found.len() == before && is_lost(subject, image, lib) {
                    found.push(lost(image, lib, copied[0]));
                }
            } else if !image.config.env.contains_key("PYTHONPATH") && is_importable(subject, image, lib) == Some(false)
            {
                found.push(unimported(subject, image, lib, copied[0]));
            }
        }
    }
    found
}

fn of_images(pair: &Pair<'_>) -> Vec<Problem> {
    let Some(subject) = pair.subject else { return Vec::new() };
    let mut found = Vec::new();
    for side in pair.sides() {
        let missing = subject.repo.libs_of(subject.service).filter(|lib| side.lacks(lib));
        found.extend(missing.map(|lib| {
            let message = format!("the Python of `{}` does not find the lib `{}`", side.title(), lib.name);
            Problem::error(message).at(side.place())
        }));
    }
    found
}

fn is_installed(subject: &Subject<'_>, image: &Image, lib: &Package) -> bool {
    Subject::installs_in(image).any(|install| brought(subject, install, lib).is_some())
}

/// PYTHONPATH leads to where its sources were copied, or to where they should have been, and they are not there.
fn lost(image: &Image, lib: &Package, copied: &Copied) -> Problem {
    let message = format!(
        "`{}` copies the lib `{}`, but its modules are not found",
        image.name(),
        lib.name
    );
    Problem::error(message)
        .at(copied.place.clone())
        .note("a later step removes or hides them, or they lie in another folder")
}

/// Its sources are there, and nothing leads Python to them.
fn unimported(subject: &Subject<'_>, image: &Image, lib: &Package, copied: &Copied) -> Problem {
    let message = format!(
        "`{}` copies the lib `{}` but does not import it",
        image.name(),
        lib.name
    );
    let problem = Problem::error(message).at(copied.place.clone());
    match folders(lib, image).next().filter(|_| subject.is_dev(image)) {
        Some(folder) => problem.remedy(format!("put `{folder}` on PYTHONPATH")),
        None => problem.remedy("install it like the service and the other libs: by its folder, or by its name"),
    }
}

/// With `lib-source = "index"` no source is copied: the lib is installed by its name, from what was fetched by hash.
fn is_published(subject: &Subject<'_>, image: &Image, lib: &PackageName) -> bool {
    let names = |package: &String| PackageName::parse(package).as_ref() == Some(lib);
    match subject.repo.settings.lib_source {
        LibSource::Index => image
            .installs
            .iter()
            .any(|install| install.what.packages.iter().any(names)),
        LibSource::Wheelhouse => false,
    }
}

/// The ignore file may keep out the sources, where the folder of the lib is copied.
fn nothing(subject: &Subject<'_>, image: &Image, lib: &Package) -> Problem {
    let problem = Problem::error(format!("`{}` contains nothing of the lib `{}`", image.name(), lib.name));
    let mut roots = lib.import_roots.iter();
    let kept_out = roots.find_map(|root| {
        let mut copied = image.copied.iter().map(|copied| &copied.what);
        copied.find_map(|copied| Some((root, copied, copied.ignored(root)?)))
    });
    match kept_out {
        Some((root, copied, pattern)) => problem
            .at(copied.place.clone())
            .at(pattern.clone().label("excluded here"))
            .remedy(format!("include `{root}` in the ignore file again")),
        None if subject.is_dev(image) => problem.at(image.place.clone()),
        None => problem.at(image.place.clone()).remedy(format!(
            "copy `{}` into a stage that builds, and install it from there",
            lib.dir
        )),
    }
}
