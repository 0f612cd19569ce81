use super::{Aspect, Check, Rule, Subject};
use diagnostics::Level;
use diagnostics::Problem;
use evidence::image::{Copied, Reach};
use repo::Package;

pub const RULE: Rule = Rule {
    id: "lib-not-needed",
    aspect: Aspect::Libs,
    level: Level::Error,
    what: "an image gets a lib that the service does not depend on",
    why: "its code is imported without being declared, or it makes every build slower",
    example: "COPY libs/other in the Dockerfile of a service that does not use it",
    fix: "remove the COPY, or declare the dependency",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let mut found = Vec::new();
    for image in subject.images() {
        let mut of_image: Vec<Problem> = Vec::new();
        for copied in &image.copied {
            // Its manifest, its README, its modules: each lib is one finding.
            if let Some(problem) = by_name(subject, &copied.what) {
                match of_image.iter_mut().find(|known| known.message == problem.message) {
                    Some(known) => known.places.extend(problem.places),
                    None => of_image.push(problem),
                }
            }
            if copied.reach <= Reach::Copied {
                found.extend(with_others(subject, &copied.what));
            }
        }
        found.extend(of_image);
    }
    found
}

/// The lib itself, or a part of it. An ignore file that keeps it out only ends the build.
pub(super) fn by_name(subject: &Subject<'_>, copied: &Copied) -> Option<Problem> {
    let path = copied.meant().filter(|_| copied.source.ignored.is_some());
    let path = path.as_ref().or(copied.source.path.as_ref())?;
    let mut libs = needless(subject);
    let lib = libs.find(|lib| *path == lib.dir || path.is_under(&lib.dir))?;
    let message = format!(
        "`{}` is copied, and `{}` does not depend on it",
        lib.name, subject.service.package.name
    );
    Some(Problem::error(message).at(copied.place.clone()))
}

/// Libs that come with a folder above them.
fn with_others(subject: &Subject<'_>, copied: &Copied) -> Option<Problem> {
    let source = copied.source.path.as_ref()?;
    let libs = needless(subject).filter(|lib| lib.dir.is_under(source) && copied.holds_any(&lib.dir));
    let names: Vec<String> = libs.map(|lib| format!("`{}`", lib.name)).collect();
    if names.is_empty() {
        return None;
    }
    let message = format!(
        "{} come{} with `{}`, and `{}` does not depend on {}",
        names.join(", "),
        if names.len() == 1 { "s" } else { "" },
        copied.source.written,
        subject.service.package.name,
        if names.len() == 1 { "it" } else { "them" },
    );
    Some(
        Problem::error(message)
            .at(copied.place.clone())
            .remedy("copy each lib that it needs by its own folder, or keep the others out with the ignore file"),
    )
}

/// Whether the service names it without its path, or an image installs it by its folder.
fn is_meant(subject: &Subject<'_>, lib: &Package) -> bool {
    let mut declared = subject.service.package.manifest.main.iter();
    let installs = subject.images().flat_map(|image| &image.installs);
    let mut local = installs.flat_map(|install| &install.what.local);
    declared.any(|dependency| dependency.name.value == lib.name)
        || local.any(|local| local.dir.as_ref() == Some(&lib.dir))
}

fn needless<'a>(subject: &'a Subject<'_>) -> impl Iterator<Item = &'a Package> {
    let libs = subject.repo.libs.iter();
    // One that the manifest names is needed, even where its path leads nowhere.
    libs.filter(|lib| !subject.service.libs.contains(&lib.name) && !is_meant(subject, lib))
}
