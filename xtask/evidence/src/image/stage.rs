//! What one stage comes to: the instructions, one after the other, on top of what the stage is based on.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::{
    PathFile,
    arguments::expanded,
    context::Context,
    copy::{Download, Flow},
    edits::Edit,
    effects::Fetched,
    files::{Copied, Layer},
    install::{Install, PoetrySettings},
    tool::{self, Script, Tool},
};
use crate::{health::Health, secret::Secret};
use diagnostics::{Located, Place, Problem};
use formats::dockerfile::{Dockerfile, Statement, expand};
use repo::{Root, lock::LockCache};

/// What the official images of Python set, and those of most distributions.
const PATH: &str = "/usr/local/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
#[derive(Clone, Debug)]
pub struct State {
    /// The stage that it is based on; none when that is an image.
    pub on: Option<usize>,
    pub base: Located<String>,
    pub env: BTreeMap<String, Located<String>>,
    pub user: Option<Located<String>>,
    pub workdir: Option<Located<String>>,
    pub ports: Vec<Located<String>>,
    pub entrypoint: Option<Located<Vec<String>>>,
    pub command: Option<Located<Vec<String>>>,
    pub health: Option<Located<Health>>,
    pub volumes: Vec<Located<String>>,
    pub stop_signal: Option<Located<String>>,
    /// `LABEL`, by name.
    pub labels: BTreeMap<String, Located<String>>,
    /// What layers and settings give away; by this stage and what it is based on.
    pub secrets: Vec<Secret>,
    /// Files that commands of one step write, with what is known of their text.
    pub(super) written: Vec<super::written::Written>,
    /// What `FROM --platform` names, where that is known.
    pub platform: Option<Located<String>>,
    /// Users that commands add, by name, with their numbers; by this stage and what it is based on.
    pub users: BTreeMap<String, String>,
    /// Their homes, where the command names them.
    pub homes: BTreeMap<String, String>,
    /// Their groups, by the names of both, where the command tells all of them.
    pub members: BTreeMap<String, Vec<String>>,
    /// The same, by name alone.
    pub(super) names: BTreeSet<String>,
    /// Some command makes a user whose name cannot be told.
    pub(super) has_unknown_users: bool,
    /// Users that are named, and that are not there at that moment.
    pub strangers: Vec<Located<String>>,
    /// Pythons that steps run, and that the stage does not have.
    pub absent_pythons: Vec<super::AbsentPython>,
    /// Some step brings more Pythons than the base has.
    pub(super) has_more_pythons: bool,
    /// Installs whose failure does not end the build.
    pub unheeded: Vec<Place>,
    /// The command that is applied is one whose failure nobody sees.
    pub(super) is_unheeded: bool,
    /// Steps that their user may not take.
    pub refused: Vec<super::rights::Refused>,
    /// Packages of the repository that an install looks for in vain.
    pub absent: Vec<super::AbsentFolder>,
    /// Packages of the repository that installs build.
    pub built: Vec<Arc<::image::Wheel>>,
    /// What is mounted over for the time of a step.
    pub(super) overlays: Vec<String>,
    pub fetched: Vec<Fetched>,
    pub edits: Vec<Edit>,
    /// Paths below which a command may change files where they lie; by this stage and what it is based on.
    pub touched: Vec<String>,
    /// Some command makes links.
    pub is_linked: bool,
    /// From the context, by this stage alone.
    pub copied: Vec<Copied>,
    /// From the context, for the time of one step.
    pub mounted: Vec<Copied>,
    pub copied_from: Vec<usize>,
    pub mounted_from: Vec<usize>,
    /// Paths of other stages that are copied or mounted, and that those do not have.
    pub absent_sources: Vec<Located<String>>,
    /// Files that commands take and that the ignore file keeps out.
    pub starved: Vec<super::Starved>,
    /// Installs of JavaScript packages that do not keep to their lock.
    pub open_installs: Vec<super::OpenInstall>,
    pub installs: Vec<Install>,
    pub system: Vec<Located<String>>,
    /// System packages that are taken out, of this stage and of what it is based on.
    pub removed: Vec<String>,
    /// The same with the commands.
    pub taken: Vec<Located<String>>,
    /// Where everything is made newer.
    pub upgraded: Vec<Place>,
    pub tools: Vec<Tool>,
    pub path_files: Vec<PathFile>,
    /// What is brought from other stages, and from folders of wheels.
    pub flows: Vec<Flow>,
    /// Images that something is copied out of.
    pub images: Vec<Located<String>>,
    pub downloads: Vec<Download>,
    /// A command installs, and what cannot be told.
    pub is_unclear: bool,
    /// What `ARG` and `ENV` say, for what follows.
    pub variables: BTreeMap<String, String>,
    /// By this stage and what it is based on.
    pub layers: Vec<Layer>,
    /// The same: virtual environments by path, with the command that made them.
    pub environments: BTreeMap<String, Located<String>>,
    /// Those that a copy brought to another path, by the path that they have now.
    pub moved: BTreeMap<String, super::copy::Moved>,
    pub poetry: PoetrySettings,
    /// `ARG` of this stage and of what it is based on, by name.
    pub declared: Vec<Located<String>>,
    /// Folders that `mkdir` makes, by this stage and what it is based on.
    pub folders: Vec<String>,
    /// Installers that were fetched from the web, by path.
    pub scripts: BTreeMap<String, Script>,
    /// How many scripts of the repository were followed.
    pub(super) followed: usize,
    /// Of apk: packages that are taken out together.
    pub groups: BTreeMap<String, Vec<String>>,
    pub(super) shell: Vec<String>,
    /// `ONBUILD`: what runs in a stage that is based on this one.
    pub(super) triggers: Vec<Statement>,
    pub(super) has_own_command: bool,
    /// What is in it, by path.
    pub tree: ::image::Tree,
    /// The same with what is mounted, while a step runs that mounts something.
    pub(super) during: Option<::image::Tree>,
}

/// What applying an instruction needs to know beside the state.
pub(super) struct StageContext<'a> {
    pub root: &'a Root,
    /// Locks that were read.
    pub locks: &'a LockCache,
    pub dockerfile: &'a Dockerfile,
    pub index: usize,
    pub globals: &'a BTreeMap<String, String>,
    pub build_context: &'a Context,
    pub earlier: &'a [State],
    /// What the build is called with, which beats the default of an `ARG`.
    pub arguments: &'a BTreeMap<String, String>,
}

impl State {
    pub(super) fn of(context: &StageContext<'_>, problems: &mut Vec<Problem>) -> Self {
        let stage = &context.dockerfile.stages[context.index];
        let escape = context.dockerfile.escape;
        let base = expanded(&stage.base, escape, context.globals, problems);
        let unset = expand(&stage.base.value, escape, context.globals).map_or(Vec::new(), |expansion| expansion.unset);
        for name in unset {
            let message = format!("cannot determine the base image: `{name}` has no default");
            problems.push(
                Problem::warning(message)
                    .at(stage.base.place.clone())
                    .remedy(format!("give it one before the first `FROM`: `ARG {name}=…`")),
            );
        }
        let on = context.dockerfile.stage_before(&base.value, context.index);
        let mut state = match on.and_then(|on| context.earlier.get(on)) {
            Some(below) => below.next(on),
            None => Self::new(base),
        };
        if let Some(flag) = stage.from.flag("platform").last() {
            let platform = expanded(&flag.map(str::to_owned), escape, context.globals, problems);
            // BuildKit has variables of its own for it.
            state.platform = Some(platform).filter(|platform| !platform.value.is_empty());
        }
        for statement in std::mem::take(&mut state.triggers).iter().chain(&stage.statements) {
            state.apply(statement, context, problems);
        }
        state
    }

    /// A stage that is based on this one: what it does itself is still to come.
    fn next(&self, on: Option<usize>) -> Self {
        Self {
            on,
            copied: Vec::new(),
            mounted: Vec::new(),
            copied_from: Vec::new(),
            mounted_from: Vec::new(),
            absent_sources: Vec::new(),
            starved: Vec::new(),
            open_installs: Vec::new(),
            installs: Vec::new(),
            system: Vec::new(),
            removed: Vec::new(),
            taken: Vec::new(),
            upgraded: Vec::new(),
            tools: Vec::new(),
            path_files: Vec::new(),
            flows: Vec::new(),
            images: Vec::new(),
            downloads: Vec::new(),
            fetched: Vec::new(),
            edits: Vec::new(),
            strangers: Vec::new(),
            absent_pythons: Vec::new(),
            unheeded: Vec::new(),
            refused: Vec::new(),
            absent: Vec::new(),
            built: Vec::new(),
            is_unclear: false,
            has_own_command: false,
            ..self.clone()
        }
    }

    fn new(base: Located<String>) -> Self {
        let tool = tool::of_image(&base.value).map(|name| Tool {
            name,
            path: "/usr/local/bin".to_owned(),
            place: base.place.clone(),
        });
        let tree = super::tree::of_base(&base.value, &base.place);
        Self {
            on: None,
            user: user_of_image(&base),
            base,
            env: BTreeMap::new(),
            workdir: None,
            ports: Vec::new(),
            entrypoint: None,
            command: None,
            health: None,
            volumes: Vec::new(),
            stop_signal: None,
            labels: BTreeMap::new(),
            secrets: Vec::new(),
            written: Vec::new(),
            platform: None,
            users: BTreeMap::new(),
            homes: BTreeMap::new(),
            members: BTreeMap::new(),
            names: BTreeSet::new(),
            has_unknown_users: false,
            strangers: Vec::new(),
            absent_pythons: Vec::new(),
            has_more_pythons: false,
            unheeded: Vec::new(),
            is_unheeded: false,
            refused: Vec::new(),
            absent: Vec::new(),
            built: Vec::new(),
            overlays: Vec::new(),
            fetched: Vec::new(),
            edits: Vec::new(),
            touched: Vec::new(),
            is_linked: false,
            copied: Vec::new(),
            mounted: Vec::new(),
            copied_from: Vec::new(),
            mounted_from: Vec::new(),
            absent_sources: Vec::new(),
            starved: Vec::new(),
            open_installs: Vec::new(),
            installs: Vec::new(),
            system: Vec::new(),
            removed: Vec::new(),
            taken: Vec::new(),
            upgraded: Vec::new(),
            tools: tool.into_iter().collect(),
            path_files: Vec::new(),
            flows: Vec::new(),
            images: Vec::new(),
            downloads: Vec::new(),
            is_unclear: false,
            variables: BTreeMap::from([("PATH".to_owned(), PATH.to_owned())]),
            layers: Vec::new(),
            environments: BTreeMap::new(),
            moved: BTreeMap::new(),
            poetry: PoetrySettings::default(),
            declared: Vec::new(),
            folders: Vec::new(),
            scripts: BTreeMap::new(),
            groups: BTreeMap::new(),
            followed: 0,
            shell: ["/bin/sh", "-c"].map(String::from).to_vec(),
            triggers: Vec::new(),
            has_own_command: false,
            tree,
            during: None,
        }
    }

    pub(super) fn folder(&self) -> &str {
        self.workdir.as_ref().map_or("/", |folder| folder.value.as_str())
    }
}

/// The stage that `--from` names, by name or by number; none when it is an image.
pub(super) fn stage_of(
    reference: &Located<String>,
    context: &StageContext<'_>,
    problems: &mut Vec<Problem>,
) -> Option<usize> {
    match reference.value.parse::<usize>() {
        Ok(number) if number < context.index => Some(number),
        Ok(_) => {
            let message = format!("stage {} does not exist before this one", reference.value);
            problems.push(Problem::error(message).at(reference.place.clone()));
            None
        }
        Err(_) => context.dockerfile.stage_before(&reference.value, context.index),
    }
}

/// Of images that are known not to run as root: distroless with that tag, those of Chainguard, and some more.
fn user_of_image(base: &Located<String>) -> Option<Located<String>> {
    let (name, tag) = base.value.rsplit_once(':').unwrap_or((&base.value, ""));
    let is_in = |organisation: &str| name.split('/').any(|part| part == organisation);
    let user = match name.rsplit('/').next().unwrap_or_default() {
        _ if tag.contains("nonroot") || name.starts_with("cgr.dev/chainguard/") => "65532",
        "micromamba" if is_in("mambaorg") => "57439",
        _ if is_in("bitnami") || is_in("bitnamilegacy") => "1001",
        // Python for OpenShift: `ubi9/python-312`.
        image if image.starts_with("python-") && name.contains("/ubi") => "1001",
        _ if is_in("jupyter") => "1000",
        _ => return None,
    };
    Some(base.clone().map(|_| user.to_owned()))
}
