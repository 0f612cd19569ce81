//! Where Poetry puts packages, by its settings.

use std::collections::BTreeMap;

use super::{
    Setting,
    call::Call,
    environment::{is_on, on_path},
};
use formats::{absolute, shell::Simple};

/// What `poetry config` and `pdm config` said, by key: they share none.
#[derive(Clone, Debug, Default)]
pub struct Settings(BTreeMap<String, String>);

impl Settings {
    pub fn said(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str)
    }

    /// Takes over what `poetry config KEY VALUE` sets. A value that perhaps is set is unknown afterwards.
    pub fn apply(&mut self, command: &Simple) {
        let Some(call) = Call::read(&command.words) else { return };
        if !matches!((call.program, call.verbs.as_slice()), ("poetry" | "pdm", ["config"])) {
            return;
        }
        match (call.operands.as_slice(), command.is_conditional || !call.is_clear) {
            ([key, value], false) => drop(self.0.insert((*key).to_owned(), (*value).to_owned())),
            ([key, ..], _) => drop(self.0.remove(*key)),
            ([], _) => {}
        }
    }
}

/// The environment of a project: `poetry install` fills it.
pub fn environment(project: &str, setting: &Setting<'_>) -> String {
    let file = project_settings(project, setting);
    let said = |key: &str| -> Option<String> {
        let variable = format!("POETRY_{}", key.replace(['.', '-'], "_").to_uppercase());
        let by_variable = setting.variable(&variable).map(str::to_owned);
        by_variable
            .or_else(|| file.get(key).cloned())
            .or_else(|| setting.poetry.0.get(key).cloned())
    };
    if let Some(active) = setting.variable("VIRTUAL_ENV") {
        return absolute(project, active);
    }
    if said("virtualenvs.create").is_some_and(|value| !is_on(&value)) {
        return on_path(setting);
    }
    let own = absolute(project, ".venv");
    if said("virtualenvs.in-project").is_some_and(|value| is_on(&value)) || setting.environments.contains_key(&own) {
        return own;
    }
    let cache = said("cache-dir").unwrap_or_else(|| format!("{}/.cache/pypoetry", setting.home()));
    let folder = said("virtualenvs.path").map(|path| path.replace("{cache-dir}", &cache));
    absolute("/", &folder.unwrap_or_else(|| format!("{cache}/virtualenvs")))
}

/// `poetry.toml` beside the manifest.
fn project_settings(project: &str, setting: &Setting<'_>) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let text = setting
        .files
        .file(&absolute(project, "poetry.toml"))
        .and_then(|path| setting.files.root.text(&path));
    let Some(document) = text.and_then(|text| toml_edit::Document::parse(text).ok()) else {
        return found;
    };
    for (table, item) in document.as_table() {
        let Some(entries) = item.as_table_like() else {
            found.extend(item.as_value().map(|value| (table.to_owned(), plain(value))));
            continue;
        };
        for (key, item) in entries.iter() {
            found.extend(item.as_value().map(|value| (format!("{table}.{key}"), plain(value))));
        }
    }
    found
}

fn plain(value: &toml_edit::Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string().trim().to_owned(), str::to_owned)
}
