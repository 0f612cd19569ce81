//! Differences between the images that are wanted: `[[workspace.metadata.xtask.allow]]`, each with its reason.

use std::ops::Range;

use toml_edit::{Document, DocumentMut, Item, TableLike, Value};

use super::{
    home::keys_in,
    keys,
    settings::required,
    toml::{Node, Table},
};
use diagnostics::Located;
use diagnostics::Problem;
use formats::PackageName;

/// One exception from a parity rule.
#[derive(Clone, Debug)]
pub struct Allow {
    /// The id of the rule.
    pub rule: Located<String>,
    /// The service that is excepted.
    pub service: Located<PackageName>,
    /// Why it is excepted.
    pub reason: String,
    /// Only images show what it allows, so that without images it is not missed.
    pub images: bool,
    /// Which of the entries of the file it is.
    entry: usize,
}

/// What is malformed is reported and left out.
pub fn read(table: Table<'_>, problems: &mut Vec<Problem>) -> Vec<Allow> {
    let nodes = table.get("allow").and_then(|node| node.array(problems));
    let nodes = nodes.unwrap_or_default();
    let entries = nodes.iter().enumerate();
    entries.filter_map(|(entry, node)| one(entry, node, problems)).collect()
}

fn one(entry: usize, node: &Node<'_>, problems: &mut Vec<Problem>) -> Option<Allow> {
    let table = node.table(problems)?;
    table.reject_unknown(&keys::ALLOW, problems);
    let (rule, service) = (required(table, "rule", problems), required(table, "service", problems));
    let reason = required(table, "reason", problems)?;
    if reason.value.trim().is_empty() {
        problems.push(Problem::error("an exception has a reason").at(reason.place));
        return None;
    }
    let images = table.boolean("images", problems).is_some_and(|images| images.value);
    let service = service?;
    let Some(name) = PackageName::parse(&service.value) else {
        problems.push(Problem::error(format!("`{}` is not a valid package name", service.value)).at(service.place));
        return None;
    };
    Some(Allow {
        rule: rule?,
        service: service.map(|_| name),
        reason: reason.value,
        images,
        entry,
    })
}

impl Allow {
    /// The span of the settings to replace, and what by, so that this exception is gone: the comment right above it goes
    /// with it, all else stays. `None` where the text is not the one that it was read from.
    pub fn removal(&self, text: &str) -> Option<(Range<usize>, String)> {
        let mut document: DocumentMut = text.parse().ok()?;
        let mut item = document.as_item_mut();
        let keys = keys_in(text)?;
        for key in keys.iter().chain(&["allow"]) {
            item = item.as_table_like_mut()?.get_mut(key)?;
        }
        match item {
            Item::ArrayOfTables(tables) => {
                let above = tables.get(self.entry)?.decor().prefix().and_then(|text| text.as_str());
                let above = above.unwrap_or_default().to_owned();
                let start = header(keys, text, self.entry)?.checked_sub(above.len())?;
                tables.remove(self.entry);
                let length = text.len().checked_sub(written(&document, text).len())?;
                let kept = above.rfind("\n\n").map_or("", |end| &above[..=end]);
                let kept = if kept.trim().is_empty() { "" } else { kept };
                Some((start..start + length, kept.to_owned()))
            }
            Item::Value(Value::Array(array)) if self.entry < array.len() => {
                array.remove(self.entry);
                Some(difference(text, &written(&document, text)))
            }
            Item::Value(_) | Item::Table(_) | Item::None => None,
        }
    }
}

/// The document as a text that ends as the file does: the writer ends every text with a new line.
fn written(document: &DocumentMut, text: &str) -> String {
    let mut written = document.to_string();
    if !text.ends_with('\n') && written.ends_with('\n') {
        written.pop();
    }
    written
}

/// Where the header of an entry begins.
fn header(keys: &[&str], text: &str, entry: usize) -> Option<usize> {
    let document = Document::parse(text).ok()?;
    let mut table: &dyn TableLike = document.as_table();
    for key in keys {
        table = table.get(key)?.as_table_like()?;
    }
    let tables = table.get("allow")?.as_array_of_tables()?;
    Some(tables.get(entry)?.span()?.start)
}

/// What lies between the bytes that two texts have in common at both ends.
fn difference(before: &str, after: &str) -> (Range<usize>, String) {
    let same = |(a, b): &(char, char)| a == b;
    let head: usize = before
        .chars()
        .zip(after.chars())
        .take_while(same)
        .map(|(a, _)| a.len_utf8())
        .sum();
    let (rest, other) = (&before[head..], &after[head..]);
    let tail = rest.chars().rev().zip(other.chars().rev()).take_while(same);
    let tail: usize = tail.map(|(a, _)| a.len_utf8()).sum();
    (head..before.len() - tail, other[..other.len() - tail].to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use diagnostics::Source;

    /// The text without the exceptions from that rule.
    fn without(text: &str, rule: &str) -> String {
        let source = Source::new("Cargo.toml", text);
        let document = crate::toml::parse(&source).unwrap();
        let mut table = Table::root(&source, &document);
        for key in keys_in(text).unwrap() {
            table = table.table(key, &mut Vec::new()).unwrap();
        }
        let allowed = read(table, &mut Vec::new());
        let allow = allowed.iter().find(|allow| allow.rule.value == rule).unwrap();
        let (span, other) = allow.removal(text).unwrap();
        format!("{}{other}{}", &text[..span.start], &text[span.end..])
    }

    #[test]
    fn an_entry_goes_with_its_comment_and_nothing_else() {
        let head = "[workspace.metadata.xtask]\nlibs   = []\n";
        let heading = "\n# What is allowed.\n";
        let one = "\n# Of the proxy.\n[[workspace.metadata.xtask.allow]]\nrule = \"a\"\nservice = \"web\"\nreason = \"[[r\"\n";
        let two = "\n[[workspace.metadata.xtask.allow]]\nrule = 'b' # two\nservice = \"web\"\nreason = \"r\"\n";
        let tail = "\n[profile.dev] # x\ndebug=0";
        let text = [head, heading, one, two, tail].concat();
        assert_eq!(without(&text, "a"), [head, heading, two, tail].concat());
        assert_eq!(without(&text, "b"), [head, heading, one, tail].concat());
    }

    #[test]
    fn an_entry_is_found_wherever_the_settings_are() {
        let head = "[tool.ruff]\nline-length = 100\n\n[tool.twinfile]\nservices = [\".\"]\n";
        let one = "\n[[tool.twinfile.allow]]\nrule = \"a\"\nservice = \"web\"\nreason = \"r\"\n";
        assert_eq!(without(&[head, one].concat(), "a"), head);
        let moved = |text: &str| text.replace("tool.twinfile", "workspace.metadata.twinfile");
        assert_eq!(without(&moved(&[head, one].concat()), "a"), moved(head));
    }

    #[test]
    fn an_entry_of_an_inline_array_is_removed() {
        let text = "[workspace.metadata.xtask]\nallow = [\n  { rule = \"a\", service = \"web\", reason = \"r\" },\n  { rule = \"b\", service = \"web\", reason = \"r\" },\n]\n";
        let left = "[workspace.metadata.xtask]\nallow = [\n  { rule = \"a\", service = \"web\", reason = \"r\" },\n]\n";
        assert_eq!(without(text, "b"), left);
    }
}
