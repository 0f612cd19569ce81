//! Data that a Tiltfile reads from files of the repository. What is built from it is followed; an edit is one of the Tiltfile, and never one
//! of the data.

use std::{cell::RefCell, rc::Rc};

use super::{
    builtin::resolved,
    machine::Machine,
    text::Text,
    value::{Arguments, Dict, Entry, Item, Value},
};
use diagnostics::Source;
use formats::{
    starlark::syntax::Span,
    yaml::{self, Duplicates, Node},
};
use repo::RepoPath;

/// Deeper data is not followed.
const DEEPEST: usize = 40;

/// The text of a file, which is given on as such: `dockerfile_contents = read_file("Dockerfile")`.
#[derive(Debug)]
pub struct ReadFile {
    /// The path, as it is written.
    pub path: Text,
}

/// `read_file(PATH)`. `None` where it cannot be told which file that is, or where another text may stand for it.
pub fn file(machine: &Machine<'_>, call: &Arguments) -> Option<Value> {
    let path = call.get(0, "file_path")?.value.as_text()?.clone();
    (machine.reader)(&resolved(machine, &settled(&path)?)?)?;
    Some(Value::File(Rc::new(ReadFile { path })))
}

/// `read_yaml(PATH, default)` and `read_json(PATH, default)`. A file that is not there may be on another machine, where there is a default.
pub fn read(machine: &mut Machine<'_>, call: &Arguments) -> Option<Value> {
    let path = resolved(machine, &settled(call.get(0, "path")?.value.as_text()?)?)?;
    let text = (machine.reader)(&path)?;
    parsed(machine, &path, &text, call.span)
}

/// `decode_yaml(TEXT)` and `decode_json(TEXT)`.
pub fn decode(machine: &mut Machine<'_>, call: &Arguments) -> Option<Value> {
    let (path, text) = match &call.positional.first()?.value {
        Value::File(file) => {
            let path = resolved(machine, &file.path.known()?)?;
            let text = (machine.reader)(&path)?;
            (path, text)
        }
        value => (RepoPath::root(), settled(value.as_text()?)?),
    };
    parsed(machine, &path, &text, call.span)
}

/// A text that is the same however Tilt is started.
fn settled(text: &Text) -> Option<String> {
    text.known().filter(|_| text.asked.is_none())
}

/// JSON is YAML.
fn parsed(machine: &mut Machine<'_>, path: &RepoPath, text: &str, span: Span) -> Option<Value> {
    let mut problems = Vec::new();
    let source = Source::new(path.as_str(), text);
    let documents = yaml::read_text(&source, text, Duplicates::Wrong, &mut problems);
    match (documents.as_slice(), problems.is_empty()) {
        ([document], true) => value(machine, document, span, 0),
        _ => None,
    }
}

/// `None` where there is more than anybody would follow, or a kind of value that is not followed.
fn value(machine: &mut Machine<'_>, node: &Node, span: Span, depth: usize) -> Option<Value> {
    if depth > DEEPEST || !machine.step(span) {
        return None;
    }
    if node.is_mapping() {
        let mut dict = Dict::default();
        for (key, node) in node.entries() {
            let key = value(machine, key, span, depth + 1)?;
            let value = value(machine, node, span, depth + 1)?;
            dict.entries.push(Entry { key, value, span: None });
        }
        return Some(Value::Dict(Rc::new(RefCell::new(dict))));
    }
    if node.is_sequence() {
        let mut items = Vec::new();
        for node in node.items() {
            items.push(Item {
                value: value(machine, node, span, depth + 1)?,
                span: None,
                made_from: Vec::new(),
            });
        }
        return Some(Value::list(items));
    }
    if node.is_null() {
        return Some(Value::None);
    }
    let plain = node.as_bool().map(Value::Bool);
    let plain = plain.or_else(|| node.as_integer().map(Value::Int));
    let plain = plain.or_else(|| node.as_str().map(Value::text));
    Some(plain.unwrap_or_else(|| Value::unknown(span, "a number with a fraction is not followed")))
}
