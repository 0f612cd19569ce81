use super::{Aspect, Check, Rule};
use diagnostics::{Level, Problem};
use facts::{Twin, Twins, absence::Absence};
use repo::Package;

pub const RULE: Rule = Rule {
    id: "lib-missing",
    aspect: Aspect::Libs,
    level: Level::Error,
    what: "an image does not contain a lib that the service needs, or cannot import it",
    why: "the container fails on its first import",
    example: "no COPY libs/core in Dockerfile.dev, or its folder is not on PYTHONPATH",
    fix: "copy the lib, and put its import folder on PYTHONPATH",
    check: Check::Both(check),
};

fn check(twins: &Twins<'_>) -> Vec<Problem> {
    let Some(subject) = twins.subject else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for twin in twins.each() {
        for lib in subject.repo.libs_of(subject.service) {
            let absence = twins.lacks_lib(twin, lib);
            found.extend(absence.map(|absence| problem(twins, twin, lib, absence)));
        }
    }
    found
}

/// What installs a package of the repository.
const INSTALL: &str = "install it like the service and the other libs: by its folder, or by its name";

fn problem(twins: &Twins<'_>, twin: &Twin<'_>, lib: &Package, absence: Absence) -> Problem {
    let (title, name) = (twins.title(twin), &lib.name);
    match absence {
        Absence::Nothing(kept_out) => {
            let problem = Problem::error(format!("`{title}` contains nothing of the lib `{name}`"));
            match kept_out {
                Some((root, place, pattern)) => problem
                    .at(place)
                    .at(pattern.label("excluded here"))
                    .remedy(format!("include `{root}` in the ignore file again")),
                None if twin.is_dev() => problem.at(twin.place.clone()),
                None => problem.at(twin.place.clone()).remedy(format!(
                    "copy `{}` into a stage that builds, and install it from there",
                    lib.dir
                )),
            }
        }
        Absence::NotInstalled(place) => {
            let message = format!("`{title}` copies the lib `{name}` but does not install it");
            Problem::error(message).at(place).remedy(INSTALL)
        }
        Absence::OffPath(folder, place) => {
            Problem::error(format!("PYTHONPATH lacks `{folder}`, where the lib `{name}` is")).at(place)
        }
        Absence::Lost(place) => {
            let message = format!("`{title}` copies the lib `{name}`, but its modules are not found");
            let why = "a later step removes or hides them, or they lie in another folder";
            Problem::error(message).at(place).note(why)
        }
        Absence::Unimported(folder, place) => {
            let message = format!("`{title}` copies the lib `{name}` but does not import it");
            let remedy = folder.map_or_else(|| INSTALL.to_owned(), |folder| format!("put `{folder}` on PYTHONPATH"));
            Problem::error(message).at(place).remedy(remedy)
        }
        Absence::NotFound => {
            let message = format!("the Python of `{title}` does not find the lib `{name}`");
            Problem::error(message).at(twin.place.clone())
        }
    }
}
