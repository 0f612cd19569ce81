//! What the last stage of a Dockerfile comes to, as far as the file tells without a build.

mod files;
mod install;
mod run;
mod stage;
#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, path::Path};

use super::dockerfile::Dockerfile;
use crate::{
    repo::{Located, RepoPath},
    report::{Place, Problem},
};

pub use files::{Copied, Origin, absolute};
pub use install::{By, Groups, Install, Requirements};

/// One image.
#[derive(Clone, Debug)]
pub struct Image {
    pub path: RepoPath,
    /// What the image stands on in the end, variables in place.
    pub base: Located<String>,
    /// Every image of the `FROM` lines that a build needs, the base included.
    pub bases: Vec<Located<String>>,
    pub env: BTreeMap<String, Located<String>>,
    pub user: Option<Located<String>>,
    pub workdir: Option<Located<String>>,
    /// As `8080` or `8080/udp`.
    pub ports: Vec<Located<String>>,
    pub entrypoint: Option<Located<Vec<String>>>,
    pub command: Option<Located<Vec<String>>>,
    /// What is copied from the build context.
    pub copied: Vec<Placed<Copied>>,
    pub installs: Vec<Placed<Install>>,
    /// Debian packages.
    pub system: Vec<Placed<Located<String>>>,
    /// Where the last stage starts: what is absent is shown there.
    pub place: Place,
}

/// Something that a stage does, and how that stage belongs to the image.
#[derive(Clone, Debug)]
pub struct Placed<T> {
    pub what: T,
    pub reach: Reach,
}

/// How a stage belongs to the image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// The image is built on it: all that it holds is in the image.
    Chain,
    /// Something is copied out of it.
    Copied,
    /// It is only mounted while a step runs, or copied into what is.
    Mounted,
}

impl Image {
    /// Follows the stages of a Dockerfile. `None` where that cannot be done; why, and what is not understood
    /// otherwise, is reported.
    pub fn read(root: &Path, path: &RepoPath, dockerfile: &Dockerfile, problems: &mut Vec<Problem>) -> Option<Self> {
        let mut stages: Vec<stage::State> = Vec::new();
        for index in 0..dockerfile.stages.len() {
            stages.push(stage::State::of(root, path, dockerfile, index, &stages, problems));
        }
        let last = stages.last()?;
        let reach = reach(&stages);
        let reached = || {
            stages
                .iter()
                .zip(&reach)
                .filter_map(|(stage, reach)| Some((stage, (*reach)?)))
        };
        let mut image = Self {
            path: path.clone(),
            base: last.base.clone(),
            bases: reached()
                .filter(|(stage, _)| stage.on.is_none())
                .map(|(stage, _)| stage.base.clone())
                .collect(),
            env: last.env.clone(),
            user: last.user.clone(),
            workdir: last.workdir.clone(),
            ports: last.ports.clone(),
            entrypoint: last.entrypoint.clone(),
            command: last.command.clone(),
            copied: Vec::new(),
            installs: Vec::new(),
            system: Vec::new(),
            place: dockerfile.stages.last()?.from.place.clone(),
        };
        for (stage, reach) in reached() {
            let placed = |what| Placed { what, reach };
            image.copied.extend(stage.copied.iter().cloned().map(placed));
            let placed = |what| Placed { what, reach };
            image.installs.extend(stage.installs.iter().cloned().map(placed));
            let placed = |what| Placed { what, reach };
            image.system.extend(stage.system.iter().cloned().map(placed));
        }
        Some(image)
    }

    /// Whether what a person reads as the same command is run: the debug launcher and the reloader left aside.
    pub fn program(&self) -> Vec<String> {
        let words =
            |words: &Option<Located<Vec<String>>>| words.as_ref().map_or(Vec::new(), |words| words.value.clone());
        program(words(&self.entrypoint), words(&self.command))
    }
}

/// Both as one command. A launcher that starts what it is given is none of it.
pub fn program(entrypoint: Vec<String>, command: Vec<String>) -> Vec<String> {
    let is_launcher = entrypoint
        .first()
        .is_some_and(|first| matches!(first.as_str(), "/bin/sh" | "sh"))
        && entrypoint.iter().any(|word| word.ends_with("exec \"$@\""));
    if is_launcher {
        command
    } else {
        entrypoint.into_iter().chain(command).collect()
    }
}

/// Which stages the last one needs, and how.
fn reach(stages: &[stage::State]) -> Vec<Option<Reach>> {
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
