use super::{Aspect, Check, Rule};
use diagnostics::{Level, Problem, Sameness};
use facts::{Subject, volumes::is_over};
use repo::RepoPath;
use surfaces::{
    compose::{Purpose, Run, Watch},
    tilt::{Demand, Pair},
};

pub const RULE: Rule = Rule {
    id: "compose-sync-differs",
    aspect: Aspect::Compose,
    level: Level::Error,
    what: "`develop.watch` of a compose file syncs sources to a folder that the development image does not import from, or syncs some and not others",
    why: "edits do not reach the running program",
    example: "{ action: sync, path: libs/core/src, target: /app/core }, where PYTHONPATH has /app/libs/core/src",
    fix: "sync each folder of sources to the path that the development image uses",
    check: Check::Service(check),
};

fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let Some(dev) = &subject.dev else { return Vec::new() };
    let runs = subject.compose.iter().filter(|run| {
        run.purpose == Purpose::Development
            && run.service.watched.iter().any(|watch| watch.syncs)
            && !run.service.environment.contains_key("PYTHONPATH")
    });
    let mut runs = runs.peekable();
    if runs.peek().is_none() {
        return Vec::new();
    }
    let demand = Demand::of(subject.repo, subject.service, dev);
    let found = runs.flat_map(|run| demand.syncs.iter().filter_map(|pair| of_pair(run, pair)));
    found.map(|problem| problem.same_by(Sameness::Place)).collect()
}

fn of_pair(run: &Run<'_>, pair: &Pair<'_>) -> Option<Problem> {
    let mut wrong = None;
    for watch in &run.service.watched {
        // A part of it that is watched by itself is enough: which parts are edited, the author knows.
        let (outer, inner) = match (below(&pair.local, &watch.path), below(&watch.path, &pair.local)) {
            (Some(rest), _) => (rest, String::new()),
            (None, Some(rest)) => (String::new(), rest),
            (None, None) => continue,
        };
        // What is built again needs no sync.
        let target = watch.target.as_ref().filter(|_| watch.syncs)?;
        if joined(target, &outer) == joined(&pair.remote, &inner) {
            return None;
        }
        wrong = wrong.or(Some((watch, target)));
    }
    if run.code.iter().any(|mount| is_over(&mount.target, &pair.remote)) {
        return None;
    }
    Some(match wrong {
        Some((watch, target)) => elsewhere(run, pair, watch, target),
        None => {
            let message = format!("{} does not sync `{}` to `{}`", run.name(), pair.local, pair.remote);
            let first = run.service.watched.first();
            let place = first.map_or(&run.service.name.place, |watch| &watch.place);
            Problem::error(message).at(place.clone())
        }
    })
}

fn elsewhere(run: &Run<'_>, pair: &Pair<'_>, watch: &Watch, target: &str) -> Problem {
    let message = format!(
        "{} syncs `{}` to `{target}`, but the image has `{}` in `{}`",
        run.name(),
        watch.path.shown(),
        pair.local,
        pair.remote
    );
    Problem::error(message).at(watch.place.clone())
}

/// What is left of a path below a folder of the repository.
fn below(path: &RepoPath, folder: &RepoPath) -> Option<String> {
    if path == folder {
        return Some(String::new());
    }
    path.relative_to(folder).map(str::to_owned)
}

fn joined(folder: &str, below: &str) -> String {
    if below.is_empty() {
        folder.to_owned()
    } else {
        format!("{folder}/{below}")
    }
}
