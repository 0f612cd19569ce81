//! Whether the differences of a build before and after an edit are those, and only those, that its own faults ask for.

use super::refused::is_watched;
use repo::RepoPath;
use surfaces::{
    tilt::{Demand, Fault, Intent},
    tiltfile::{Build, Placed, Text},
};

/// What a fault of a build allows to differ.
#[derive(Default)]
struct Allowed {
    dockerfile: bool,
    args_out: Vec<String>,
    syncs_out: Vec<(String, String)>,
    syncs_in: Vec<(RepoPath, String)>,
    patterns_out: Vec<String>,
    /// Patterns that may come, as paths with a `!` where they let something in.
    patterns_in: Vec<(bool, RepoPath)>,
    only_in: Vec<RepoPath>,
    /// Folders that a command comes to watch.
    deps_in: Vec<RepoPath>,
}

/// Whether a build of one evaluation is the same after an edit, but for faults that are gone; no fault has come.
pub fn is_explained(old: &Build, new: &Build, of: Option<&(&Demand<'_>, Intent, Intent)>) -> bool {
    let mut allowed = Allowed::default();
    if let Some((demand, before, after)) = of {
        let key = |fault: &Fault<'_>| fault.key(&demand.service.package.name);
        let left: Vec<String> = after.faults(new, demand).iter().map(key).collect();
        let faults = before.faults(old, demand);
        for fault in faults.iter().filter(|fault| !left.contains(&key(fault))) {
            allow(fault, demand, &mut allowed);
            // A sync of files that the command did not watch.
            if let Fault::SyncMissing(pair) = fault
                && !is_watched(old, &pair.local)
            {
                allowed.deps_in.push(pair.package.clone());
            }
        }
    }
    old.image.shown() == new.image.shown()
        && old.context == new.context
        && old.target == new.target
        && old.rest == new.rest
        && new.unknowns.len() <= old.unknowns.len()
        && (old.dockerfile_path() == new.dockerfile_path() || allowed.dockerfile)
        && are_args_explained(old, new, &allowed)
        && are_syncs_explained(old, new, &allowed)
        && are_patterns_explained(old, new, &allowed)
        && is_ordered(&new.steps) >= is_ordered(&old.steps)
}

fn allow(fault: &Fault<'_>, demand: &Demand<'_>, allowed: &mut Allowed) {
    match fault {
        Fault::NoBuild => {}
        Fault::Dockerfile { .. } => allowed.dockerfile = true,
        Fault::BuildArg { name, .. } => allowed.args_out.push(name.clone()),
        Fault::SyncMissing(pair) => allowed.syncs_in.push((pair.local.clone(), pair.remote.clone())),
        Fault::SyncElsewhere { pair, sync } => {
            allowed
                .syncs_out
                .push((sync.what.local.shown(), sync.what.remote.shown()));
            allowed.syncs_in.push((pair.local.clone(), pair.remote.clone()));
        }
        Fault::SyncNotNeeded { sync, .. } => {
            allowed
                .syncs_out
                .push((sync.what.local.shown(), sync.what.remote.shown()));
        }
        Fault::Ignored { path, pattern, .. } => {
            let needed = demand.needed.iter().find(|package| path.is_under(&package.dir));
            let dir = needed.map_or(path, |package| &package.dir).clone();
            match pattern {
                Some(pattern) => {
                    allowed.patterns_out.push(pattern.what.shown());
                    allowed.patterns_in.push((true, dir));
                }
                None => allowed.only_in.push(dir),
            }
        }
        Fault::NotIgnored { lib } => allowed.patterns_in.push((false, lib.dir.clone())),
    }
}

fn are_args_explained(old: &Build, new: &Build, allowed: &Allowed) -> bool {
    let of = |build: &Build| {
        build
            .build_args
            .items
            .iter()
            .map(|arg| arg.what.clone())
            .collect::<Vec<_>>()
    };
    are_changed_by(
        &of(old),
        &of(new),
        |arg| allowed.args_out.contains(&arg.name),
        |_| false,
    )
}

fn are_syncs_explained(old: &Build, new: &Build, allowed: &Allowed) -> bool {
    let of = |build: &Build| {
        let syncs = build.syncs.items.iter().map(|sync| &sync.what);
        syncs
            .map(|sync| (sync.local.shown(), sync.remote.shown()))
            .collect::<Vec<_>>()
    };
    let is_wanted = |(local, remote): &(String, String)| {
        let local = new.dir.join(local);
        allowed.syncs_in.iter().any(|(wanted, there)| {
            let Some(local) = &local else { return false };
            let remote = remote.trim_end_matches('/');
            // The folder around the sources may be what is synced.
            let below = wanted.relative_to(local).filter(|below| !below.is_empty());
            match below {
                Some(below) => format!("{remote}/{below}") == *there,
                None => wanted == local && remote == there,
            }
        })
    };
    are_changed_by(&of(old), &of(new), |sync| allowed.syncs_out.contains(sync), is_wanted)
}

fn are_patterns_explained(old: &Build, new: &Build, allowed: &Allowed) -> bool {
    let of = |items: &[Placed<Text>]| items.iter().map(|item| item.what.shown()).collect::<Vec<_>>();
    let path = |pattern: &str| new.context.as_ref().and_then(|context| context.join(pattern));
    let is_wanted = |pattern: &String| {
        let lets_in = pattern.starts_with('!');
        let path = path(pattern.trim_start_matches('!'));
        let mut wanted = allowed.patterns_in.iter();
        wanted.any(|(lets, wanted)| *lets == lets_in && Some(wanted) == path.as_ref())
    };
    let is_let_in = |only: &String| path(only).is_some_and(|path| allowed.only_in.contains(&path));
    let is_watched_now = |dep: &String| new.dir.join(dep).is_some_and(|path| allowed.deps_in.contains(&path));
    let is_out = |pattern: &String| allowed.patterns_out.contains(pattern);
    are_changed_by(&of(&old.ignore.items), &of(&new.ignore.items), is_out, is_wanted)
        && are_changed_by(&of(&old.only.items), &of(&new.only.items), |_| false, is_let_in)
        && are_changed_by(&of(&old.deps.items), &of(&new.deps.items), |_| false, is_watched_now)
}

/// Whether one list becomes another by taking items out and putting items in that may be; the others keep their order.
fn are_changed_by<T: PartialEq>(
    old: &[T],
    new: &[T],
    may_go: impl Fn(&T) -> bool,
    may_come: impl Fn(&T) -> bool,
) -> bool {
    let mut rest = old.iter().peekable();
    for item in new {
        // What stood before it and may go has gone.
        let mut ahead = rest.clone();
        while ahead.peek().is_some_and(|next| *next != item && may_go(next)) {
            ahead.next();
        }
        if ahead.peek() == Some(&item) {
            ahead.next();
            rest = ahead;
        } else if !may_come(item) {
            return false;
        }
    }
    rest.all(may_go)
}

/// Tilt asks for `fall_back_on` first, and for `sync` before `run`.
fn is_ordered(steps: &[String]) -> bool {
    let rank = |step: &String| match step.as_str() {
        "fall_back_on" | "initial_sync" => 0,
        "sync" => 1,
        "run" => 2,
        _ => 3,
    };
    steps.is_sorted_by_key(rank)
}
