//! What of all stages is in the image: what the last one is based on, and what is copied out of the others.

use std::{cell::Cell, collections::BTreeSet};

use super::{copy::Flow, stage::State};

/// How something belongs to the image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// The image is built on its stage: all that the stage holds is in the image.
    Chain,
    /// It is copied out of its stage.
    Copied,
    /// It is only there while something is built: mounted, or left behind.
    Mounted,
}

pub struct Reaches<'a> {
    flows: Vec<(usize, &'a Flow)>,
    /// By stage: how it belongs to the image as a whole.
    stages: Vec<Option<Reach>>,
    /// By stage: which one it is based on.
    on: Vec<Option<usize>>,
}

/// Copies of copies of copies could make a tree that takes for ever.
const MOST_STEPS: usize = 10_000;

impl<'a> Reaches<'a> {
    pub fn of(states: &'a [State]) -> Self {
        let flows = states
            .iter()
            .enumerate()
            .flat_map(|(index, state)| state.flows.iter().map(move |flow| (index, flow)));
        Self {
            flows: flows.collect(),
            stages: stages(states),
            on: states.iter().map(|state| state.on).collect(),
        }
    }

    /// How a stage is used; none where no build of the image needs it.
    pub fn stage(&self, stage: usize) -> Option<Reach> {
        self.stages.get(stage).copied().flatten()
    }

    /// How what stands at a path of a stage belongs to the image. Where a part of it is copied, by the path of that part in it,
    /// the caller knows whether that is a part that counts.
    pub fn path(&self, stage: usize, path: &str, counts: &dyn Fn(&str) -> bool) -> Option<Reach> {
        match self.stage(stage)? {
            Reach::Chain => Some(Reach::Chain),
            Reach::Copied | Reach::Mounted => {
                if self.is_carried(stage, path, counts, &Cell::new(0)) {
                    Some(Reach::Copied)
                } else {
                    Some(Reach::Mounted)
                }
            }
        }
    }

    /// As `path`, of an environment: its packages stand under `lib`, and its programs alone are not the environment.
    pub fn environment(&self, stage: usize, path: &str) -> Option<Reach> {
        let is_part = |below: &str| !(below == "bin" || below.starts_with("bin/") || below.starts_with("share"));
        self.path(stage, path, &is_part)
    }

    fn is_carried(&self, stage: usize, path: &str, counts: &dyn Fn(&str) -> bool, steps: &Cell<usize>) -> bool {
        steps.set(steps.get() + 1);
        if steps.get() > MOST_STEPS {
            return true;
        }
        let out = self.flows.iter().filter(|(_, flow)| self.stands_on(flow.from, stage));
        out.filter_map(|(to, flow)| Some((*to, moved(flow, path, counts)?)))
            .filter(|(to, moved)| (*to, moved.as_str()) != (stage, path))
            .any(|(to, path)| match self.stage(to) {
                Some(Reach::Chain) => true,
                Some(Reach::Copied | Reach::Mounted) => self.is_carried(to, &path, counts, steps),
                None => false,
            })
    }

    /// Where a folder of a stage, or a part of it, ends up in the image by copies between stages: its path in the stage,
    /// and the one in the image. Nothing for a stage that the image is based on.
    pub fn destinations(&self, stage: usize, path: &str) -> Vec<(String, String)> {
        let mut found = BTreeSet::new();
        let mut seen = BTreeSet::new();
        let mut open = vec![(stage, path.to_owned(), path.to_owned())];
        while let Some((stage, first, here)) = open.pop() {
            if self.stage(stage) == Some(Reach::Chain) {
                if !seen.is_empty() {
                    found.insert((first, here));
                }
                continue;
            }
            if seen.len() > MOST_STEPS || !seen.insert((stage, first.clone(), here.clone())) {
                continue;
            }
            for (to, flow) in self.flows.iter().filter(|(_, flow)| self.stands_on(flow.from, stage)) {
                let source = flow.source.trim_end_matches('/');
                let source = source
                    .strip_suffix("/*")
                    .or(source.strip_suffix("/."))
                    .unwrap_or(source);
                if let Some(below) = below(&here, source) {
                    open.push((*to, first.clone(), format!("{}{below}", flow.destination)));
                } else if let Some(below) = below(source, &here) {
                    open.push((*to, format!("{first}{below}"), flow.destination.clone()));
                }
            }
        }
        found.into_iter().collect()
    }

    fn stands_on(&self, stage: usize, below: usize) -> bool {
        let mut at = Some(stage);
        while let Some(stage) = at {
            if stage == below {
                return true;
            }
            at = self.on.get(stage).copied().flatten();
        }
        false
    }
}

/// What is left of a path below a folder: nothing, or `/` and more.
fn below<'a>(path: &'a str, folder: &str) -> Option<&'a str> {
    let rest = path.strip_prefix(folder)?;
    (rest.is_empty() || rest.starts_with('/')).then_some(rest)
}

/// Where a path is after a copy that takes it, or a part of it, along.
fn moved(flow: &Flow, path: &str, counts: &dyn Fn(&str) -> bool) -> Option<String> {
    let (source, path) = (flow.source.trim_end_matches('/'), path.trim_end_matches('/'));
    // `/wheels/*.whl` takes what is in the folder, and nothing below.
    if let Some((folder, pattern)) = source.rsplit_once('/')
        && pattern.contains('*')
        && (pattern != "*" || path == folder)
    {
        return (path == folder).then(|| flow.destination.clone());
    }
    let source = source.strip_suffix("/*").unwrap_or(source);
    if let Some(below) = path.strip_prefix(source)
        && (below.is_empty() || below.starts_with('/'))
    {
        return Some(format!("{}{below}", flow.destination));
    }
    let below = source.strip_prefix(path)?.strip_prefix('/')?;
    counts(below).then(|| flow.destination.clone())
}

/// Which stages the last one needs, and how.
fn stages(stages: &[State]) -> Vec<Option<Reach>> {
    let mut reach = vec![None; stages.len()];
    if let Some(last) = reach.last_mut() {
        *last = Some(Reach::Chain);
    }
    // Stages only use earlier ones, so one pass from the last to the first sees every use.
    for index in (0..stages.len()).rev() {
        let Some(own) = reach[index] else { continue };
        let stage = &stages[index];
        let mut note =
            |used: usize, how: Reach| reach[used] = Some(reach[used].map_or(how, |known: Reach| known.min(how)));
        if let Some(on) = stage.on {
            note(on, own);
        }
        for used in &stage.copied_from {
            note(*used, own.max(Reach::Copied));
        }
        for used in &stage.mounted_from {
            note(*used, Reach::Mounted);
        }
    }
    reach
}
