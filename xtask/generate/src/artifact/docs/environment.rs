//! The environment variables of the services.

use super::{code, table};
use repo::environment::Environment;

/// A table for each service; nothing where none says what it reads.
pub fn tables(environments: &[Environment]) -> String {
    let parts: Vec<String> = environments.iter().map(section).collect();
    parts.join("\n")
}

fn section(environment: &Environment) -> String {
    let rows = environment.settings.iter().map(|setting| {
        let default = setting.default.as_deref().map_or_else(|| "none".to_owned(), code);
        vec![
            code(&setting.name),
            setting.description.clone(),
            setting.value.clone(),
            default,
        ]
    });
    let table = table(&["variable", "description", "value", "default"], rows);
    format!("## Environment of {}\n\n{table}", environment.service)
}
