//! The keys of all settings, from the table that the readers use.

use std::fmt::Write;

use super::{code, table};
use repo::keys::{ALL, Absent, Keys};

pub fn tables() -> String {
    let mut text = String::new();
    for (number, keys) in ALL.iter().enumerate() {
        if number > 0 {
            text.push('\n');
        }
        let _ = write!(text, "## {}\n\n{}\n\n{}", code(keys.header), keys.about, rows(keys));
    }
    text
}

fn rows(keys: &Keys) -> String {
    let rows = keys.keys.iter().map(|key| {
        let absent = match key.absent {
            Absent::Wrong => "required".to_owned(),
            Absent::Is(what) => what.to_owned(),
        };
        vec![code(key.name), key.means.to_owned(), code(key.example), absent]
    });
    table(&["key", "description", "example", "default"], rows)
}
