use super::{Aspect, Check, Rule};
use diagnostics::Level;
use diagnostics::{Problem, Sameness};
use facts::Subject;
use repo::RepoPath;
use surfaces::{
    compose::{Mount, Purpose, Run},
    tilt::{Demand, Pair},
};

pub const RULE: Rule = Rule {
    id: "compose-mount-hides",
    aspect: Aspect::Compose,
    level: Level::Error,
    what: "a compose file for development mounts a folder over the sources that the development image imports, or mounts sources where it imports nothing",
    why: "the container does not find its modules, or edits do not reach it",
    example: "./services/web/src:/app/services/web, where PYTHONPATH leads to /app/services/web/src",
    fix: "mount the folder at the path that the image uses",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let Some(dev) = &subject.dev else { return Vec::new() };
    let runs = subject.compose.iter().filter(|run| run.purpose == Purpose::Development);
    let mut runs = runs
        .filter(|run| !run.service.environment.contains_key("PYTHONPATH"))
        .peekable();
    if runs.peek().is_none() {
        return Vec::new();
    }
    let demand = Demand::of(subject.repo, subject.service, dev);
    let of_pair = |run, pair| over(subject, run, pair).or_else(|| beside(run, pair));
    let found = runs.flat_map(|run| demand.syncs.iter().filter_map(move |pair| of_pair(run, pair)));
    found.map(|problem| problem.same_by(Sameness::Place)).collect()
}

/// What is mounted over sources.
fn over(subject: &Subject<'_>, run: &Run<'_>, pair: &Pair<'_>) -> Option<Problem> {
    let is_over = |mount: &&Mount| below(&pair.remote, &mount.target).is_some();
    // What is mounted deepest is seen.
    let mounts = run.service.mounts.iter().filter(is_over);
    let mount = mounts.max_by_key(|mount| mount.target.len())?;
    let source = mount.source.as_ref()?;
    let rest = below(&pair.remote, &mount.target)?;
    let seen = if rest.is_empty() {
        source.clone()
    } else {
        source.join(rest)?
    };
    if seen == pair.local || is_there(subject, &seen) {
        return None;
    }
    let message = format!(
        "{} mounts `{}` at `{}`, so `{}` is missing",
        run.name(),
        source.shown(),
        mount.target,
        pair.remote
    );
    let problem = Problem::error(message).at(mount.place.clone());
    Some(problem.remedy(format!("mount `{}` at `{}`", pair.local, pair.remote)))
}

/// Sources that are mounted to another place than the one that the image imports them from.
fn beside(run: &Run<'_>, pair: &Pair<'_>) -> Option<Problem> {
    let is_module = |name: &str| name.ends_with(".py");
    let has_modules = !pair.folders.is_empty() || pair.parts.iter().any(|part| is_module(part));
    // Started from another folder or by another command, it may import from there.
    if !(has_modules || is_module(pair.local.as_str()))
        || run.service.command.is_some()
        || run.service.entrypoint.is_some()
        || run.service.workdir.is_some()
    {
        return None;
    }
    let is_near =
        |mount: &Mount| below(&pair.remote, &mount.target).is_some() || below(&mount.target, &pair.remote).is_some();
    if run.service.mounts.iter().any(is_near) {
        return None;
    }
    // The sources, or the package around them.
    let is_around =
        |source: &RepoPath| pair.local.is_under(source) && (source == pair.package || source.is_under(pair.package));
    let is_of_pair = |mount: &&&Mount| {
        let mut source = mount.source.iter();
        source.any(|source| *source == pair.local || is_around(source))
    };
    let mount = run.code.iter().find(is_of_pair)?;
    let message = format!(
        "{} mounts `{}` at `{}`, but the image imports `{}` from `{}`",
        run.name(),
        mount.source.as_ref().map_or("", |source| source.shown()),
        mount.target,
        pair.local,
        pair.remote
    );
    let problem = Problem::error(message).at(mount.place.clone());
    Some(problem.remedy(format!("mount `{}` at `{}`", pair.local, pair.remote)))
}

/// What is left of a path behind a folder around it.
fn below<'a>(path: &'a str, folder: &str) -> Option<&'a str> {
    let rest = path.strip_prefix(folder.trim_end_matches('/'))?;
    (rest.is_empty() || rest.starts_with('/')).then(|| rest.trim_start_matches('/'))
}

fn is_there(subject: &Subject<'_>, folder: &RepoPath) -> bool {
    !subject.repo.tree().under(folder).is_empty()
}
