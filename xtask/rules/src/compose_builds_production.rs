use super::{Aspect, Check, Rule};
use diagnostics::{Level, Problem, Sameness};
use facts::Subject;
use surfaces::compose::{Purpose, Run};

pub const RULE: Rule = Rule {
    id: "compose-builds-production",
    aspect: Aspect::Compose,
    level: Level::Warning,
    what: "a compose file for development builds the production image of a service, and mounts or syncs sources into it",
    why: "production imports installed packages, so edits do not reach the running program",
    example: "dockerfile: services/web/Dockerfile in compose.dev.yaml, beside services/web/Dockerfile.dev",
    fix: "build the development Dockerfile",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let Some((dev, prod)) = subject.both().filter(|(dev, prod)| dev.path != prod.path) else {
        return Vec::new();
    };
    // Where the name of a file does not say what it is for, the mounts are what is wrong: another rule.
    let edits = |run: &&Run<'_>| !run.code.is_empty() || run.service.watched.iter().any(|watch| watch.syncs);
    let runs = subject
        .compose
        .iter()
        .filter(|run| run.project.purpose == Purpose::Development);
    let wrong = runs.filter(edits).filter_map(|run| {
        let build = run.service.build.as_ref()?;
        (build.dockerfile().as_ref() == Some(&prod.path)).then(|| {
            let place = build.dockerfile.as_ref().map_or(&build.place, |said| &said.place);
            let message = format!("{} builds `{}` and edits its sources", run.name(), prod.path);
            let problem = Problem::warning(message).at(place.clone()).same_by(Sameness::Place);
            problem.remedy(format!("build `{}`", dev.path))
        })
    });
    wrong.collect()
}
