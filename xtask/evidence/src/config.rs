//! How a container of an image is started: one type for what Dockerfiles say and for what `docker image inspect` says.

use std::collections::BTreeMap;

use diagnostics::{Located, Place};
use formats::shell::{Variables, is_shell};

use crate::{env_call::EnvCall, health::HealthCheck};

/// Where the kernel looks for programs if nothing sets PATH.
const DEFAULT_PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// The configuration of an image. Values of a built image are at the place of the image.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// Environment variables by name.
    pub env: BTreeMap<String, Located<String>>,
    /// `USER`, by name or number, with or without a group.
    pub user: Option<Located<String>>,
    /// `WORKDIR`, made absolute. `None` also for the root folder of a built image.
    pub workdir: Option<Located<String>>,
    /// As `8080` or `8080/udp`.
    pub ports: Vec<Located<String>>,
    /// `ENTRYPOINT`, by word.
    pub entrypoint: Option<Located<Vec<String>>>,
    /// `CMD`, by word.
    pub command: Option<Located<Vec<String>>>,
    /// `None` also where the check of the base is switched off.
    pub health: Option<HealthCheck>,
    /// Where it has no health check on purpose: `HEALTHCHECK NONE`.
    pub no_health: Option<Place>,
    /// Folders, by `VOLUME`.
    pub volumes: Vec<Located<String>>,
    /// `STOPSIGNAL`; Docker's default is `SIGTERM`.
    pub stop_signal: Option<Located<String>>,
    /// `LABEL`, by name.
    pub labels: BTreeMap<String, Located<String>>,
    /// As `linux/amd64`, if it is known.
    pub platform: Option<Located<String>>,
    /// Whether it has nothing but this. A Dockerfile does not show what its base image sets.
    pub is_complete: bool,
}

impl Config {
    /// Whether a shell runs the ENTRYPOINT and hands it no CMD, though there is one.
    pub fn ignores_command(&self) -> bool {
        let Some(entrypoint) = &self.entrypoint else {
            return false;
        };
        let [shell, flag, text] = entrypoint.value.as_slice() else {
            return false;
        };
        let takes = ["$@", "$*", "$0", "$1", "${"]
            .iter()
            .any(|arguments| text.contains(arguments));
        is_shell(shell) && flag.starts_with('-') && flag.ends_with('c') && !takes && self.command.is_some()
    }

    /// What it runs, as one command.
    pub fn program(&self) -> Vec<String> {
        started(self.words())
    }

    /// Where the command is written; the entrypoint if there is no command.
    pub fn started_at(&self) -> Option<&Place> {
        let said = self.command.as_ref().or(self.entrypoint.as_ref());
        said.map(|said| &said.place)
    }

    /// The variables without their places.
    pub fn variables(&self) -> Variables {
        let env = self.env.iter();
        env.map(|(name, said)| (name.clone(), said.value.clone())).collect()
    }

    /// The folder in which the command starts.
    pub fn folder(&self) -> &str {
        self.workdir.as_ref().map_or("/", |folder| folder.value.as_str())
    }

    /// A variable.
    pub fn variable(&self, name: &str) -> Option<&str> {
        self.env.get(name).map(|said| said.value.as_str())
    }

    /// A label.
    pub fn label(&self, name: &str) -> Option<&str> {
        self.labels.get(name).map(|said| said.value.as_str())
    }

    /// The folders in which programs are looked for.
    pub fn path(&self) -> impl Iterator<Item = &str> {
        let path = self.variable("PATH").unwrap_or(DEFAULT_PATH);
        path.split(':').filter(|folder| folder.starts_with('/'))
    }

    /// The user by name or number, without the group.
    pub fn user_name(&self) -> &str {
        let user = self.user.as_ref().map(|user| user.value.as_str());
        user.and_then(|user| user.split(':').next()).unwrap_or_default()
    }

    /// Whether it runs as root, by its word or because it says nothing.
    pub fn is_root(&self) -> bool {
        matches!(self.user_name(), "" | "0" | "root")
    }

    /// The same, shown where a Dockerfile says it, and at a place of its own what that does not say.
    pub fn shown_in(&self, dockerfile: &Self, place: &Place) -> Self {
        let one = |ours: &Option<Located<String>>, theirs: &Option<Located<String>>| {
            ours.as_ref().map(|ours| moved(ours, theirs.as_ref(), place))
        };
        let words = |ours: &Option<Located<Vec<String>>>, theirs: &Option<Located<Vec<String>>>| {
            ours.as_ref().map(|ours| moved(ours, theirs.as_ref(), place))
        };
        let all = |ours: &[Located<String>], theirs: &[Located<String>]| {
            let same = |our: &Located<String>| theirs.iter().find(|their| their.value == our.value).cloned();
            ours.iter().map(|our| moved(our, same(our).as_ref(), place)).collect()
        };
        let named = |ours: &BTreeMap<String, Located<String>>, theirs: &BTreeMap<String, Located<String>>| {
            let ours = ours.iter();
            ours.map(|(name, our)| (name.clone(), moved(our, theirs.get(name), place)))
                .collect()
        };
        let asked_at = dockerfile.health.as_ref().map_or(place, |health| &health.place);
        Self {
            env: named(&self.env, &dockerfile.env),
            user: one(&self.user, &dockerfile.user),
            workdir: one(&self.workdir, &dockerfile.workdir),
            ports: all(&self.ports, &dockerfile.ports),
            entrypoint: words(&self.entrypoint, &dockerfile.entrypoint),
            command: words(&self.command, &dockerfile.command),
            health: self.health.clone().map(|health| HealthCheck {
                place: asked_at.clone(),
                ..health
            }),
            no_health: self
                .no_health
                .as_ref()
                .map(|_| dockerfile.no_health.as_ref().unwrap_or(place).clone()),
            volumes: all(&self.volumes, &dockerfile.volumes),
            stop_signal: one(&self.stop_signal, &dockerfile.stop_signal),
            labels: named(&self.labels, &dockerfile.labels),
            platform: one(&self.platform, &dockerfile.platform),
            is_complete: self.is_complete,
        }
    }

    /// Takes what the command sets for the program into the environment.
    pub(crate) fn take_env_of_command(&mut self) {
        let Some(place) = self.started_at().cloned() else {
            return;
        };
        let words = self.words();
        if let Some(call) = EnvCall::of(&words) {
            call.apply(&mut self.env, &place);
        }
    }

    /// The words of both, `env` included.
    fn words(&self) -> Vec<String> {
        let words =
            |words: &Option<Located<Vec<String>>>| words.as_ref().map_or(Vec::new(), |words| words.value.clone());
        joined(words(&self.entrypoint), words(&self.command))
    }
}

/// Both as one command. Signals and variables are set for a program, which then takes the place of `env`.
pub fn program(entrypoint: Vec<String>, command: Vec<String>) -> Vec<String> {
    started(joined(entrypoint, command))
}

/// A launcher that starts what it is given is none of it.
fn joined(entrypoint: Vec<String>, command: Vec<String>) -> Vec<String> {
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

fn started(words: Vec<String>) -> Vec<String> {
    EnvCall::of(&words).map(|env| env.started.to_vec()).unwrap_or(words)
}

fn moved<T: Clone>(ours: &Located<T>, theirs: Option<&Located<T>>, place: &Place) -> Located<T> {
    Located {
        value: ours.value.clone(),
        place: theirs.map_or(place, |theirs| &theirs.place).clone(),
    }
}
