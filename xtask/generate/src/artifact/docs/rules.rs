//! The rules of `verify-parity`. The heading of a rule is its id, and so is its anchor.

use std::fmt::Write;

use super::{code, link, table};
use diagnostics::Level;
use repo::RepoPath;

pub const PAGE: &str = "rules.md";

/// What a rule says of itself. The rules are none of this crate's: whoever edits one does not wait for it.
#[derive(Clone, Copy, Debug)]
pub struct RuleText {
    /// Its name.
    pub id: &'static str,
    /// The column that it belongs to.
    pub aspect: &'static str,
    /// How much it matters, unless the settings say otherwise.
    pub level: Level,
    /// What it finds.
    pub what: &'static str,
    /// Why that matters.
    pub why: &'static str,
    /// A fault that it finds.
    pub example: &'static str,
    /// What to do.
    pub fix: &'static str,
}

pub fn overview(rules: &[RuleText], docs: Option<&RepoPath>, folder: &RepoPath) -> String {
    let page = docs.map(|docs| docs.child(PAGE));
    let id = |rule: &RuleText| match &page {
        Some(page) => link(&code(rule.id), folder, page).replace(PAGE, &format!("{PAGE}#{}", rule.id)),
        None => code(rule.id),
    };
    let rows = rules.iter().map(|rule| {
        vec![
            id(rule),
            rule.aspect.to_owned(),
            level(rule.level).to_owned(),
            text(rule.what),
        ]
    });
    table(&["rule", "aspect", "level", "finds"], rows)
}

pub fn sections(rules: &[RuleText]) -> String {
    let mut page = String::new();
    for (number, rule) in rules.iter().enumerate() {
        if number > 0 {
            page.push('\n');
        }
        let RuleText {
            id,
            what,
            why,
            example,
            fix,
            ..
        } = rule;
        let _ = write!(
            page,
            "## {id}\n\n- **Finds:** {}\n- **Why:** {}\n- **Example:** {}\n- **Fix:** {}\n- **Level:** {}\n",
            text(what),
            text(why),
            text(example),
            text(fix),
            level(rule.level)
        );
    }
    page
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "note",
    }
}

/// What a rule says of itself, outside of code: Markdown takes `<`, `*`, `_` and `[` for its own.
fn text(said: &str) -> String {
    let mut text = String::new();
    for (number, part) in said.split('`').enumerate() {
        if number % 2 == 1 {
            text.push_str(&code(part));
            continue;
        }
        for character in part.chars() {
            if "<*_[]".contains(character) {
                text.push('\\');
            }
            text.push(character);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    #[test]
    fn text_is_no_markup() {
        assert_eq!(
            super::text("CMD [a_b] and `[x_y]` <z>"),
            "CMD \\[a\\_b\\] and `[x_y]` \\<z>"
        );
    }
}
