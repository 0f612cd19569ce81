use super::{Aspect, Check, Rule};
use diagnostics::{Level, Problem};
use facts::{Subject, Twin, Twins, absence::Absence, lib_install::for_others, own_code::tops};
use repo::toml::quoted;

pub const RULE: Rule = Rule {
    id: "service-missing",
    aspect: Aspect::Libs,
    level: Level::Error,
    what: "an image does not contain the modules of its own service, or cannot import them",
    why: "the container fails at start",
    example: "no COPY services/web/src in Dockerfile, or `pip install ./libs/core` without ./services/web",
    fix: "copy the service, and install it or put its import folder on PYTHONPATH",
    check: Check::Both(check),
};

fn check(twins: &Twins<'_>) -> Vec<Problem> {
    let Some(subject) = twins.subject else {
        return Vec::new();
    };
    let names: Vec<&str> = tops(&subject.code).into_iter().collect();
    let problem = |twin| {
        let problem = problem(twins, twin, subject, twins.lacks_service(twin)?);
        Some(problem.note(format!("Python finds no module {} there", quoted(&names))))
    };
    twins.each().filter_map(problem).collect()
}

/// What installs a package of the repository.
const INSTALL: &str = "install it like the libs: by its folder, or by its name";

fn problem(twins: &Twins<'_>, twin: &Twin<'_>, subject: &Subject<'_>, absence: Absence) -> Problem {
    let (title, package) = (twins.title(twin), &subject.service.package);
    let (name, folder) = (&package.name, package.dir.shown());
    match absence {
        Absence::Nothing(_) => {
            let message = format!("`{title}` contains nothing of the service `{name}`");
            Problem::error(message).at(twin.place.clone()).remedy(if twin.is_dev() {
                format!("copy the modules of `{folder}` to where the image imports from")
            } else {
                format!("copy `{folder}` into the stage that builds, and install it there")
            })
        }
        Absence::NotInstalled(place) => {
            let message = format!("`{title}` copies the service `{name}` but does not install it");
            let problem = Problem::error(message).at(place);
            let installs = twin.file().into_iter().flat_map(Subject::installs_in);
            let mut others = installs.filter_map(|install| for_others(subject, install));
            let problem = others.next().into_iter().fold(problem, Problem::note);
            problem.remedy(INSTALL)
        }
        Absence::Lost(place) | Absence::OffPath(_, place) => {
            let message = format!("`{title}` copies the service `{name}`, but not to a folder that it imports from");
            Problem::error(message).at(place)
        }
        Absence::Unimported(folder, place) => {
            let message = format!("`{title}` copies the service `{name}` but does not import it");
            let problem = Problem::error(message).at(place);
            let Some(folder) = folder else {
                return problem.remedy(INSTALL);
            };
            let path = twin.config.env.get("PYTHONPATH");
            let problem = match path {
                Some(path) => problem.at(path.place.clone().label("not on this PYTHONPATH")),
                None => problem,
            };
            problem.remedy(format!("put `{folder}` on PYTHONPATH"))
        }
        Absence::NotFound => {
            let message = format!("the Python of `{title}` does not find the service `{name}`");
            Problem::error(message).at(twin.place.clone())
        }
    }
}
