use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::Problem;
use evidence::image::{By, Image, Install, Reach};
use facts::{Subject, lib_install::Brought, lib_install::brought};
use repo::Package;

pub const RULE: Rule = Rule {
    id: "lib-from-source-in-production",
    aspect: Aspect::Libs,
    level: Level::Error,
    what: "production imports a lib from a source folder, through an editable install",
    why: "the environment contains only a `.pth` file with a path, which dangles if that folder is not in the image, and the imported code was never built as it is published",
    example: "`poetry install` in the Dockerfile of a service whose lib is declared with `develop = true`, `uv sync` without `--no-editable`, or `pip install -e libs/core`",
    fix: "install the libs as wheels: `poetry install --no-root --no-directory`, then `pip install --no-deps ./libs/core`; with uv `uv sync --no-editable`",
    check: Check::Service(check),
};

/// One problem a lib, whatever the number of installs.
fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let Some(prod) = &subject.prod else { return Vec::new() };
    let mut found = Vec::new();
    let by_folder = |lib: &&Package| {
        let mut local = Subject::installs_in(prod).flat_map(|install| &install.local);
        subject.service.libs.contains(&lib.name) || local.any(|local| local.dir.as_ref() == Some(&lib.dir))
    };
    // Those it needs, and those that a requirement file brings by their folders.
    for lib in subject.repo.libs.iter().filter(by_folder) {
        let installs = Subject::installs_in(prod);
        let mut editable = installs.filter(|install| brought(subject, install, lib) == Some(Brought::Editable));
        let Some(first) = editable.next() else { continue };
        let is_there = is_in_the_last_stage(prod, lib);
        let absent = if is_there {
            ""
        } else {
            ", which the last stage does not contain"
        };
        let message = format!("production imports the lib `{}` from its sources{absent}", lib.name);
        let mut problem = Problem::error(message)
            .at(first.place.clone())
            .remedy(remedy(first, lib));
        for install in editable {
            problem = problem.at(install.place.clone().label("and here"));
        }
        found.push(if is_there {
            problem.note("this is an editable install")
        } else {
            problem.note("this is an editable install: its `.pth` file may be dangling")
        });
    }
    found
}

fn remedy(install: &Install, lib: &Package) -> String {
    match install.by {
        By::Uv | By::Pdm => "add `--no-editable`".to_owned(),
        By::Pipenv => format!(
            "leave out `editable` for `{}` in the Pipfile, and run `pipenv lock`",
            lib.name
        ),
        By::Pip => "install it without `-e`, as a wheel".to_owned(),
        By::Poetry | By::Resolver => format!(
            "add `--no-directory`, and install it as a wheel: `pip install --no-deps` with the folder that `{}` is copied to",
            lib.dir
        ),
    }
}

/// Whether its sources are in the final image, from the context or out of another stage.
fn is_in_the_last_stage(prod: &Image, lib: &Package) -> bool {
    let copied = prod.copied.iter().filter(|copied| copied.reach <= Reach::Copied);
    let mut sources = copied.filter_map(|copied| copied.what.source.path.as_ref());
    sources.any(|path| {
        let mut roots = lib.import_roots.iter();
        roots.any(|root| path == root || path.is_under(root) || root.is_under(path))
    })
}
