//! What `docker image inspect` says of an image.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::health::Health;

/// How a container of the image is started, and what the image is made for.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// The digest by which this engine knows the image: `sha256:…`.
    pub id: String,
    /// The digests by which registries know it: `NAME@sha256:…`.
    pub repo_digests: Vec<String>,
    /// The architecture, as Go names it: `amd64`, `arm64`.
    pub architecture: String,
    /// The operating system, as Go names it: `linux`.
    pub os: String,
    /// The user, by name or number, with or without a group.
    pub user: Option<String>,
    /// Environment variables by name.
    pub env: BTreeMap<String, String>,
    /// The folder in which the command starts.
    pub workdir: String,
    /// As `8080` or `8080/udp`.
    pub ports: Vec<String>,
    /// `ENTRYPOINT`, by word.
    pub entrypoint: Vec<String>,
    /// `CMD`, by word.
    pub command: Vec<String>,
    /// `None` also where there is none to ask.
    pub health: Option<Health>,
    /// The paths that are volumes.
    pub volumes: Vec<String>,
    /// The signal that stops the container; Docker's default is `SIGTERM`.
    pub stop_signal: Option<String>,
    /// Labels by key.
    pub labels: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Inspected {
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

impl Config {
    /// Reads the JSON of one image.
    pub fn read(text: &str) -> serde_json::Result<Self> {
        let inspected: Inspected = serde_json::from_str(text)?;
        let written = inspected.config.unwrap_or_default();
        let env = written.env.unwrap_or_default();
        let ports = written.exposed_ports.unwrap_or_default();
        let workdir = written.working_dir.filter(|folder| !folder.is_empty());
        Ok(Self {
            id: inspected.id,
            repo_digests: inspected.repo_digests.unwrap_or_default(),
            architecture: inspected.architecture,
            os: inspected.os,
            user: written.user.filter(|user| !user.is_empty()),
            env: env
                .iter()
                .filter_map(|entry| entry.split_once('='))
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect(),
            workdir: workdir.unwrap_or_else(|| "/".to_owned()),
            ports: ports
                .into_keys()
                .map(|port| port.trim_end_matches("/tcp").to_owned())
                .collect(),
            entrypoint: written.entrypoint.unwrap_or_default(),
            command: written.cmd.unwrap_or_default(),
            health: written
                .healthcheck
                .and_then(|asked| Health::of_image(&asked.test?))
                .filter(|health| *health != Health::Off),
            volumes: written.volumes.unwrap_or_default().into_keys().collect(),
            stop_signal: written.stop_signal.filter(|signal| !signal.is_empty()),
            labels: written.labels.unwrap_or_default(),
        })
    }

    /// The folders in which programs are looked for.
    pub fn path(&self) -> impl Iterator<Item = &str> {
        let default = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
        let path = self.env.get("PATH").map_or(default, String::as_str);
        path.split(':').filter(|folder| folder.starts_with('/'))
    }
}
