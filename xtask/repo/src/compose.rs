//! Running the application with compose: `[workspace.metadata.xtask.compose]` in the root `Cargo.toml`.
//!
//! ```toml
//! [workspace.metadata.xtask.compose.profiles.qdrant]
//! image = "qdrant/qdrant:v1.19.1-unprivileged"
//! data = "/qdrant/storage"                          # what a volume holds
//! env = { QDRANT__SERVICE__API_KEY = "${QDRANT_API_KEY:-}" }
//! clients = { rag-backend = { QDRANT_URL = "http://qdrant:6333" } }
//! ```
//!
//! The table alone asks for `compose.yaml` and `compose.dev.yaml`. A profile is a server that services use in place of what
//! they hold themselves, once their variables say so.

use std::collections::BTreeMap;

use super::{Service, keys, service::env_entries, settings::required, toml::Table};
use diagnostics::{Located, Problem};
use formats::PackageName;

/// `[workspace.metadata.xtask.compose]`: with it, compose files are generated.
#[derive(Clone, Debug, Default)]
pub struct Compose {
    /// By name, which is that of the profile, of the server, and of its host.
    pub profiles: BTreeMap<String, Backing>,
}

/// A server of somebody else's image.
#[derive(Clone, Debug)]
pub struct Backing {
    /// The reference of the image.
    pub image: String,
    /// Whom it runs as, where its image says root.
    pub user: Option<String>,
    /// The folder in the image that holds its data.
    pub data: Option<String>,
    /// Texts of compose: `${…}` in them is replaced by compose.
    pub env: BTreeMap<String, String>,
    /// The services that can use it.
    pub clients: Vec<Client>,
}

/// A service that uses the server once these variables say so, with the values that lead to it.
#[derive(Clone, Debug)]
pub struct Client {
    /// The service.
    pub service: Located<PackageName>,
    /// Environment variables of the service by name.
    pub env: BTreeMap<String, String>,
}

impl Compose {
    /// `None` where nobody asks for compose files.
    pub(super) fn read(settings: Table<'_>, problems: &mut Vec<Problem>) -> Option<Self> {
        let table = settings.table("compose", problems)?;
        table.reject_unknown(&keys::COMPOSE, problems);
        let mut compose = Self::default();
        let profiles = table.table("profiles", problems);
        for (name, node) in profiles.map(|profiles| profiles.entries()).unwrap_or_default() {
            if !is_host(name.value) {
                problems.push(
                    Problem::error(format!("`{}` cannot name a server", name.value))
                        .at(name.place)
                        .remedy("use lower case letters, digits and `-`: it is the name of the host too"),
                );
                continue;
            }
            if let Some(backing) = node.table(problems).and_then(|table| Backing::read(table, problems)) {
                compose.profiles.insert(name.value.to_owned(), backing);
            }
        }
        Some(compose)
    }

    pub(super) fn check(&self, services: &[Service], problems: &mut Vec<Problem>) {
        for client in self.profiles.values().flat_map(|backing| &backing.clients) {
            let name = &client.service;
            if !services.iter().any(|service| service.package.name == name.value) {
                problems.push(super::up::unknown_service(name, services));
            }
        }
    }
}

impl Backing {
    fn read(table: Table<'_>, problems: &mut Vec<Problem>) -> Option<Self> {
        table.reject_unknown(&keys::PROFILE, problems);
        let image = required(table, "image", problems)?;
        let data = super::up::path(table, "data", problems);
        let env = texts(table, problems);
        let mut clients = Vec::new();
        let named = table.table("clients", problems);
        for (name, node) in named.map(|named| named.entries()).unwrap_or_default() {
            let Some(service) = PackageName::parse(name.value) else {
                problems.push(Problem::error(format!("`{}` is not a package name", name.value)).at(name.place));
                continue;
            };
            let Some(variables) = node.table(problems) else {
                continue;
            };
            let mut env = BTreeMap::new();
            for (variable, value) in variables.entries() {
                env.extend(
                    value
                        .string(problems)
                        .map(|value| (variable.value.to_owned(), value.value)),
                );
            }
            clients.push(Client {
                service: Located {
                    value: service,
                    place: name.place,
                },
                env,
            });
        }
        Some(Self {
            image: image.value,
            user: table.string("user", problems).map(|user| user.value),
            data,
            env,
            clients,
        })
    }
}

fn texts(table: Table<'_>, problems: &mut Vec<Problem>) -> BTreeMap<String, String> {
    let entries = env_entries(table, problems).into_iter();
    entries.map(|(name, text)| (name, text.value)).collect()
}

fn is_host(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !name.is_empty() && name.bytes().all(plain)
}
