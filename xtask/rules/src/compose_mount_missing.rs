use super::{Aspect, Check, Rule};
use diagnostics::{Level, Problem, Sameness};
use facts::{Subject, volumes::is_over};
use surfaces::{
    compose::{Purpose, Run},
    tilt::{Demand, Pair},
};

pub const RULE: Rule = Rule {
    id: "compose-mount-missing",
    aspect: Aspect::Compose,
    level: Level::Warning,
    what: "a compose file for development mounts some sources of a service over its image and not others",
    why: "edits of the other sources do not reach the running program until the image is built again",
    example: "volumes: [./services/web/src:/app/services/web/src], and no mount of libs/core/src, which the image imports too",
    fix: "mount the other folder as well, or sync it with develop.watch",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let Some(dev) = &subject.dev else { return Vec::new() };
    let runs = subject.compose.iter();
    let runs = runs.filter(|run| run.purpose == Purpose::Development && !run.code.is_empty());
    let mut runs = runs
        .filter(|run| !run.service.environment.contains_key("PYTHONPATH"))
        .peekable();
    if runs.peek().is_none() {
        return Vec::new();
    }
    let demand = Demand::of(subject.repo, subject.service, dev);
    let mut found = Vec::new();
    for run in runs {
        let (mounted, missing): (Vec<_>, Vec<_>) = demand.syncs.iter().partition(|pair| is_mounted(run, pair));
        if mounted.is_empty() {
            continue;
        }
        for pair in missing {
            let message = format!("{} does not mount `{}` at `{}`", run.name(), pair.local, pair.remote);
            let place = run.code.first().map_or(&run.service.name.place, |mount| &mount.place);
            found.push(Problem::warning(message).at(place.clone()).same_by(Sameness::Statement));
        }
    }
    found
}

/// Whether a mount or a sync lies over what the image imports, over a folder above it, or over a part of it.
fn is_mounted(run: &Run<'_>, pair: &Pair<'_>) -> bool {
    let is_part = |target: &str| is_over(target, &pair.remote) || is_over(&pair.remote, target);
    let mut watched = run.service.watched.iter().filter(|watch| watch.syncs);
    run.service.mounts.iter().any(|mount| is_part(&mount.target))
        || watched.any(|watch| watch.target.as_deref().is_some_and(is_part))
}
