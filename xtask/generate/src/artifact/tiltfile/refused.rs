//! Builds that no edit is made to, because nobody can tell here that it would be right: what they are given depends on how
//! Tilt is started, comes out of a dictionary, or is shared.

use super::state::State;
use diagnostics::{Place, Problem};
use formats::starlark::syntax::Span;
use repo::RepoPath;
use surfaces::{
    tilt::{self, Demand, Fault},
    tiltfile::{Build, FILE, Kind, Placed, Text, World, ignore},
};

/// A build that is not edited, and why.
pub struct Refused {
    service: String,
    image: Option<String>,
    reason: String,
    note: &'static str,
}

impl Refused {
    fn new(build: &Build, demand: &Demand<'_>, reason: impl Into<String>, note: &'static str) -> Self {
        Self {
            service: demand.service.package.name.to_string(),
            image: tilt::image_name(build),
            reason: reason.into(),
            note,
        }
    }

    /// The refusal with its place in that text, which can be an earlier one than the build was looked at in.
    pub fn shown_in(self, state: &State) -> Problem {
        let mut builds = state.tiltfile.builds();
        let build = builds.find(|build| tilt::image_name(build) == self.image);
        let place = build.map_or_else(|| Place::File(FILE.into()), |build| state.tiltfile.place(build.call));
        Problem::error(format!("cannot edit the build of `{}`: {}", self.service, self.reason))
            .at(place)
            .note(self.note)
            .remedy("edit it by hand")
    }
}

/// Why this fault of a build is not edited. `None` where nothing speaks against it.
pub fn why(state: &State, build: &Build, fault: &Fault<'_>, demand: &Demand<'_>) -> Option<Refused> {
    if build.has_hole {
        let reason = "a dictionary (`**`) supplies arguments that are not known here";
        let note = "Tilt stops where an argument is given twice";
        return Some(Refused::new(build, demand, reason, note));
    }
    if has_to_change_a_shared_list(state, build, fault) {
        let reason = "other builds share its `ignore` list";
        let note = "an entry for one build could exclude files that another one needs";
        return Some(Refused::new(build, demand, reason, note));
    }
    None
}

/// Why no edit was found for a build that a flag changes.
pub fn by_flag(state: &State, build: &Build, demand: &Demand<'_>) -> Option<Refused> {
    let argument = depends_on_a_flag(&state.tiltfile.worlds, build)?;
    let reason = format!("its `{argument}` depends on a flag");
    let note = "an edit that is right with the flag could be wrong without it";
    Some(Refused::new(build, demand, reason, note))
}

/// Why no edit was found that adds a sync of `path`: Tilt takes syncs of what the build watches.
pub fn not_watched(build: &Build, demand: &Demand<'_>, path: &RepoPath) -> Refused {
    let reason = format!("a sync of `{path}` would be outside what the build watches");
    let note = "Tilt stops at a sync of files that the build does not watch";
    Refused::new(build, demand, reason, note)
}

/// The needed sources that a build syncs although it does not watch them.
pub fn unwatched<'a>(build: &Build, demand: &'a Demand<'_>) -> Vec<&'a RepoPath> {
    let is_synced = |path: &RepoPath| {
        let mut syncs = build.syncs.items.iter();
        syncs.any(|sync| {
            sync.what
                .local
                .known()
                .and_then(|local| build.dir.join(&local))
                .as_ref()
                == Some(path)
        })
    };
    let needed = demand.syncs.iter().map(|pair| &pair.local);
    needed
        .filter(|path| is_synced(path) && !is_watched(build, path))
        .collect()
}

/// Whether a change of `path` starts a live update. What cannot be told is not watched.
pub fn is_watched(build: &Build, path: &RepoPath) -> bool {
    let (base, lists) = match build.kind {
        Kind::Docker | Kind::DockerWithRestart => (build.context.as_ref(), &build.only),
        Kind::Custom | Kind::CustomWithRestart => (Some(&build.dir), &build.deps),
    };
    let Some(base) = base else { return false };
    if path != base && !path.is_under(base) {
        return false;
    }
    let is_all = lists.items.is_empty() && !lists.has_hole && build.kind.has_dockerfile();
    let below = path.relative_to(base).unwrap_or_default();
    let known = || lists.items.iter().filter_map(|item| item.what.known());
    is_all || known().any(|said| base.join(&said).as_ref() == Some(base) || ignore::covers(&said, below))
}

/// An argument that is not the same in every evaluation.
fn depends_on_a_flag(worlds: &[World], build: &Build) -> Option<&'static str> {
    let own = said(build);
    let others = worlds.iter().flat_map(|world| same_in(world, build));
    others.map(said).find_map(|others| {
        let different = own.iter().zip(&others).find(|(own, other)| own != other);
        different.map(|((argument, _), _)| *argument)
    })
}

/// The builds of an evaluation that are this one: of the same image, or by the same call on the same way to it.
fn same_in<'a>(world: &'a World, build: &Build) -> Vec<&'a Build> {
    let name = tilt::image_name(build);
    let named: Vec<&Build> = world
        .builds
        .iter()
        .filter(|other| name.is_some() && tilt::image_name(other) == name)
        .collect();
    if !named.is_empty() {
        return named;
    }
    let way = |build: &Build| -> (Span, Span, Vec<Span>, Vec<Span>) {
        let frames = build.frames.iter().map(|frame| frame.span).collect();
        (build.call, build.statement, frames, build.made_from.clone())
    };
    let own = way(build);
    let called: Vec<&Build> = world.builds.iter().filter(|other| way(other) == own).collect();
    // A loop comes to one call several times.
    if called.len() == 1 { called } else { Vec::new() }
}

fn said(build: &Build) -> [(&'static str, String); 7] {
    let syncs: Vec<String> = build
        .syncs
        .items
        .iter()
        .map(|sync| format!("{}:{}", sync.what.local.shown(), sync.what.remote.shown()))
        .collect();
    let texts = |items: &[Placed<Text>]| -> Vec<String> { items.iter().map(|item| item.what.shown()).collect() };
    let args: Vec<_> = build.build_args.items.iter().map(|arg| &arg.what).collect();
    [
        ("ref", format!("{:?}", tilt::image_name(build))),
        ("dockerfile", format!("{:?}", build.dockerfile_path())),
        ("context", format!("{:?}", build.context)),
        ("live_update", format!("{syncs:?} {}", build.syncs.has_hole)),
        (
            "ignore",
            format!("{:?} {}", texts(&build.ignore.items), build.ignore.has_hole),
        ),
        (
            "only",
            format!("{:?} {}", texts(&build.only.items), build.only.has_hole),
        ),
        ("build_args", format!("{args:?} {}", build.build_args.has_hole)),
    ]
}

/// Whether the only list that an entry could be added to, or the one that an entry is to be taken out of, is shared.
fn has_to_change_a_shared_list(state: &State, build: &Build, fault: &Fault<'_>) -> bool {
    let homes = &build.ignore.homes;
    match fault {
        Fault::NotIgnored { .. } => !homes.is_empty() && homes.iter().all(|home| is_shared(state, build, *home)),
        Fault::Ignored { pattern, .. } => {
            let span = pattern.as_ref().and_then(|pattern| pattern.span);
            let mut around = homes.iter().filter(|home| span.is_some_and(|span| holds(**home, span)));
            around.any(|home| is_shared(state, build, *home))
        }
        _ => false,
    }
}

/// Whether one list object is given to several builds: a list that is written outside of the statement that builds.
fn is_shared(state: &State, build: &Build, home: Span) -> bool {
    let outline = state.outline(home.file);
    let statement = outline.and_then(|outline| outline.statements.iter().find(|statement| holds(**statement, home)));
    let is_made_anew = statement.is_none_or(|statement| {
        holds(*statement, build.call) || *statement == build.statement || state.written(*statement).starts_with("def ")
    });
    let mut others = state.tiltfile.builds();
    !is_made_anew
        && others.any(|other| {
            let is_other = other.call != build.call || other.image.shown() != build.image.shown();
            is_other && other.ignore.homes.contains(&home)
        })
}

fn holds(outer: Span, inner: Span) -> bool {
    outer.file == inner.file && outer.start <= inner.start && inner.end <= outer.end
}
