//! How a service runs beside the others: `[tool.xtask.up]` in its `pyproject.toml`.
//!
//! ```toml
//! [tool.xtask.up]
//! env = { RAG_BACKEND_URL = "{url:rag-backend}", QDRANT_PATH = "{state}/qdrant" }
//! open = "/docs"       # what a person opens, behind the address of the service [default: "/"]
//! health = "/healthz"  # what answers 200 once the service is up [default: "/healthz"]
//! ready = "/readyz"    # what answers 200 once all that it needs is up, or 404 where it needs nothing [default: "/readyz"]
//! note = "its reports are in {state}/reports"  # what is said once all services are ready [default: nothing]
//! sign-in = "{state}/admin/token"  # a file with what people sign in with; `up` shows how to copy it [default: none]
//! programs = { tesseract = "text in images is not read" }  # what it uses where it is there, and what is lost without it
//! ```
//!
//! In `env`, `{url:SERVICE}` is the address of a service, `{optional-url:SERVICE}` the same of one that is not waited for,
//! `{state}` the folder for what outlives a run, and `{port}` what the service listens on, for one whose `command` does not
//! name its port. The same table serves `cargo xtask up` and
//! the test of the application, on this machine and in containers.

use std::collections::BTreeMap;

use super::{Service, keys, service::env_entries, template::Template, toml::Table};
use diagnostics::Located;
use diagnostics::Problem;
use formats::PackageName;

/// `[tool.xtask.up]`: how the service runs beside the others.
#[derive(Clone, Debug)]
pub struct Up {
    /// Environment variables by name.
    pub env: BTreeMap<String, Template>,
    /// The path that `up` shows to open.
    pub open: String,
    /// The path that answers with success once the service is ready.
    pub health: String,
    /// The path that answers with success once the service can do its work.
    pub ready: String,
    /// A line that `up` shows beside the service.
    pub note: Option<Template>,
    /// A file with what people sign in with.
    pub sign_in: Option<Template>,
    /// Programs that it uses where they are installed, each with what is lost without it.
    pub programs: BTreeMap<String, String>,
}

impl Default for Up {
    fn default() -> Self {
        Self {
            env: BTreeMap::new(),
            open: "/".into(),
            health: "/healthz".into(),
            ready: "/readyz".into(),
            note: None,
            sign_in: None,
            programs: BTreeMap::new(),
        }
    }
}

impl Up {
    /// Reads the table; what it does not say has its default.
    pub fn read(service: Table<'_>, problems: &mut Vec<Problem>) -> Self {
        let mut up = Self::default();
        let Some(table) = service.table("up", problems) else {
            return up;
        };
        table.reject_unknown(&keys::UP, problems);
        up.env = templates(table, problems);
        up.open = path(table, "open", problems).unwrap_or(up.open);
        up.health = path(table, "health", problems).unwrap_or(up.health);
        up.ready = path(table, "ready", problems).unwrap_or(up.ready);
        let note = table.string("note", problems);
        up.note = note.and_then(|text| Template::read(&text, problems));
        let sign_in = table.string("sign-in", problems);
        up.sign_in = sign_in.and_then(|text| Template::read(&text, problems));
        up.programs = programs(table, problems);
        up
    }
}

/// What a program of this machine is good for, by its name.
pub(super) fn programs(table: Table<'_>, problems: &mut Vec<Problem>) -> BTreeMap<String, String> {
    let entries = table.table("programs", problems).map(|table| table.entries());
    let read = entries
        .into_iter()
        .flatten()
        .filter_map(|(name, node)| Some((name.value.to_owned(), node.string(problems)?.value)));
    read.collect()
}

/// The `env` of a table, with placeholders.
pub(super) fn templates(table: Table<'_>, problems: &mut Vec<Problem>) -> BTreeMap<String, Template> {
    let entries = env_entries(table, problems);
    let read = entries
        .into_iter()
        .filter_map(|(name, text)| Some((name, Template::read(&text, problems)?)));
    read.collect()
}

/// Every placeholder has to name a service of the repository.
pub(super) fn check<'a>(
    services: &[Service],
    templates: impl Iterator<Item = &'a Template>,
    problems: &mut Vec<Problem>,
) {
    for name in templates.flat_map(Template::services) {
        let Some(service) = services.iter().find(|service| service.package.name == name.value) else {
            problems.push(unknown_service(name, services));
            continue;
        };
        if service
            .settings
            .start
            .as_ref()
            .is_some_and(|start| start.port.is_none())
        {
            problems.push(
                Problem::error(format!("service `{}` has no address", name.value))
                    .at(name.place.clone())
                    .note("`[tool.xtask]` of that service has no `port`")
                    .remedy("set `port` there, or do not call it"),
            );
        }
    }
}

pub(super) fn unknown_service(name: &Located<PackageName>, services: &[Service]) -> Problem {
    let known: Vec<&str> = services.iter().map(|service| service.package.name.as_str()).collect();
    Problem::error(format!("service `{}` does not exist", name.value))
        .at(name.place.clone())
        .remedy(format!("known are {}", super::toml::quoted(&known)))
}

/// It is in the first line of an HTTP request.
pub(super) fn path(table: Table<'_>, key: &str, problems: &mut Vec<Problem>) -> Option<String> {
    as_path(table.string(key, problems)?, problems)
}

/// A path, or a list of them.
pub(super) fn paths(table: Table<'_>, key: &str, problems: &mut Vec<Problem>) -> Vec<String> {
    let Some(node) = table.get(key) else {
        return Vec::new();
    };
    let texts = if node.is_array() {
        node.strings(problems).unwrap_or_default()
    } else {
        node.string(problems).into_iter().collect()
    };
    texts.into_iter().filter_map(|text| as_path(text, problems)).collect()
}

fn as_path(text: Located<String>, problems: &mut Vec<Problem>) -> Option<String> {
    if text.value.starts_with('/') && text.value.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Some(text.value);
    }
    problems.push(
        Problem::error(format!("`{}` is not a path of a URL", text.value))
            .at(text.place)
            .remedy("it starts with a slash, and contains ASCII without spaces"),
    );
    None
}
