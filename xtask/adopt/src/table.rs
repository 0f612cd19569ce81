//! Tables of TOML that are added at the end of a file: what is there stays as it is, byte for byte.

use std::collections::BTreeMap;

use repo::Home;
use toml_edit::{Document, Value};

use crate::{ByHand, notes};

/// One table with its keys in order, as text.
pub(crate) struct Table {
    text: String,
}

impl Table {
    pub(crate) fn new(header: &str) -> Self {
        Self {
            text: format!("[{header}]\n"),
        }
    }

    pub(crate) fn text(&mut self, key: &str, value: &str) {
        self.value(key, &Value::from(value).to_string());
    }

    pub(crate) fn number(&mut self, key: &str, value: u16) {
        self.value(key, &value.to_string());
    }

    /// An array on one line. Nothing is written for an empty one.
    pub(crate) fn list(&mut self, key: &str, values: &[String]) {
        if !values.is_empty() {
            self.value(key, &array(values));
        }
    }

    /// An inline table of texts.
    pub(crate) fn texts(&mut self, key: &str, values: &BTreeMap<String, String>) {
        let entries = values
            .iter()
            .map(|(key, value)| format!("{key} = {}", Value::from(value)));
        self.inline(key, entries.collect());
    }

    /// An inline table of arrays, without those that are empty.
    pub(crate) fn lists(&mut self, key: &str, values: &[(&str, &[String])]) {
        let entries = values.iter().filter(|(_, values)| !values.is_empty());
        let entries = entries.map(|(key, values)| format!("{key} = {}", array(values)));
        self.inline(key, entries.collect());
    }

    pub(crate) fn value(&mut self, key: &str, value: &str) {
        self.text.push_str(&format!("{key} = {value}\n"));
    }

    /// The whole, with what is left to decide below its header.
    pub(crate) fn finish(self, by_hand: &[ByHand]) -> String {
        match self.text.split_once('\n') {
            Some((header, keys)) => format!("{header}\n{}{keys}", notes::comments(by_hand)),
            None => self.text,
        }
    }

    fn inline(&mut self, key: &str, entries: Vec<String>) {
        if !entries.is_empty() {
            self.value(key, &format!("{{ {} }}", entries.join(", ")));
        }
    }
}

fn array(values: &[String]) -> String {
    let values: Vec<String> = values.iter().map(|value| Value::from(value).to_string()).collect();
    format!("[{}]", values.join(", "))
}

/// A file with a table at its end, with the line ends that the file has.
pub fn appended(before: &str, table: &str) -> String {
    let is_crlf = before.contains("\r\n");
    let end = if is_crlf { "\r\n" } else { "\n" };
    let table = table.replace('\n', end);
    let mut text = before.to_owned();
    if !text.is_empty() {
        if !text.ends_with('\n') {
            text.push_str(end);
        }
        text.push_str(end);
    }
    text.push_str(&table);
    text
}

/// Whether a text has the table of the settings already. What is not TOML has none, and is refused elsewhere.
pub fn has_table(text: &str, keys: &[&str]) -> bool {
    let Ok(document) = Document::parse(text) else {
        return false;
    };
    let mut item = document.as_item();
    for key in keys {
        match item.get(key) {
            Some(inner) => item = inner,
            None => return false,
        }
    }
    true
}

/// The header of the table of a service.
pub(crate) fn header_of_service(home: Home) -> String {
    format!("tool.{}", home.keys().last().copied().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_stays() {
        for (before, after) in [
            ("", "[a]\nb = 1\n"),
            ("[x]\n", "[x]\n\n[a]\nb = 1\n"),
            ("[x]", "[x]\n\n[a]\nb = 1\n"),
            ("[x]\r\n", "[x]\r\n\r\n[a]\r\nb = 1\r\n"),
        ] {
            assert_eq!(appended(before, "[a]\nb = 1\n"), after);
        }
    }

    #[test]
    fn values_are_toml() {
        let mut table = Table::new("tool.twinfile");
        table.text("name", "a \"quoted\" \\ text");
        table.list("command", &["sh".into(), "-c".into(), "echo 'x' \"y\"".into()]);
        table.list("none", &[]);
        table.lists("system-packages", &[("runtime", &["libpq5".into()]), ("dev", &[])]);
        let text = table.finish(&[]);
        let document = Document::parse(text.as_str()).unwrap();
        let table = &document["tool"]["twinfile"];
        assert_eq!(table["name"].as_str(), Some("a \"quoted\" \\ text"));
        assert_eq!(
            table["command"].as_array().unwrap().get(2).unwrap().as_str(),
            Some("echo 'x' \"y\"")
        );
        assert!(table.get("none").is_none());
        assert_eq!(table["system-packages"].as_inline_table().unwrap().len(), 1);
    }

    #[test]
    fn a_table_is_found_however_it_is_written() {
        let keys = &["tool", "twinfile"];
        for text in [
            "[tool.twinfile]\n",
            "[tool]\ntwinfile = { port = 1 }\n",
            "tool.twinfile.port = 1\n",
            "[tool.twinfile.up]\n",
        ] {
            assert!(has_table(text, keys), "{text}");
        }
        for text in ["", "[tool.twinfiles]\n", "not toml"] {
            assert!(!has_table(text, keys), "{text}");
        }
    }
}
