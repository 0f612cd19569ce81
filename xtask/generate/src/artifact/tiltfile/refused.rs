//! Builds that no edit is made to, because nobody can tell here that it would be right: what they are given depends on how
//! Tilt is started, comes out of a dictionary, or is shared.

use diagnostics::Problem;
use surfaces::{
    tilt::{Demand, Fault},
    tiltfile::{Build, Tiltfile},
};

/// Why this fault of a build is not edited. `None` where nothing speaks against it.
pub fn why(tiltfile: &Tiltfile, build: &Build, fault: &Fault<'_>, demand: &Demand<'_>) -> Option<Problem> {
    let service = &demand.service.package.name;
    let refused = |reason: String| {
        Problem::error(format!("cannot edit the build of `{service}`: {reason}"))
            .at(tiltfile.place(build.call))
            .note("an edit that is right for one way to start Tilt could be wrong for another")
            .remedy("edit it by hand")
    };
    if let Some(argument) = depends_on_a_flag(tiltfile, build) {
        return Some(refused(format!("its `{argument}` depends on a flag")));
    }
    if build.has_hole {
        return Some(refused(
            "a dictionary (`**`) supplies arguments that are not known here".into(),
        ));
    }
    match fault {
        Fault::SyncMissing(pair) | Fault::SyncElsewhere { pair, .. } => {
            let path = &pair.local;
            let context = build.context.as_ref()?;
            let is_inside = path == context || path.is_under(context);
            let only = || {
                build
                    .only
                    .items
                    .iter()
                    .filter_map(|item| context.join(&item.what.known()?))
            };
            let is_watched = build.only.items.is_empty() || only().any(|only| *path == only || path.is_under(&only));
            (!(is_inside && is_watched))
                .then(|| refused(format!("a sync of `{path}` would be outside what the build watches")))
        }
        Fault::Ignored { .. } | Fault::NotIgnored { .. } => {
            let is_shared = |other: &Build| {
                let is_other = other.call != build.call || other.image.shown() != build.image.shown();
                is_other && other.ignore.homes.iter().any(|home| build.ignore.homes.contains(home))
            };
            tiltfile
                .builds()
                .any(is_shared)
                .then(|| refused("other builds share its `ignore` list".into()))
        }
        Fault::NoBuild | Fault::Dockerfile { .. } | Fault::BuildArg { .. } | Fault::SyncNotNeeded { .. } => None,
    }
}

/// An argument that is not the same in all evaluations, or that cannot be told in one.
fn depends_on_a_flag(tiltfile: &Tiltfile, build: &Build) -> Option<&'static str> {
    let said = |build: &Build| {
        let syncs: Vec<String> = build
            .syncs
            .items
            .iter()
            .map(|sync| format!("{}:{}", sync.what.local.shown(), sync.what.remote.shown()))
            .collect();
        let ignore: Vec<String> = build.ignore.items.iter().map(|item| item.what.shown()).collect();
        [
            ("dockerfile", format!("{:?}", build.dockerfile_path())),
            ("context", format!("{:?}", build.context)),
            ("live_update", format!("{syncs:?} {}", build.syncs.has_hole)),
            ("ignore", format!("{ignore:?} {}", build.ignore.has_hole)),
        ]
    };
    if !build.has_hole && (build.syncs.has_hole || build.ignore.has_hole) {
        return Some(if build.syncs.has_hole { "live_update" } else { "ignore" });
    }
    let own = said(build);
    let same = |other: &&Build| other.call == build.call && other.image.shown() == build.image.shown();
    tiltfile.builds().filter(same).find_map(|other| {
        let others = said(other);
        let different = own.iter().zip(&others).find(|(own, other)| own != other);
        different.map(|((argument, _), _)| *argument)
    })
}
