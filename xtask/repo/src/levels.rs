//! How severe this repository finds a parity rule: `[workspace.metadata.xtask.levels]`, by rule.

use std::collections::BTreeMap;

use super::toml::Table;
use diagnostics::Located;
use diagnostics::{Level, Problem};

/// Rule to level. Which rules there are is not known here.
pub type Levels = BTreeMap<String, Located<Level>>;

/// What is malformed is reported and left out. No rule can be turned off: an exception with a reason is for that.
pub fn read(table: Table<'_>, problems: &mut Vec<Problem>) -> Levels {
    let mut levels = Levels::new();
    let Some(table) = table.table("levels", problems) else {
        return levels;
    };
    for (rule, node) in table.entries() {
        let Some(text) = node.string(problems) else { continue };
        let level = match text.value.as_str() {
            "error" => Level::Error,
            "warning" => Level::Warning,
            "note" => Level::Note,
            unknown => {
                problems.push(
                    Problem::error(format!("unknown level `{unknown}`"))
                        .at(text.place)
                        .remedy("known are `error`, `warning` and `note`; to allow a finding, add it to `allow` with a reason"),
                );
                continue;
            }
        };
        let place = rule.place;
        levels.insert(rule.value.to_owned(), Located { value: level, place });
    }
    levels
}
