use super::{Aspect, Check, Level, Rule, Subject};
use crate::{
    evidence::image::{By, Install, Placed, Reach},
    repo::{Package, manifest::DependencySource},
    report::Problem,
};

pub const RULE: Rule = Rule {
    id: "lib-from-source-in-production",
    aspect: Aspect::Libs,
    level: Level::Error,
    what: "production imports a lib from a source folder, through an editable install",
    why: "the environment holds no more than a `.pth` file with a path: it dangles where that folder is not in the image, and what is imported was never built as it is published",
    example: "`poetry install` in the Dockerfile of a service whose lib is declared with `develop = true`, or `pip install -e libs/core`",
    fix: "install the libs as wheels: `poetry install --no-root --no-directory`, then `pip install --no-deps --no-index ./libs/core`",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let Some(prod) = &subject.prod else { return Vec::new() };
    let mut found = Vec::new();
    for Placed { what: install, .. } in prod.installs.iter().filter(|install| install.reach <= Reach::Copied) {
        for lib in subject.repo.libs_of(subject.service) {
            if !is_editable(subject, install, lib) {
                continue;
            }
            let roots = &lib.import_roots;
            // What is in the final image, and not in a stage that only some of is copied out of.
            let is_there = prod
                .copied
                .iter()
                .filter(|copied| copied.reach == Reach::Chain)
                .any(|copied| {
                    let path = copied.what.source.path.as_ref();
                    path.is_some_and(|path| {
                        roots
                            .iter()
                            .any(|root| path == root || path.is_under(root) || root.is_under(path))
                    })
                });
            let problem = Problem::error(format!("production imports the lib `{}` from its sources", lib.name));
            let problem = problem.at(install.place.clone());
            found.push(match is_there {
                true => problem.note("this is an editable install"),
                false => problem.note("this is an editable install, and the last stage copies no sources: its `.pth` file may lead nowhere"),
            });
        }
    }
    found
}

fn is_editable(subject: &Subject<'_>, install: &Install, lib: &Package) -> bool {
    match install.by {
        By::Pip => install
            .local
            .iter()
            .any(|local| local.is_editable && local.dir.as_ref() == Some(&lib.dir)),
        By::Poetry if install.is_without_directories || !install.groups.takes("main") => false,
        By::Poetry => {
            let members = std::iter::once(&subject.service.package).chain(subject.repo.libs_of(subject.service));
            let mut declared = members
                .flat_map(|package| &package.manifest.main)
                .filter(|known| known.name.value == lib.name);
            declared.any(|known| matches!(known.source, DependencySource::Path { develop: true, .. }))
        }
        By::Uv | By::Resolver => false,
    }
}
