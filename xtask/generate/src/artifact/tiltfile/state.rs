//! The files as they are after some edits, and what they come to.

use std::collections::BTreeMap;

use super::{
    edit::{self, Edit},
    refused,
};
use diagnostics::Problem;
use formats::{PackageName, starlark::syntax::Span};
use repo::{Repo, RepoPath};
use surfaces::{
    tilt::{self, Demand, faults},
    tiltfile::{Build, Tiltfile, World, outline::Outline},
};

/// Gives the text of a file of the repository, as it is on the disk.
pub type Reader<'a> = &'a (dyn Fn(&RepoPath) -> Option<String> + Sync);

pub struct State {
    /// Files that differ from the disk.
    pub texts: BTreeMap<RepoPath, String>,
    pub tiltfile: Tiltfile,
    outlines: BTreeMap<u16, Outline>,
}

impl State {
    /// `None` where there is no Tiltfile.
    pub fn new(read: Reader<'_>, texts: BTreeMap<RepoPath, String>) -> Option<Result<Self, Box<Problem>>> {
        let overlaid = |path: &RepoPath| texts.get(path).cloned().or_else(|| read(path));
        let tiltfile = match Tiltfile::evaluate(&overlaid)? {
            Ok(tiltfile) => tiltfile,
            Err(problem) => return Some(Err(problem)),
        };
        let sources = (0..).zip(&tiltfile.sources);
        let outlines = sources.filter_map(|(file, source)| Some((file, Outline::of(file, source.text()).ok()?)));
        let outlines = outlines.collect();
        Some(Ok(Self {
            texts,
            tiltfile,
            outlines,
        }))
    }

    /// The state after more edits, unless they make the file unreadable.
    pub fn with(&self, read: Reader<'_>, edits: &[Edit]) -> Option<Self> {
        let mut texts = self.texts.clone();
        for (file, source) in (0u16..).zip(&self.tiltfile.sources) {
            let own: Vec<Edit> = edits.iter().filter(|edit| edit.at.file == file).cloned().collect();
            if own.is_empty() {
                continue;
            }
            let text = edit::apply(source.text(), &own)?;
            texts.insert(RepoPath::parse(source.path())?, text);
        }
        Self::new(read, texts)?.ok()
    }

    pub fn text(&self, file: u16) -> &str {
        self.tiltfile
            .sources
            .get(usize::from(file))
            .map_or("", |source| source.text())
    }

    pub fn written(&self, span: Span) -> &str {
        self.text(span.file).get(span.range()).unwrap_or_default()
    }

    pub fn outline(&self, file: u16) -> Option<&Outline> {
        self.outlines.get(&file)
    }

    /// The keys of all faults.
    pub fn keys(&self, repo: &Repo, demands: &[Demand<'_>]) -> Vec<String> {
        let of = |demand: &Demand<'_>| {
            let name = demand.service.package.name.clone();
            let found = faults(&self.tiltfile, repo, demand);
            found.iter().map(|found| found.fault.key(&name)).collect::<Vec<_>>()
        };
        demands.iter().flat_map(of).collect()
    }

    /// Sources of a service that a build syncs and does not watch, where it did not do so before.
    pub fn newly_unwatched(&self, before: &Self, repo: &Repo, demand: &Demand<'_>) -> Option<RepoPath> {
        let service = &demand.service.package.name;
        let of = |state: &Self| -> Vec<RepoPath> {
            let builds = state.tiltfile.worlds.iter();
            let builds = builds.flat_map(|world| tilt::builds_of(world, repo, service));
            builds
                .flat_map(|build| refused::unwatched(build, demand))
                .cloned()
                .collect()
        };
        let old = of(before);
        of(self).into_iter().find(|path| !old.contains(path))
    }

    /// Whether nothing else is built, synced or said than before, but for what the demands ask. Builds of `apart`, and
    /// what is said of them, may come or go.
    pub fn keeps(&self, before: &Self, repo: &Repo, demands: &[Demand<'_>], apart: Option<&str>) -> bool {
        if self.tiltfile.worlds.len() != before.tiltfile.worlds.len() {
            return false;
        }
        let mut pairs = before.tiltfile.worlds.iter().zip(&self.tiltfile.worlds);
        pairs.all(|(old, new)| keeps_world(old, new, repo, demands, apart))
    }
}

fn keeps_world(old: &World, new: &World, repo: &Repo, demands: &[Demand<'_>], apart: Option<&str>) -> bool {
    let is_kept = |build: &&Build| apart.is_none() || tilt::image_name(build).as_deref() != apart;
    let (before, after): (Vec<&Build>, Vec<&Build>) = (
        old.builds.iter().filter(is_kept).collect(),
        new.builds.iter().filter(is_kept).collect(),
    );
    let said = |world: &World| -> Vec<String> {
        let of_others = |said: &&String| {
            apart.is_none_or(|apart| !said.contains(&format!("{apart}\"")) || !said.starts_with("k8s_resource"))
        };
        world.said.iter().filter(of_others).cloned().collect()
    };
    before.len() == after.len()
        && said(old) == said(new)
        && new.lost.len() <= old.lost.len()
        && before.iter().zip(&after).all(|(old, new)| {
            let service = tilt::service_of(new, repo);
            let demand = demands
                .iter()
                .find(|demand| Some(&demand.service.package.name) == service);
            keeps_build(old, new, service, demand)
        })
}

fn keeps_build(old: &Build, new: &Build, service: Option<&PackageName>, demand: Option<&Demand<'_>>) -> bool {
    let facts = |build: &Build| {
        let syncs = build
            .syncs
            .items
            .iter()
            .map(|sync| (sync.what.local.shown(), sync.what.remote.shown()));
        let ignore = build.ignore.items.iter().map(|item| item.what.shown());
        let only = build.only.items.iter().map(|item| item.what.shown());
        let args = build
            .build_args
            .items
            .iter()
            .map(|arg| (arg.what.name.clone(), arg.what.value.clone()));
        (
            syncs.collect::<Vec<_>>(),
            ignore.collect::<Vec<_>>(),
            only.collect::<Vec<_>>(),
            args.collect::<Vec<_>>(),
        )
    };
    let (old_syncs, old_ignore, old_only, old_args) = facts(old);
    let (new_syncs, new_ignore, new_only, new_args) = facts(new);
    let is_same = old.image.shown() == new.image.shown()
        && old.context == new.context
        && old.rest == new.rest
        && new.unknowns.len() <= old.unknowns.len();
    let Some(demand) = demand.filter(|_| service.is_some()) else {
        return is_same
            && old.dockerfile_path() == new.dockerfile_path()
            && (old_syncs, old_ignore, old_only, old_args) == (new_syncs, new_ignore, new_only, new_args);
    };
    let faults = tilt::of_build(old, demand);
    let wrong_syncs: Vec<(String, String)> = faults
        .iter()
        .filter_map(|fault| match fault {
            tilt::Fault::SyncElsewhere { sync, .. } | tilt::Fault::SyncNotNeeded { sync, .. } => {
                Some((sync.what.local.shown(), sync.what.remote.shown()))
            }
            _ => None,
        })
        .collect();
    let wrong_patterns: Vec<String> = faults
        .iter()
        .filter_map(|fault| match fault {
            tilt::Fault::Ignored {
                pattern: Some(pattern), ..
            } => Some(pattern.what.shown()),
            _ => None,
        })
        .collect();
    let wrong_args: Vec<&str> = faults
        .iter()
        .filter_map(|fault| match fault {
            tilt::Fault::BuildArg { name, .. } => Some(name.as_str()),
            _ => None,
        })
        .collect();
    let is_wanted = |sync: &(String, String)| {
        let local = new.dir.join(&sync.0);
        demand
            .syncs
            .iter()
            .any(|pair| Some(&pair.local) == local.as_ref() && pair.remote == sync.1.trim_end_matches('/'))
            || wrong_syncs.iter().any(|(wrong, _)| *wrong == sync.0)
    };
    is_same
        && (old.dockerfile_path() == new.dockerfile_path()
            || new.dockerfile_path().as_ref() == Some(&demand.dockerfile))
        && old_syncs
            .iter()
            .all(|sync| new_syncs.contains(sync) || wrong_syncs.contains(sync))
        && new_syncs.iter().all(|sync| old_syncs.contains(sync) || is_wanted(sync))
        && old_ignore
            .iter()
            .all(|pattern| new_ignore.contains(pattern) || wrong_patterns.contains(pattern))
        && new_ignore.iter().all(|pattern| {
            let path = new
                .context
                .as_ref()
                .and_then(|context| context.join(pattern.trim_start_matches('!')));
            old_ignore.contains(pattern)
                || demand.unneeded.iter().any(|lib| Some(&lib.dir) == path.as_ref())
                || (pattern.starts_with('!') && demand.needed.iter().any(|package| Some(&package.dir) == path.as_ref()))
        })
        && old_only.iter().all(|only| new_only.contains(only))
        && old_args
            .iter()
            .all(|arg| new_args.contains(arg) || wrong_args.contains(&arg.0.as_str()))
        && new_args.iter().all(|arg| old_args.contains(arg))
}
