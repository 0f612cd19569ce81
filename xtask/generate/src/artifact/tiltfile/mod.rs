//! The Tiltfile as it has to be: that of a person, with edits where a service asks for something else.
//!
//! An edit is found by trying. The evaluated file says which bytes a value comes from; what would fix a fault is
//! written there, the file is evaluated again, and the edit stays when the fault is gone, no other has come, and
//! nothing else is built or synced than before. So what serves several services is only changed where it is right for
//! all of them.

mod block;
mod candidates;
mod edit;
mod fed;
mod fixed;
mod guarded;
mod literal;
mod refused;
mod state;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use diagnostics::{Place, Problem};
use refused::Refused;
use repo::{Repo, RepoPath};
pub use state::Reader;
use state::State;
use surfaces::{
    tilt::{self, Demand, Fault, Found, faults},
    tiltfile::FILE,
};

/// What an update comes to.
#[derive(Debug, Default)]
pub struct Update {
    /// The files that have to be written.
    pub texts: BTreeMap<RepoPath, String>,
    /// What is wrong and has to be fixed by hand.
    pub left: Vec<Problem>,
    /// What could not be followed, and services that are gone.
    pub warnings: Vec<Problem>,
    /// How many builds of services there are.
    pub builds: usize,
}

/// Which text places are shown in: the one on the disk, or the edited one that is about to be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// The text on the disk.
    OnDisk,
    /// The text with the edits applied.
    Edited,
}

/// Whether builds of services that are gone are taken away, or only told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gone {
    /// They are reported and kept.
    Tell,
    /// They are removed.
    Remove,
}

/// Edits the Tiltfile until every demand is met, or only what has to be done by hand is left.
pub fn update(
    read: Reader<'_>,
    repo: &Repo,
    demands: &[Demand<'_>],
    gone: Gone,
    shown: Shown,
) -> Option<Result<Update, Box<Problem>>> {
    let first = match State::new(read, BTreeMap::new())? {
        Ok(state) => state,
        Err(problem) => return Some(Err(problem)),
    };
    if first.tiltfile.builds().next().is_none() && !first.tiltfile.worlds.iter().any(|world| !world.lost.is_empty()) {
        let problem = Problem::error(format!("`{FILE}` builds no image"))
            .at(Place::File(FILE.into()))
            .note("a new build is written like those that are there")
            .remedy("write a `docker_build` for one service");
        return Some(Err(Box::new(problem)));
    }
    if let Some(span) = first.tiltfile.unfollowed
        && !first.keys(repo, demands).is_empty()
    {
        let problem =
            Problem::error("cannot edit the Tiltfile: it has too many combinations of flags to evaluate all of them")
                .at(first.tiltfile.place(span))
                .note("an edit that is right for one way to start Tilt could be wrong for another")
                .remedy("edit it by hand");
        return Some(Err(Box::new(problem)));
    }
    let mut idle = first.tiltfile.worlds.iter().flat_map(|world| &world.idle);
    if let Some(idle) = idle.next()
        && !first.keys(repo, demands).is_empty()
    {
        let problem = Problem::error(format!("cannot edit the Tiltfile: {}", idle.why))
            .at(first.tiltfile.place(idle.span))
            .note("an edit that is right without the setting could be wrong with it")
            .remedy("fix the name first");
        return Some(Err(Box::new(problem)));
    }
    let mut edited: Option<State> = None;
    let mut given_up = BTreeSet::new();
    loop {
        match step(edited.as_ref().unwrap_or(&first), read, repo, demands, &mut given_up) {
            Ok(Some(better)) => edited = Some(better),
            Ok(None) => break,
            Err(refused) => return Some(Err(Box::new(refused.shown_in(&first)))),
        }
    }
    if gone == Gone::Remove {
        while let Some(better) = without_gone(edited.as_ref().unwrap_or(&first), read, repo, demands) {
            edited = Some(better);
        }
    }
    let state = edited.as_ref().unwrap_or(&first);
    let shown = match shown {
        Shown::OnDisk => &first,
        Shown::Edited => state,
    };
    let mut update = told(state, shown, repo, demands, gone);
    update.builds = demands.len();
    let is_changed = |(path, text): &(RepoPath, String)| read(path).as_ref() != Some(text);
    update.texts = edited.map(|edited| edited.texts).unwrap_or_default();
    update.texts = update.texts.into_iter().filter(is_changed).collect();
    Some(Ok(update))
}

/// What is left after all edits, with places in the text that people have before them.
fn told(state: &State, shown: &State, repo: &Repo, demands: &[Demand<'_>], gone: Gone) -> Update {
    let mut update = Update {
        warnings: shown.tiltfile.warnings(),
        ..Update::default()
    };
    let left: Vec<Option<String>> = block::gone(state, repo).into_iter().map(tilt::image_name).collect();
    for build in block::gone(shown, repo) {
        let Some(name) = tilt::image_name(build).filter(|name| left.contains(&Some(name.clone()))) else {
            continue;
        };
        let problem = Problem::warning(format!("`{name}` is no longer a service")).at(shown.tiltfile.place(build.call));
        update.warnings.push(match gone {
            Gone::Tell => problem.remedy("run `cargo xtask update-tilt --remove-gone` to remove its build"),
            Gone::Remove => problem
                .note("its build cannot be removed without changing others")
                .remedy("remove it by hand"),
        });
    }
    for demand in demands {
        let before = faults(&shown.tiltfile, repo, demand);
        for Found { fault, key, .. } in faults(&state.tiltfile, repo, demand) {
            let there = before.iter().find(|there| there.key == key);
            let span = there.and_then(|there| place_of(&there.fault).or(there.build.map(|build| build.call)));
            let place = span.map_or_else(|| Place::File(FILE.into()), |span| shown.tiltfile.place(span));
            update.left.push(
                Problem::warning(said(&fault, demand))
                    .at(place)
                    .note("no single edit fixes this without changing the other services")
                    .remedy("fix it by hand"),
            );
        }
    }
    update
}

/// The state after the first edit that fixes something. What nothing fixes is given up. An error where an edit could be
/// wrong in a way that cannot be seen here, and where what is left depends on flags.
fn step(
    state: &State,
    read: Reader<'_>,
    repo: &Repo,
    demands: &[Demand<'_>],
    given_up: &mut BTreeSet<String>,
) -> Result<Option<State>, Refused> {
    let before: BTreeSet<String> = state.keys(repo, demands).into_iter().collect();
    let mut refusal = None;
    for demand in demands {
        let service = &demand.service.package.name;
        for Found { fault, build, key, .. } in faults(&state.tiltfile, repo, demand) {
            if let Some(refused) = build.and_then(|build| refused::why(state, build, &fault, demand)) {
                return Err(refused);
            }
            if given_up.contains(&key) {
                continue;
            }
            let (candidates, apart) = match (&fault, build) {
                (Fault::NoBuild, _) => (
                    block::for_new(state, repo, demand.service),
                    Some(demand.service.package.dir.file_name()),
                ),
                // What a flag chooses is chosen.
                (fault, Some(_)) if tilt::Intent::of(&state.tiltfile, repo, demand).is_chosen(fault) => {
                    (Vec::new(), None)
                }
                (_, Some(build)) => (candidates::candidates(state, build, &fault, demand), None),
                (_, None) => (Vec::new(), None),
            };
            let mut not_watched = None;
            for edits in candidates.iter().filter(|edits| !edits.is_empty()) {
                let Some(after) = state.with(read, edits) else { continue };
                let keys: BTreeSet<String> = after.keys(repo, demands).into_iter().collect();
                // A new build may have faults of its own, which come next.
                let is_own = |key: &String| apart.is_some() && key.starts_with(&format!("{service}: "));
                // The right Dockerfile may ask for what another one did not.
                let is_of_dockerfile = matches!(fault, Fault::Dockerfile { .. });
                let is_next = |key: &String| is_of_dockerfile && key.starts_with(&format!("{service}: sync missing"));
                let is_better = !keys.contains(&key)
                    && keys
                        .iter()
                        .all(|key| before.contains(key) || is_own(key) || is_next(key));
                if !is_better || !after.keeps(state, repo, demands, apart) {
                    continue;
                }
                match after.newly_unwatched(state, repo, demand) {
                    None => return Ok(Some(after)),
                    path => not_watched = path,
                }
            }
            match (not_watched, build) {
                // Something else may let the build watch it.
                (Some(path), Some(build)) => refusal = refusal.or(Some(refused::not_watched(build, demand, &path))),
                (None, Some(build)) => {
                    refusal = refusal.or_else(|| refused::by_flag(state, build, demand));
                    given_up.insert(key);
                }
                (_, None) => drop(given_up.insert(key)),
            }
        }
    }
    refusal.map_or(Ok(None), Err)
}

fn without_gone(state: &State, read: Reader<'_>, repo: &Repo, demands: &[Demand<'_>]) -> Option<State> {
    let before: BTreeSet<String> = state.keys(repo, demands).into_iter().collect();
    for build in block::gone(state, repo) {
        let name = tilt::image_name(build)?;
        for edits in block::for_gone(state, build) {
            let Some(after) = state.with(read, &edits) else {
                continue;
            };
            let is_there = after
                .tiltfile
                .builds()
                .any(|build| tilt::image_name(build).as_ref() == Some(&name));
            let is_no_worse = after.keys(repo, demands).iter().all(|key| before.contains(key));
            if !is_there && is_no_worse && after.keeps(state, repo, demands, Some(&name)) {
                return Some(after);
            }
        }
    }
    None
}

fn place_of(fault: &Fault<'_>) -> Option<formats::starlark::syntax::Span> {
    match fault {
        Fault::Dockerfile { place, .. } | Fault::BuildArg { place, .. } | Fault::Ignored { place, .. } => Some(*place),
        Fault::SyncElsewhere { sync, .. } | Fault::SyncNotNeeded { sync, .. } => Some(sync.place),
        Fault::NoBuild | Fault::SyncMissing(_) | Fault::NotIgnored { .. } => None,
    }
}

fn said(fault: &Fault<'_>, demand: &Demand<'_>) -> String {
    let service = &demand.service.package.name;
    match fault {
        Fault::NoBuild => format!("cannot add a build of `{service}`"),
        Fault::Dockerfile { .. } => format!("cannot make this build `{}`", demand.dockerfile),
        Fault::BuildArg { name, .. } => format!("cannot drop the build argument `{name}` of `{service}`"),
        Fault::SyncMissing(pair) => format!("cannot add the sync of `{}` for `{service}`", pair.local),
        Fault::SyncElsewhere { pair, .. } => format!("cannot make this sync `{}` to `{}`", pair.local, pair.remote),
        Fault::SyncNotNeeded { lib, .. } => format!(
            "cannot remove the sync of `{}`, which `{service}` does not need",
            lib.name
        ),
        Fault::Ignored { path, .. } => format!("cannot make this leave `{path}` in, which `{service}` needs"),
        Fault::NotIgnored { lib } => format!("cannot leave out `{}`, which `{service}` does not need", lib.dir),
    }
}
