//! Files that a source opens by a path that starts at itself, or at a package: `Path(__file__).parent / "prompts" / "default.json"`.
//!
//! Only what is written out is followed: strings, names of the module that are bound to such paths once, and the calls by which
//! `pathlib`, `os.path`, `importlib.resources` and `pkgutil` put paths together. Everything else is not known, and is not reported.

#[cfg(test)]
mod tests;
pub(crate) mod tokens;

use std::{collections::BTreeMap, ops::Range};

use tokens::{Kind, Token, tokens};

/// A file that is read whenever control gets there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// Where its path starts.
    pub from: Anchor,
    /// The rest of the path.
    pub path: String,
    /// Where it is opened.
    pub span: Range<usize>,
}

/// Where a path starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// So many folders above the source; one is the folder that it lies in.
    Above(usize),
    /// In the folder of a package, by its dotted name. None: the package of the source.
    Package(Option<String>),
}

/// Words by which a source says that the file may be missing, or is made by itself.
const IN_DOUBT: [&str; 13] = [
    "FileNotFoundError",
    "OSError",
    "IOError",
    "EnvironmentError",
    "except Exception",
    "except:",
    "suppress(",
    "exists(",
    "is_file(",
    "isfile(",
    "write_text(",
    "write_bytes(",
    "mkdir(",
];

/// Expressions may not nest deeper than this; nobody writes paths so.
const DEEPEST: usize = 24;

/// In the order of the text, each once. A source that takes care of missing files has none.
pub fn opened(text: &str) -> Vec<Opened> {
    let is_about_files = ["__file__", "files(", "get_data("]
        .iter()
        .any(|word| text.contains(word));
    if !is_about_files || IN_DOUBT.iter().any(|word| text.contains(word)) {
        return Vec::new();
    }
    let tokens = tokens(text);
    let mut reader = Reader {
        tokens: &tokens,
        bound: BTreeMap::new(),
        found: Vec::new(),
        at: 0,
    };
    // Names are bound before functions that use them run.
    reader.bind();
    reader.found.clear();
    for start in 0..tokens.len() {
        if reader.begins(start) {
            reader.at = start;
            reader.expression(0);
        }
    }
    let mut found = reader.found;
    // Brackets around an expression begin one, too.
    found.sort_by_key(|opened| opened.span.end);
    found.dedup_by_key(|opened| opened.span.end);
    found
}

/// What an expression is, as far as it can be told.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Value {
    Text(String),
    /// The source itself, or a path from it.
    Path(Anchor, Vec<String>),
    /// A name that is not bound in the module, with its dots.
    Name(String),
    Unknown,
}

struct Reader<'t, 'a> {
    tokens: &'t [Token<'a>],
    bound: BTreeMap<&'a str, Value>,
    found: Vec<Opened>,
    at: usize,
}

impl<'a> Reader<'_, 'a> {
    fn kind(&self, at: usize) -> Option<Kind<'a>> {
        self.tokens.get(at).map(|token| token.kind)
    }

    fn is_sign(&self, at: usize, sign: u8) -> bool {
        self.kind(at) == Some(Kind::Sign(sign))
    }

    /// Whether an expression may begin here that opens something.
    fn begins(&self, at: usize) -> bool {
        let follows_dot = at > 0 && self.is_sign(at - 1, b'.');
        match self.kind(at) {
            Some(Kind::Name(name)) if !follows_dot => {
                self.bound.contains_key(name)
                    || [
                        "Path",
                        "pathlib",
                        "open",
                        "io",
                        "files",
                        "importlib",
                        "resources",
                        "pkgutil",
                        "get_data",
                    ]
                    .contains(&name)
            }
            // Not one of a call.
            Some(Kind::Sign(b'(')) => match at.checked_sub(1).and_then(|at| self.kind(at)) {
                Some(Kind::Name(name)) => ["return", "yield", "in", "with", "not", "and", "or", "else"].contains(&name),
                Some(Kind::Sign(b')' | b']')) => false,
                _ => true,
            },
            _ => false,
        }
    }

    /// Names at the top level that are bound once, and to what can be told.
    fn bind(&mut self) {
        let mut times: BTreeMap<&str, usize> = BTreeMap::new();
        for at in 0..self.tokens.len() {
            if let (Some(Kind::Name(name)), true) = (self.kind(at), self.assigns(at + 1)) {
                *times.entry(name).or_default() += 1;
            }
        }
        for at in 0..self.tokens.len() {
            let is_first = at == 0 || self.kind(at - 1) == Some(Kind::End { is_top: true });
            let Some(Kind::Name(name)) = self.kind(at).filter(|_| is_first) else {
                continue;
            };
            let Some(value) = self.value_at(at + 1) else { continue };
            if times.get(name) == Some(&1) {
                self.at = value;
                let value = self.expression(0);
                let is_whole = matches!(self.kind(self.at), None | Some(Kind::End { .. }));
                if is_whole && matches!(value, Value::Text(_) | Value::Path(..)) {
                    self.bound.insert(name, value);
                }
            }
        }
    }

    fn assigns(&self, at: usize) -> bool {
        self.value_at(at).is_some() || (self.is_sign(at, b':') && self.is_sign(at + 1, b'='))
    }

    /// Where the value of an assignment begins, with or without an annotation of one word.
    fn value_at(&self, at: usize) -> Option<usize> {
        let is_annotated = self.is_sign(at, b':') && matches!(self.kind(at + 1), Some(Kind::Name(_)));
        let at = if is_annotated { at + 2 } else { at };
        (self.is_sign(at, b'=') && !self.is_sign(at + 1, b'=')).then_some(at + 1)
    }

    fn expression(&mut self, depth: usize) -> Value {
        let mut value = self.primary(depth);
        while let Some(Kind::Sign(sign @ (b'/' | b'+'))) = self.kind(self.at) {
            self.at += 1;
            let right = self.primary(depth);
            value = match (sign, value, right) {
                (b'/', Value::Path(from, parts), Value::Text(text)) => joined(from, parts, [text]),
                (b'+', Value::Text(left), Value::Text(right)) => Value::Text(left + &right),
                _ => Value::Unknown,
            };
        }
        value
    }

    fn primary(&mut self, depth: usize) -> Value {
        let Some(token) = self.tokens.get(self.at).filter(|_| depth < DEEPEST) else {
            return Value::Unknown;
        };
        let start = token.span.start;
        self.at += 1;
        let mut value = match token.kind {
            Kind::Name("__file__") => Value::Path(Anchor::Above(0), Vec::new()),
            Kind::Name(name) => match self.bound.get(name) {
                Some(value) => value.clone(),
                None => Value::Name(name.to_owned()),
            },
            Kind::Text(text) => Value::Text(text.to_owned()),
            Kind::Sign(b'(') => {
                let inner = self.expression(depth + 1);
                if !self.is_sign(self.at, b')') {
                    return Value::Unknown;
                }
                self.at += 1;
                inner
            }
            Kind::Computed | Kind::Number(_) | Kind::Sign(_) | Kind::End { .. } => return Value::Unknown,
        };
        loop {
            value = match self.kind(self.at) {
                Some(Kind::Sign(b'.')) => {
                    let Some(Kind::Name(name)) = self.kind(self.at + 1) else {
                        return Value::Unknown;
                    };
                    self.at += 2;
                    if self.is_sign(self.at, b'(') {
                        let Some(arguments) = self.arguments(depth) else {
                            return Value::Unknown;
                        };
                        self.method(value, name, arguments, start)
                    } else {
                        self.attribute(value, name)
                    }
                }
                Some(Kind::Sign(b'(')) => {
                    let Some(arguments) = self.arguments(depth) else {
                        return Value::Unknown;
                    };
                    match value {
                        Value::Name(name) => self.call(&name, arguments, start),
                        Value::Text(_) | Value::Path(..) | Value::Unknown => Value::Unknown,
                    }
                }
                _ => return value,
            };
        }
    }

    /// What is in the brackets, but for arguments by name. None where that cannot be told.
    fn arguments(&mut self, depth: usize) -> Option<Vec<Value>> {
        self.at += 1;
        let mut found = Vec::new();
        while !self.is_sign(self.at, b')') {
            let named = match self.kind(self.at) {
                Some(Kind::Name(name)) if self.is_sign(self.at + 1, b'=') => Some(name),
                _ => None,
            };
            self.at += if named.is_some() { 2 } else { 0 };
            let value = self.expression(depth + 1);
            // The others say how it is read.
            found.extend(named.is_none_or(|name| name == "mode").then_some(value));
            if self.is_sign(self.at, b',') {
                self.at += 1;
            } else if !self.is_sign(self.at, b')') {
                return None;
            }
        }
        self.at += 1;
        Some(found)
    }

    fn attribute(&mut self, value: Value, name: &str) -> Value {
        match (value, name) {
            (Value::Path(from, parts), "parent") => up(from, parts, 1),
            (Value::Path(from, parts), "parents") => {
                let index = match (self.kind(self.at), self.kind(self.at + 1), self.kind(self.at + 2)) {
                    (Some(Kind::Sign(b'[')), Some(Kind::Number(number)), Some(Kind::Sign(b']'))) => number.parse().ok(),
                    _ => None,
                };
                let Some(index) = index.filter(|index: &usize| *index < DEEPEST) else {
                    return Value::Unknown;
                };
                self.at += 3;
                up(from, parts, index + 1)
            }
            (Value::Name(of), name) => Value::Name(format!("{of}.{name}")),
            _ => Value::Unknown,
        }
    }

    fn method(&mut self, value: Value, name: &str, arguments: Vec<Value>, start: usize) -> Value {
        match (value, name) {
            (value @ Value::Path(..), "resolve" | "absolute") => value,
            (Value::Path(from, parts), "joinpath") => match texts(arguments) {
                Some(texts) => joined(from, parts, texts),
                None => Value::Unknown,
            },
            (Value::Path(from, parts), "with_name") => match (up(from, parts, 1), texts(arguments)) {
                (Value::Path(from, parts), Some(texts)) => joined(from, parts, texts),
                _ => Value::Unknown,
            },
            (Value::Path(from, parts), "read_text" | "read_bytes") => self.open(from, parts, start),
            (Value::Path(from, parts), "open") if arguments.first().is_none_or(reads) => self.open(from, parts, start),
            (Value::Name(of), name) => self.call(&format!("{of}.{name}"), arguments, start),
            _ => Value::Unknown,
        }
    }

    fn call(&mut self, name: &str, arguments: Vec<Value>, start: usize) -> Value {
        let mut arguments = arguments.into_iter();
        let first = arguments.next();
        match (name, first) {
            (
                "Path" | "pathlib.Path" | "str" | "os.path.abspath" | "os.path.realpath" | "abspath" | "realpath",
                Some(path),
            ) => match arguments.next() {
                None => path,
                Some(_) => Value::Unknown,
            },
            ("os.path.dirname" | "dirname", Some(Value::Path(from, parts))) => up(from, parts, 1),
            ("os.path.join" | "join", Some(Value::Path(from, parts))) => match texts(arguments.collect()) {
                Some(texts) => joined(from, parts, texts),
                None => Value::Unknown,
            },
            ("files" | "resources.files" | "importlib.resources.files", package) => {
                match package.as_ref().map(package_of) {
                    None => Value::Path(Anchor::Package(None), Vec::new()),
                    Some(Some(from)) => Value::Path(from, Vec::new()),
                    Some(None) => Value::Unknown,
                }
            }
            ("pkgutil.get_data" | "get_data", Some(package)) => match (package_of(&package), arguments.next()) {
                (Some(from), Some(Value::Text(path))) => self.open(from, vec![path], start),
                _ => Value::Unknown,
            },
            ("open" | "io.open", Some(Value::Path(from, parts))) if arguments.next().as_ref().is_none_or(reads) => {
                self.open(from, parts, start)
            }
            _ => Value::Unknown,
        }
    }

    fn open(&mut self, from: Anchor, parts: Vec<String>, start: usize) -> Value {
        if !parts.is_empty() {
            let end = self
                .tokens
                .get(self.at.saturating_sub(1))
                .map_or(start, |token| token.span.end);
            self.found.push(Opened {
                from,
                path: parts.join("/"),
                span: start..end.max(start),
            });
        }
        Value::Unknown
    }
}

/// Whether a mode opens for reading alone.
fn reads(mode: &Value) -> bool {
    matches!(mode, Value::Text(mode) if mode.starts_with('r') && !mode.contains('+'))
}

fn package_of(value: &Value) -> Option<Anchor> {
    match value {
        Value::Text(name) => Some(Anchor::Package(Some(name.clone()))),
        Value::Name(name) if name == "__package__" => Some(Anchor::Package(None)),
        // A module is imported by the name that it is known by, or by another.
        Value::Name(_) | Value::Path(..) | Value::Unknown => None,
    }
}

fn texts(values: Vec<Value>) -> Option<Vec<String>> {
    let text = |value| match value {
        Value::Text(text) => Some(text),
        Value::Path(..) | Value::Name(_) | Value::Unknown => None,
    };
    values.into_iter().map(text).collect()
}

fn joined(from: Anchor, mut parts: Vec<String>, more: impl IntoIterator<Item = String>) -> Value {
    parts.extend(more);
    // A path from the root forgets what it is joined to.
    if parts.iter().any(|part| part.starts_with('/')) {
        return Value::Unknown;
    }
    Value::Path(from, parts)
}

fn up(from: Anchor, mut parts: Vec<String>, by: usize) -> Value {
    if parts.iter().any(|part| part.contains('/')) {
        return Value::Unknown;
    }
    let left = by.saturating_sub(parts.len());
    parts.truncate(parts.len().saturating_sub(by));
    match from {
        Anchor::Above(above) => Value::Path(Anchor::Above(above + left), parts),
        Anchor::Package(_) if left > 0 => Value::Unknown,
        Anchor::Package(_) => Value::Path(from, parts),
    }
}
