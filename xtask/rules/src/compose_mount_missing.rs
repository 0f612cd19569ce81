use super::{Aspect, Check, Rule};
use diagnostics::{Level, Problem, Sameness};
use facts::{Subject, volumes::is_over};
use repo::RepoPath;
use surfaces::{
    compose::{Purpose, Run},
    tilt::{Demand, Pair},
};

pub const RULE: Rule = Rule {
    id: "compose-mount-missing",
    aspect: Aspect::Compose,
    level: Level::Warning,
    what: "a compose file for development mounts the sources of a service over its image, and not those of a lib that it imports",
    why: "edits of the lib do not reach the running program until the image is built again",
    example: "volumes: [./services/web/src:/app/services/web/src], and no mount of libs/core/src, which the image imports too",
    fix: "mount the folder of the lib as well, or sync it with develop.watch",
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
        // Who mounts libs alone edits these alone.
        let own = &subject.service.package.dir;
        if !mounted.iter().any(|pair| pair.package == own && is_in_place(run, pair)) {
            continue;
        }
        for pair in missing.into_iter().filter(|pair| pair.package != own) {
            let message = format!("{} does not mount `{}` at `{}`", run.name(), pair.local, pair.remote);
            let place = run.code.first().map_or(&run.service.name.place, |mount| &mount.place);
            found.push(Problem::warning(message).at(place.clone()).same_by(Sameness::Statement));
        }
    }
    found
}

/// Whether a mount puts the sources where the image has them.
fn is_in_place(run: &Run<'_>, pair: &Pair<'_>) -> bool {
    run.code.iter().any(|mount| {
        let Some(source) = &mount.source else { return false };
        let below = pair
            .local
            .relative_to(source)
            .map(|below| format!("{}/{below}", mount.target));
        let itself = (*source == pair.local).then(|| mount.target.clone());
        itself.or(below).is_some_and(|at| at == pair.remote)
    })
}

/// Whether a mount or a sync lies over what the image imports, over a folder above it, or over a part of it; or whether the sources are
/// mounted elsewhere, which is another rule.
fn is_mounted(run: &Run<'_>, pair: &Pair<'_>) -> bool {
    let is_part = |target: &str| is_over(target, &pair.remote) || is_over(&pair.remote, target);
    let mut watched = run.service.watched.iter().filter(|watch| watch.syncs);
    let is_source = |path: &RepoPath| path.is_under(&pair.local) || pair.local.is_under(path) || *path == pair.local;
    let mut mounts = run.service.mounts.iter();
    mounts.any(|mount| is_part(&mount.target) || mount.source.as_ref().is_some_and(is_source))
        || watched.any(|watch| watch.target.as_deref().is_some_and(is_part))
}
