//! The values of a Helm chart: every key of `values.yaml` with its default and the comment above it.

use formats::yaml::{self, Node};

use super::{code, table};
use diagnostics::Source;

/// A longer default is left to the file.
const LONGEST: usize = 60;

/// The table for a `values.yaml`; empty where it cannot be read, which other tasks report.
pub fn of(source: &Source) -> String {
    let documents = yaml::read(source, &mut Vec::new());
    let mut rows = Vec::new();
    for document in &documents {
        walk(source, document, "", &mut rows);
    }
    table(&["value", "default", "description"], rows)
}

fn walk(source: &Source, mapping: &Node, above: &str, rows: &mut Vec<Vec<String>>) {
    for (key, value) in mapping.entries() {
        let name = key.text().unwrap_or_default();
        let path = if above.is_empty() {
            name.to_owned()
        } else {
            format!("{above}.{name}")
        };
        let comment = comment(source, key);
        if is_explained(source, value) {
            // What is said of the whole is said once, and its keys follow.
            if !comment.is_empty() {
                rows.push(vec![code(&path), String::new(), comment]);
            }
            walk(source, value, &path, rows);
        } else {
            rows.push(vec![code(&path), default(value), comment]);
        }
    }
}

/// Whether the keys of a mapping have comments of their own.
fn is_explained(source: &Source, value: &Node) -> bool {
    let first = value.entries().first();
    value.is_mapping() && first.is_some_and(|(key, _)| !comment(source, key).is_empty())
}

/// The comment directly above a key, as one text.
fn comment(source: &Source, key: &Node) -> String {
    let text = source.text();
    let before = &text[..key.span().start];
    let line = before.rfind('\n').map_or(0, |newline| newline + 1);
    let mut lines: Vec<&str> = Vec::new();
    for line in text[..line].lines().rev() {
        match line.trim_start().strip_prefix('#') {
            Some(said) => lines.push(said.trim()),
            None => break,
        }
    }
    lines.reverse();
    lines.join(" ")
}

fn default(value: &Node) -> String {
    let text = compact(value);
    if text.chars().count() > LONGEST {
        String::from("see `values.yaml`")
    } else {
        code(&text)
    }
}

/// As YAML in one line.
fn compact(value: &Node) -> String {
    if value.is_mapping() {
        let entries = value
            .entries()
            .iter()
            .map(|(key, value)| format!("{}: {}", compact(key), compact(value)));
        return format!("{{{}}}", entries.collect::<Vec<_>>().join(", "));
    }
    if value.is_sequence() {
        return format!("[{}]", value.items().iter().map(compact).collect::<Vec<_>>().join(", "));
    }
    match value.text() {
        Some("") => "\"\"".to_owned(),
        Some(text) => text.to_owned(),
        None => "null".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_key_has_its_default_and_its_comment() {
        let text = "# Of the file.\n\n# A name.\nname: \"\"\n# All of it.\nimage:\n  # Where it\n  # comes from.\n  registry: r\n  tags: [a, b]\nplain:\n  one: {}\n";
        let expected = "\
| value | default | description |
| --- | --- | --- |
| `name` | `\"\"` | A name. |
| `image` |  | All of it. |
| `image.registry` | `r` | Where it comes from. |
| `image.tags` | `[a, b]` |  |
| `plain` | `{one: {}}` |  |
";
        assert_eq!(of(&Source::new("values.yaml", text)), expected);
    }
}
