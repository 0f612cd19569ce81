//! The settings that services read from their environment, as each of them says it in `settings.json` beside its sources.

use serde_json::Value;

use crate::{RepoPath, Root, Service};
use diagnostics::{Place, Problem};

/// The file that a service keeps in its module: a list of objects.
const FILE: &str = "settings.json";

/// What one service reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Environment {
    /// The name of the service.
    pub service: String,
    /// The file that lists them.
    pub path: RepoPath,
    /// Its variables, in the order of the file.
    pub settings: Vec<Setting>,
}

/// One variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// What the variable is called.
    pub name: String,
    /// What it may hold, in words.
    pub value: String,
    /// What holds where it is not set; `None` where it has to be set, or nothing follows.
    pub default: Option<String>,
    /// What it is for, in one sentence.
    pub description: String,
}

/// What the services say, by service. One may say nothing.
pub fn read(root: &Root, services: &[Service], problems: &mut Vec<Problem>) -> Vec<Environment> {
    let mut found = Vec::new();
    for service in services {
        let modules = root.entries_if_readable(&service.package.dir.child("src"));
        let mut files: Vec<RepoPath> = match modules {
            Ok(entries) => entries.into_iter().map(|entry| entry.path.child(FILE)).collect(),
            Err(problem) => {
                problems.push(problem);
                continue;
            }
        };
        files.sort();
        for path in files.into_iter().filter(|path| root.has_file(path)) {
            match root.source(&path) {
                Ok(source) => match settings(source.text()) {
                    Ok(settings) => found.push(Environment {
                        service: service.package.name.to_string(),
                        path,
                        settings,
                    }),
                    Err(reason) => problems.push(
                        Problem::error(format!("`{path}` is not a list of settings: {reason}"))
                            .at(Place::File(path.as_str().into()))
                            .remedy("each entry has `name`, `value`, `default` and `description`"),
                    ),
                },
                Err(problem) => problems.push(problem),
            }
        }
    }
    found
}

fn settings(text: &str) -> Result<Vec<Setting>, String> {
    let value: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let entries = value.as_array().ok_or("it is not a list")?;
    entries.iter().map(setting).collect()
}

fn setting(entry: &Value) -> Result<Setting, String> {
    let text = |key: &str| {
        let value = entry.get(key).and_then(Value::as_str);
        value.map(str::to_owned).ok_or(format!("an entry has no text `{key}`"))
    };
    let default = match entry.get("default") {
        None | Some(Value::Null) => None,
        Some(Value::String(text)) => Some(text.clone()),
        Some(other) => return Err(format!("the default {other} is not a text")),
    };
    Ok(Setting {
        name: text("name")?,
        value: text("value")?,
        default,
        description: text("description")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_read() {
        let text = r#"[{"name": "A", "value": "text", "default": null, "description": "what"},
            {"name": "B", "value": "number", "default": "3", "description": "how many"}]"#;
        let found = settings(text).unwrap();
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].default, None);
        assert_eq!(found[1].default.as_deref(), Some("3"));
    }

    #[test]
    fn what_is_something_else_is_said() {
        for (text, reason) in [
            ("{", "EOF"),
            ("{}", "it is not a list"),
            (r#"[{"name": "A"}]"#, "an entry has no text `value`"),
            (
                r#"[{"name": "A", "value": "x", "default": 3, "description": "d"}]"#,
                "the default 3 is not a text",
            ),
        ] {
            let found = settings(text).unwrap_err();
            assert!(found.contains(reason), "{found}");
        }
    }
}
