use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::{Located, Problem};
use facts::Subject;
use surfaces::compose::Purpose;

pub const RULE: Rule = Rule {
    id: "dockerfile-missing",
    aspect: Aspect::Files,
    level: Level::Error,
    what: "one of the two Dockerfiles of a service is missing",
    why: "parity cannot be checked",
    example: "services/web has Dockerfile and no Dockerfile.dev",
    fix: "add it, or run `cargo xtask gen-dockerfiles`; if one file builds both images, configure `[tool.xtask.dockerfiles]`",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let files = &subject.dockerfiles;
    let composed = of_compose(subject);
    let missing = [
        (&subject.dev, &files.dev, "development"),
        (&subject.prod, &files.prod, "production"),
    ];
    // Why a file that is there cannot be followed was said.
    let missing = missing
        .into_iter()
        .filter(|(image, file, _)| image.is_none() && file.is_none())
        .filter(|(_, _, flavour)| {
            composed.is_empty() && !(*flavour == "development" && is_developed_in_production(subject))
        });
    let missing = missing
        .map(|(_, _, flavour)| {
            let problem = Problem::error(format!(
                "`{}` has no Dockerfile for {flavour}",
                subject.service.package.name
            ));
            // A service that no manifest names is known by the other file alone.
            let is_named = subject.service.package.manifest.name.is_some();
            let other = subject.images().next().filter(|_| !is_named);
            let problem = problem.at(other.map_or_else(|| subject.manifest_place(), |other| other.place.clone()));
            match switch(subject).filter(|_| flavour == "development") {
                Some(switch) => problem
                    .at(switch.place.clone().label("this may choose between the two"))
                    .remedy(format!(
                        "if one file builds both images, configure it: `dockerfiles = {{ dev = {{ file = \"{}\", build-args = {{ {} = \"…\" }} }} }}` in `[tool.xtask]`",
                        subject.prod.as_ref().map_or("Dockerfile", |prod| prod.path.file_name()),
                        switch.value
                    )),
                None => problem,
            }
        });
    composed.iter().cloned().chain(missing).collect()
}

/// Dockerfiles that compose files name, and that are not there.
fn of_compose(subject: &Subject<'_>) -> Vec<Problem> {
    let missing = subject.compose.iter().filter_map(|run| {
        let (build, file) = (run.service.build.as_ref()?, run.missing.as_ref()?);
        let place = build.dockerfile.as_ref().map_or(&build.place, |said| &said.place);
        let message = format!("{} is built from `{file}`, which does not exist", run.name());
        Some(Problem::error(message).at(place.clone()).remedy(format!(
            "create it, or name an existing file; `dockerfile` is relative to `context`, here `{}`",
            build.context.as_ref().map_or(".", |context| context.shown())
        )))
    });
    missing.collect()
}

/// Whether a compose file for development builds production: then there are not two images.
fn is_developed_in_production(subject: &Subject<'_>) -> bool {
    let Some(prod) = &subject.prod else { return false };
    let mut runs = subject.compose.iter().filter(|run| run.purpose == Purpose::Development);
    runs.any(|run| {
        let build = run.service.build.as_ref();
        build.is_some_and(|build| build.dockerfile().as_ref() == Some(&prod.path))
    })
}

/// A build argument of the other file that sounds like a choice between the two.
fn switch<'a>(subject: &'a Subject<'_>) -> Option<&'a Located<String>> {
    let arguments = subject.prod.as_ref()?.arguments.iter();
    let sounds = |name: &str| {
        let mut words = name.split('_');
        words.any(|word| {
            ["dev", "development", "env", "environment", "groups", "extras"].contains(&word.to_lowercase().as_str())
        })
    };
    let mut switches = arguments.filter(|argument| sounds(&argument.value));
    switches.next()
}
