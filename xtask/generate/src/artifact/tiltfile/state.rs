//! The files as they are after some edits, and what they come to.

use std::collections::BTreeMap;

use super::{
    edit::{self, Edit},
    fixed, refused,
};
use diagnostics::Problem;
use formats::starlark::syntax::Span;
use repo::{Repo, RepoPath};
use surfaces::{
    tilt::{self, Demand, Intent, faults},
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
            let found = faults(&self.tiltfile, repo, demand).into_iter();
            found.map(|found| found.key).collect::<Vec<_>>()
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

    /// Whether, for every combination of flags, nothing else is built, synced or said than before, but for what a fault
    /// of that very build explains. Builds of `apart`, and what is said of them, may come or go.
    pub fn keeps(&self, before: &Self, repo: &Repo, demands: &[Demand<'_>], apart: Option<&str>) -> bool {
        if self.tiltfile.worlds.len() != before.tiltfile.worlds.len() {
            return false;
        }
        let intents: Vec<(&Demand<'_>, Intent, Intent)> = demands
            .iter()
            .map(|demand| {
                let of = |state: &Self| Intent::of(&state.tiltfile, repo, demand);
                (demand, of(before), of(self))
            })
            .collect();
        let mut pairs = before.tiltfile.worlds.iter().zip(&self.tiltfile.worlds);
        pairs.all(|pair| keeps_world(pair, repo, &intents, apart))
    }
}

fn keeps_world(
    (old, new): (&World, &World),
    repo: &Repo,
    intents: &[(&Demand<'_>, Intent, Intent)],
    apart: Option<&str>,
) -> bool {
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
            let service = tilt::service_of(old, repo);
            let of = intents
                .iter()
                .find(|(demand, ..)| Some(&demand.service.package.name) == service);
            service == tilt::service_of(new, repo) && fixed::is_explained(old, new, of)
        })
}
