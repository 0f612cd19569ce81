//! What `docker image inspect` says of an image.

use std::collections::BTreeMap;

use diagnostics::{Located, Place};
use formats::absolute;
use serde::Deserialize;

use crate::{
    config::Config,
    health::{Health, HealthCheck},
};

/// What an image is and how a container of it starts.
#[derive(Clone, Debug, Default)]
pub struct Inspected {
    /// By what it is known.
    pub identity: Identity,
    /// The same as of a Dockerfile.
    pub config: Config,
    /// The commands that made its layers, as its history has them.
    pub history: Vec<String>,
}

/// By what an image is known, and what it is made for.
#[derive(Clone, Debug, Default)]
pub struct Identity {
    /// The digest by which this engine knows the image: `sha256:…`.
    pub id: String,
    /// The digests by which registries know it: `NAME@sha256:…`.
    pub repo_digests: Vec<String>,
    /// The architecture, as Go names it: `amd64`, `arm64`.
    pub architecture: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    #[serde(default)]
    id: String,
    #[serde(default)]
    repo_digests: Option<Vec<String>>,
    #[serde(default)]
    architecture: String,
    #[serde(default)]
    os: String,
    #[serde(default)]
    config: Option<Written>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Written {
    user: Option<String>,
    env: Option<Vec<String>>,
    working_dir: Option<String>,
    exposed_ports: Option<BTreeMap<String, serde_json::Value>>,
    entrypoint: Option<Vec<String>>,
    cmd: Option<Vec<String>>,
    healthcheck: Option<Asked>,
    volumes: Option<BTreeMap<String, serde_json::Value>>,
    stop_signal: Option<String>,
    labels: Option<BTreeMap<String, String>>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Asked {
    test: Option<Vec<String>>,
}

impl Inspected {
    /// Reads the JSON of one image.
    pub fn read(text: &str, place: &Place) -> serde_json::Result<Self> {
        let answer: Answer = serde_json::from_str(text)?;
        let platform = format!("{}/{}", answer.os, answer.architecture);
        let mut config = answer.config.unwrap_or_default().config(place);
        config.platform = Some(at(place, platform));
        Ok(Self {
            identity: Identity {
                id: answer.id,
                repo_digests: answer.repo_digests.unwrap_or_default(),
                architecture: answer.architecture,
            },
            config,
            history: Vec::new(),
        })
    }
}

impl Written {
    fn config(self, place: &Place) -> Config {
        let located = |text: String| at(place, text);
        let words = |words: Option<Vec<String>>| words.filter(|words| !words.is_empty()).map(|words| at(place, words));
        let env = self.env.unwrap_or_default();
        let env = env.iter().filter_map(|entry| entry.split_once('='));
        let ports = self.exposed_ports.unwrap_or_default().into_keys();
        let asked = self.healthcheck.and_then(|asked| Health::of_image(&asked.test?));
        let workdir = self.working_dir.map(|folder| absolute("/", &folder));
        let workdir = workdir.filter(|folder| folder != "/");
        let mut config = Config {
            env: env
                .map(|(name, value)| (name.to_owned(), located(value.to_owned())))
                .collect(),
            user: self.user.filter(|user| !user.is_empty()).map(located),
            workdir: workdir.map(located),
            ports: ports
                .map(|port| located(port.trim_end_matches("/tcp").to_owned()))
                .collect(),
            entrypoint: words(self.entrypoint),
            command: words(self.cmd),
            no_health: (asked == Some(Health::Off)).then(|| place.clone()),
            volumes: self.volumes.unwrap_or_default().into_keys().map(located).collect(),
            stop_signal: self.stop_signal.filter(|signal| !signal.is_empty()).map(located),
            labels: self
                .labels
                .unwrap_or_default()
                .into_iter()
                .map(|(name, value)| (name, located(value)))
                .collect(),
            is_complete: true,
            ..Config::default()
        };
        config.health = asked.filter(|health| *health != Health::Off).map(|health| HealthCheck {
            commands: health.commands(&config.variables()),
            health,
            place: place.clone(),
        });
        config.take_env_of_command();
        config
    }
}

fn at<T>(place: &Place, value: T) -> Located<T> {
    let place = place.clone();
    Located { value, place }
}
