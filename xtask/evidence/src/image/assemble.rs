//! Puts together what the stages of a Dockerfile hold.

use std::collections::BTreeSet;

use super::{
    BuiltElsewhere, Context, Copied, Edit, Image, Install, Placed, Reach, Target, health, reach::Reaches, stage,
    system, tool,
};
use crate::config::Config;
use diagnostics::Located;
use formats::dockerfile::Dockerfile;
use repo::RepoPath;
use repo::Root;

/// All that they hold, each with how it belongs to the last one.
pub fn image(
    root: &Root,
    path: &RepoPath,
    dockerfile: &Dockerfile,
    target: &Target,
    context: &Context,
    stages: &[stage::State],
) -> Image {
    let reaches = Reaches::of(stages);
    let last = &stages[stages.len() - 1];
    let mut image = Image {
        path: path.clone(),
        target: target.stage.clone(),
        build_arguments: target.arguments.clone(),
        context: context.clone(),
        base: last.base.clone(),
        bases: Vec::new(),
        sources: Vec::new(),
        config: config(stages, last),
        users: last.users.clone(),
        homes: last.homes.clone(),
        groups: last.members.clone(),
        secrets: last.secrets.clone(),
        touched: last.touched.clone(),
        is_linked: last.is_linked,
        fetched: Vec::new(),
        edits: Vec::new(),
        taken: Vec::new(),
        upgraded: Vec::new(),
        copied: Vec::new(),
        mounted: Vec::new(),
        absent_sources: Vec::new(),
        starved: Vec::new(),
        open_installs: Vec::new(),
        installs: Vec::new(),
        built_elsewhere: Vec::new(),
        system: system_packages(stages, &reaches),
        tools: Vec::new(),
        environments: last.environments.values().cloned().collect(),
        moved: last.moved.values().cloned().collect(),
        path_files: Vec::new(),
        downloads: Vec::new(),
        folders: last.folders.clone(),
        arguments: stages.iter().flat_map(|stage| stage.declared.iter().cloned()).collect(),
        is_unclear: false,
        tree: last.tree.clone(),
        absent_pythons: Vec::new(),
        unheeded: Vec::new(),
        refused: Vec::new(),
        absent: Vec::new(),
        built: Vec::new(),
        strangers: Vec::new(),
        place: dockerfile.stages[stages.len() - 1].from.place.clone(),
    };
    for (index, stage) in stages.iter().enumerate() {
        let Some(reach) = reaches.stage(index) else { continue };
        image.is_unclear |= stage.is_unclear;
        image.bases.extend(stage.on.is_none().then(|| stage.base.clone()));
        image.bases.extend(stage.images.iter().cloned());
        if reach == Reach::Chain {
            image.taken.extend(stage.taken.iter().cloned());
            image.upgraded.extend(stage.upgraded.iter().cloned());
            image.sources.extend(sources(stage, stages).cloned());
        }
        image.absent_pythons.extend(stage.absent_pythons.iter().cloned());
        image.unheeded.extend(stage.unheeded.iter().cloned());
        image.refused.extend(stage.refused.iter().cloned());
        image.absent.extend(stage.absent.iter().cloned());
        image.built.extend(stage.built.iter().cloned());
        image.strangers.extend(stage.strangers.iter().cloned());
        image.absent_sources.extend(stage.absent_sources.iter().cloned());
        image.starved.extend(stage.starved.iter().cloned());
        image.open_installs.extend(stage.open_installs.iter().cloned());
        image
            .downloads
            .extend(stage.downloads.iter().cloned().map(|what| Placed { what, reach }));
        let placed = |what| Placed { what, reach };
        image.fetched.extend(stage.fetched.iter().cloned().map(placed));
        image.edits.extend(edits(stage, index, reach, &reaches));
        let mounted = |what| Placed {
            what,
            reach: Reach::Mounted,
        };
        image.mounted.extend(stage.mounted.iter().cloned().map(mounted));
        image.take_copies(root, &reaches, index, stage, reach);
        image.take_installs(&reaches, index, stage, reach);
    }
    image.forget_wheels();
    let chain = stages
        .iter()
        .enumerate()
        .filter(|(index, _)| reaches.stage(*index) == Some(Reach::Chain));
    let added: BTreeSet<&str> = chain
        .flat_map(|(_, stage)| &stage.system)
        .map(|added| system::name(&added.value))
        .collect();
    image.taken.retain(|taken| !added.contains(taken.value.as_str()));
    image.absent_pythons.extend(last.absent_start(&image.config));
    let mut last = last.clone();
    last.strangers.clear();
    last.user.clone().iter().for_each(|user| last.ask_for_user(user));
    image.strangers.append(&mut last.strangers);
    image
}

/// What the last stage says, and the stages that it is built on.
fn config(stages: &[stage::State], last: &stage::State) -> Config {
    let mut config = Config {
        env: last.env.clone(),
        user: last.user.clone(),
        workdir: last.workdir.clone(),
        ports: last.ports.clone(),
        entrypoint: last.entrypoint.clone(),
        command: last.command.clone(),
        health: health::of(stages),
        no_health: health::off(stages),
        volumes: last.volumes.clone(),
        stop_signal: last.stop_signal.clone(),
        labels: last.labels.clone(),
        platform: last.platform.clone(),
        is_complete: false,
    };
    config.take_env_of_command();
    config
}

/// The changes that a stage makes to files that get into the image, by their paths in it.
fn edits(stage: &stage::State, index: usize, reach: Reach, reaches: &Reaches) -> Vec<Edit> {
    let there = |edit: &Edit| match reach {
        Reach::Chain => vec![edit.clone()],
        Reach::Copied => {
            let copied = reaches.destinations(index, &edit.path).into_iter();
            copied.map(|(_, path)| edit.at(path)).collect()
        }
        Reach::Mounted => Vec::new(),
    };
    stage.edits.iter().flat_map(there).collect()
}

/// The packages of the distribution, but for those that the same stage or one on top takes out again.
fn system_packages(stages: &[stage::State], reaches: &Reaches) -> Vec<Placed<Located<String>>> {
    let mut gone: Vec<&String> = Vec::new();
    let mut found = Vec::new();
    for (index, stage) in stages.iter().enumerate().rev() {
        let Some(reach) = reaches.stage(index) else { continue };
        if reach == Reach::Chain {
            gone.extend(&stage.removed);
        }
        let is_gone = |package: &&Located<String>| {
            let name = system::name(&package.value);
            let mut gone = gone.iter().copied().chain(&stage.removed);
            // What it is a part of goes with it: `tesseract-ocr-eng` with `tesseract-ocr`.
            gone.any(|gone| {
                gone == name
                    || name
                        .strip_prefix(gone.as_str())
                        .is_some_and(|rest| rest.starts_with('-'))
            })
        };
        let system = stage.system.iter().filter(|package| !is_gone(package));
        // Of another stage, what a copy of the folders of the system brings.
        let is_of_system = |below: &str| {
            let mut parts = below.split('/');
            let first = parts.next().unwrap_or_default();
            let is_of_machine = |part: &str| part.ends_with("-linux-gnu") || part.ends_with("-linux-musl");
            matches!(first, "bin" | "lib" | "lib64" | "sbin" | "usr")
                && parts.all(|part| is_of_machine(part) || part == "lib" || part == "bin")
        };
        let mut brought = ["/usr", "/bin", "/lib"]
            .iter()
            .filter_map(|folder| reaches.path(index, folder, &is_of_system));
        let reach = match reach {
            Reach::Copied if !brought.any(|reach| reach <= Reach::Copied) => Reach::Mounted,
            reach => reach,
        };
        let placed = |what: &Located<String>| Placed {
            what: what.clone(),
            reach,
        };
        found.splice(0..0, system.map(placed));
    }
    found
}

/// The images whose files a stage takes over, but for tools.
fn sources<'a>(stage: &'a stage::State, stages: &'a [stage::State]) -> impl Iterator<Item = &'a Located<String>> {
    // A stage in which nothing is done only gives an image a name.
    let named = stage.copied_from.iter().filter_map(|from| stages.get(*from));
    let named = named.filter(|from| from.on.is_none() && from.layers.is_empty() && from.installs.is_empty());
    let sources = stage.images.iter().chain(named.map(|from| &from.base));
    sources.filter(|image| tool::of_image(&image.value).is_none())
}

impl Image {
    /// Files, by where they stand.
    fn take_copies(&mut self, root: &Root, reaches: &Reaches, index: usize, stage: &stage::State, reach: Reach) {
        self.copied.extend(stage.copied.iter().cloned().map(|what| {
            let is_part = |below: &str| {
                let source = what.source.path.as_ref();
                let path = source.and_then(|source| source.join(below));
                path.is_some_and(|path| what.holds(&path) && root.has(&path))
            };
            let reach = reaches.path(index, &what.destination, &is_part).unwrap_or(reach);
            let environments = stage.environments.keys().cloned().collect();
            let carried = reaches.destinations(index, what.destination.trim_end_matches('/'));
            let what = Copied {
                environments,
                carried,
                ..what
            };
            Placed { what, reach }
        }));
        self.tools.extend(stage.tools.iter().cloned().map(|what| {
            let reach = reaches.path(index, &what.path, &|_| true).unwrap_or(reach);
            Placed { what, reach }
        }));
        self.path_files.extend(stage.path_files.iter().cloned().map(|what| {
            let reach = reaches.path(index, &what.path, &|_| false).unwrap_or(reach);
            Placed { what, reach }
        }));
    }

    /// What is installed, by the environment that it is in.
    fn take_installs(&mut self, reaches: &Reaches, index: usize, stage: &stage::State, reach: Reach) {
        self.installs.extend(stage.installs.iter().cloned().map(|what| {
            let reach = reaches.environment(index, &what.prefix).unwrap_or(reach);
            Placed { what, reach }
        }));
        let is_elsewhere = |install: &&Install| {
            stage.base.value != self.base.value && reaches.environment(index, &install.prefix) == Some(Reach::Copied)
        };
        let elsewhere = stage.installs.iter().filter(is_elsewhere);
        self.built_elsewhere.extend(elsewhere.map(|install| BuiltElsewhere {
            prefix: install.prefix.clone(),
            base: stage.base.clone(),
            place: install.place.clone(),
        }));
    }

    /// Wheels say what they are for, and an installer asks them: a folder of them is not an environment.
    fn forget_wheels(&mut self) {
        let wheels = self.installs.iter().flat_map(|install| &install.what.wheels);
        let folders: BTreeSet<&str> = wheels.filter_map(|wheel| Some(wheel.rsplit_once('/')?.0)).collect();
        self.built_elsewhere
            .retain(|elsewhere| !folders.contains(elsewhere.prefix.as_str()));
    }
}
