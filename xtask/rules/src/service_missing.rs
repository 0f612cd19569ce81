use ::image::Start;

use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use evidence::image::{Copied, Image};
use facts::{
    Pair, Side, Subject,
    copied_lib::is_of,
    importable::folders,
    importable::holds,
    importable::is_importable,
    lib_install::for_others,
    own_code::{OwnCode, is_left_out, is_lost, tops},
};
use repo::toml::quoted;

pub const RULE: Rule = Rule {
    id: "service-missing",
    aspect: Aspect::Libs,
    level: Level::Error,
    what: "an image does not contain the modules of its own service, or cannot import them",
    why: "the container fails at start",
    example: "no COPY services/web/src in Dockerfile, or `pip install ./libs/core` without ./services/web",
    fix: "copy the service, and install it or put its import folder on PYTHONPATH",
    check: Check::Halves(check, of_images),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let package = &subject.service.package;
    // What is not a package is run where it lies.
    if package.import_roots.is_empty() || subject.code.is_empty {
        return Vec::new();
    }
    let names: Vec<&str> = tops(&subject.code).into_iter().collect();
    let found = subject.images().filter_map(|image| of_image(subject, image));
    let named = found.map(|problem| problem.note(format!("Python finds no module {} there", quoted(&names))));
    named.collect()
}

fn of_image(subject: &Subject<'_>, image: &Image) -> Option<Problem> {
    // Without the environment that stages fill, nothing is there at all, which is another rule.
    if !image.installs.is_empty() && Subject::installs_in(image).next().is_none() {
        return None;
    }
    let package = &subject.service.package;
    let holds = |copied: &&Copied| package.import_roots.iter().any(|root| holds(copied, root));
    let all = || image.copied.iter().chain(&image.mounted).map(|copied| &copied.what);
    let Some(first) = all().find(holds) else {
        return nothing(subject, image);
    };
    if is_importable(subject, image, package) != Some(false) {
        if is_lost(subject, image, package) {
            let message = format!(
                "`{}` copies the service `{}`, but not to a folder that it imports from",
                image.name(),
                package.name
            );
            return Some(Problem::error(message).at(first.place.clone()));
        }
        return is_left_out(subject, image, package).then(|| {
            let message = format!(
                "`{}` copies the service `{}` but does not install it",
                image.name(),
                package.name
            );
            let problem = Problem::error(message).at(first.place.clone());
            let mut others = Subject::installs_in(image).filter_map(|install| for_others(subject, install));
            let problem = others.next().into_iter().fold(problem, Problem::note);
            problem.remedy("install it like the libs: by its folder, or by its name")
        });
    }
    let message = format!(
        "`{}` copies the service `{}` but does not import it",
        image.name(),
        package.name
    );
    let problem = Problem::error(message).at(first.place.clone());
    Some(match folders(package, image).next().filter(|_| subject.is_dev(image)) {
        Some(folder) => {
            let problem = match image.config.env.get("PYTHONPATH") {
                Some(path) => problem.at(path.place.clone().label("not on this PYTHONPATH")),
                None => problem,
            };
            problem.remedy(format!("put `{folder}` on PYTHONPATH"))
        }
        None => problem.remedy("install it like the libs: by its folder, or by its name"),
    })
}

/// Whether an image starts a module of the service by its name.
fn starts(subject: &Subject<'_>, image: &Image) -> bool {
    let own = OwnCode::of(subject);
    let Start::Module(module) = &own.side(image).loaded.started.start else {
        return false;
    };
    let owner = own.owner(module);
    owner.is_some_and(|(owner, _)| owner.dir == subject.service.package.dir)
}

/// Into a container for development, sources are often mounted when it starts: then those of its libs are not there either.
fn nothing(subject: &Subject<'_>, image: &Image) -> Option<Problem> {
    let package = &subject.service.package;
    // Where nothing of the repository is put together, it may all come from elsewhere.
    let mut local = Subject::installs_in(image)
        .flat_map(|install| &install.local)
        .peekable();
    let installs_local = local.peek().is_some();
    // A checkout that a step makes is of some commit of some repository, and perhaps of this one.
    let is_from_elsewhere = installs_local && local.all(|local| local.dir.is_none());
    let copies_libs = subject.repo.libs_of(subject.service).any(|lib| {
        let mut copied = image.copied.iter().map(|copied| &copied.what);
        copied.any(|copied| lib.import_roots.iter().any(|root| holds(copied, root)))
    });
    let is_told = installs_local || copies_libs || (starts(subject, image) && is_left_out(subject, image, package));
    let is_kept_out = subject.is_dev(image) && !is_lost(subject, image, package);
    if is_kept_out
        || image.is_unclear
        || is_from_elsewhere
        || !is_told
        || image.unmet().any(|copied| is_of(package, copied))
    {
        return None;
    }
    let message = format!("`{}` contains nothing of the service `{}`", image.name(), package.name);
    let problem = Problem::error(message).at(image.place.clone());
    let folder = package.dir.shown();
    Some(if subject.is_dev(image) {
        problem.remedy(format!(
            "copy the modules of `{folder}` to where the image imports from"
        ))
    } else {
        problem.remedy(format!(
            "copy `{folder}` into the stage that builds, and install it there"
        ))
    })
}

fn of_images(pair: &Pair<'_>) -> Vec<Problem> {
    let Some(subject) = pair.subject else { return Vec::new() };
    let package = &subject.service.package;
    if package.import_roots.is_empty() || package.is_program || subject.code.is_empty {
        return Vec::new();
    }
    let [dev, prod] = pair.sides();
    let lacks = |side: &&Side<'_>| side.lacks(package);
    // Into a container for development, sources are often mounted when it starts: then those of its libs are not there either.
    let has_libs = |side: &Side<'_>| {
        let mut libs = subject.repo.libs_of(subject.service).peekable();
        libs.peek().is_some() && libs.all(|lib| !side.lacks(lib))
    };
    let sides = [has_libs(&dev).then_some(&dev), Some(&prod)];
    let found = sides.into_iter().flatten().filter(lacks).map(|side| {
        let message = format!(
            "the Python of `{}` does not find the service `{}`",
            side.title(),
            package.name
        );
        Problem::error(message).at(side.place())
    });
    found.collect()
}
