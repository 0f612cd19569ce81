//! A tree as a text, for snapshots: every put that still counts, with its origin and its step.

use std::fmt::Write;

use super::{Node, Tree, What};

impl Tree {
    /// One line an entry: path, origin, owner and mode where they are given, and the line of the step.
    pub fn shown(&self) -> String {
        let mut text = String::new();
        self.root.show("", &mut text);
        text
    }
}

impl Node {
    fn show(&self, path: &str, text: &mut String) {
        let at = if path.is_empty() { "/" } else { path };
        for layer in &self.layers {
            let said = match &layer.what {
                What::Gone(_) => "removed".to_owned(),
                What::Stripped { name, .. } => format!("without {name}"),
                What::Copy { source, from, .. } => {
                    let inner: String = from.shown().lines().map(|line| format!("\n  {line}")).collect();
                    format!("copy of {source}, out of{inner}")
                }
                What::Access(change) => {
                    let owner = change
                        .owner
                        .as_ref()
                        .map_or(String::new(), |owner| format!(", owner {owner}"));
                    format!("rights{owner}, mode {:?}", change.mode)
                }
                What::Entry(entry) => {
                    let owner = entry
                        .owner
                        .as_ref()
                        .map_or(String::new(), |owner| format!(", owner {owner}"));
                    let mode = entry.mode.map_or(String::new(), |mode| format!(", mode {mode:o}"));
                    let line = entry.step.position().1.map_or(0, |[(line, _), _]| line);
                    format!("{}{owner}{mode} (line {line})", entry.origin.describe())
                }
            };
            // Writing to a text does not fail.
            let _ = writeln!(text, "{at}: {said}");
        }
        for (name, child) in self.children.sorted() {
            child.show(&format!("{path}/{name}"), text);
        }
    }
}
