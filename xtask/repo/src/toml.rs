//! Typed access to TOML that remembers where everything stands. What has the wrong type becomes a problem, once.

use std::ops::Range;

use toml_edit::{Document, Item, TableLike};

use super::{
    keys::{Keys, former},
    suggestion::nearest,
    unmerged,
};
use diagnostics::{Located, Source};
use diagnostics::{Place, Problem};

/// A table, inline or not.
#[derive(Clone, Copy)]
pub struct Table<'a> {
    source: &'a Source,
    table: &'a dyn TableLike,
    start: usize,
}

/// A value, a table or an array of tables.
#[derive(Clone)]
pub struct Node<'a> {
    source: &'a Source,
    kind: Kind<'a>,
    span: Range<usize>,
}

#[derive(Clone, Copy)]
enum Kind<'a> {
    Table(&'a dyn TableLike),
    Tables(&'a toml_edit::ArrayOfTables),
    Value(&'a toml_edit::Value),
    Nothing,
}

/// Parses a file. A syntax error is one problem, with the place that the parser names.
pub fn parse(source: &Source) -> Result<Document<String>, Problem> {
    parse_text(source, source.text().to_owned())
}

/// Parses a text in which some bytes of the file were blanked out; places are those of the file.
pub fn parse_text(source: &Source, text: String) -> Result<Document<String>, Problem> {
    Document::parse(text).map_err(|error| {
        let span = error.span().unwrap_or(0..0);
        let message = format!("`{}` is not TOML: {}", source.path(), error.message().trim());
        unmerged::cause(Problem::error(message).at(source.place(span)))
    })
}

impl<'a> Table<'a> {
    /// The top-level table of a document.
    pub fn root(source: &'a Source, document: &'a Document<String>) -> Self {
        Self {
            source,
            table: document.as_table(),
            start: 0,
        }
    }

    /// The value of a key, also where it still has a former name.
    pub fn get(&self, key: &str) -> Option<Node<'a>> {
        let by_former = || former::names_of(key).find_map(|name| self.get_as_is(name));
        self.get_as_is(key).or_else(by_former)
    }

    fn get_as_is(&self, key: &str) -> Option<Node<'a>> {
        let (key, item) = self.table.get_key_value(key)?;
        let node = Node::new(self.source, item, key.span());
        if item.is_none() { None } else { Some(node) }
    }

    /// The keys in the order of the file, each with its place.
    pub fn entries(&self) -> Vec<(Located<&'a str>, Node<'a>)> {
        let keys = self.table.iter().map(|(key, _)| key);
        keys.filter_map(|key| self.table.get_key_value(key))
            .map(|(key, item)| {
                let span = key.span().unwrap_or(self.start..self.start);
                let name = Located {
                    value: key.get(),
                    place: self.source.place(span.clone()),
                };
                (name, Node::new(self.source, item, Some(span)))
            })
            .collect()
    }

    /// The table behind a key. Another type is a problem.
    pub fn table(&self, key: &str, problems: &mut Vec<Problem>) -> Option<Table<'a>> {
        self.get(key)?.table(problems)
    }

    /// The string behind a key. Another type is a problem.
    pub fn string(&self, key: &str, problems: &mut Vec<Problem>) -> Option<Located<String>> {
        self.get(key)?.string(problems)
    }

    /// The strings in the array behind a key. Another type is a problem.
    pub fn strings(&self, key: &str, problems: &mut Vec<Problem>) -> Option<Vec<Located<String>>> {
        self.get(key)?.strings(problems)
    }

    /// The integer behind a key. Another type is a problem.
    pub fn integer(&self, key: &str, problems: &mut Vec<Problem>) -> Option<Located<i64>> {
        self.get(key)?.integer(problems)
    }

    /// The boolean behind a key. Another type is a problem.
    pub fn boolean(&self, key: &str, problems: &mut Vec<Problem>) -> Option<Located<bool>> {
        self.get(key)?.boolean(problems)
    }

    /// Every key that is not in `known` is a problem, with the nearest known one as the fix.
    pub fn reject_unknown(&self, keys: &Keys, problems: &mut Vec<Problem>) {
        self.reject_unknown_of(&[keys], problems);
    }

    /// The same for a table that may have the keys of several.
    pub fn reject_unknown_of(&self, tables: &[&Keys], problems: &mut Vec<Problem>) {
        let known = &tables.iter().flat_map(|keys| keys.names()).collect::<Vec<_>>();
        let Some(keys) = tables.first() else { return };
        for (key, _) in self.entries() {
            if known.contains(&key.value) {
                continue;
            }
            let headers: Vec<&str> = tables.iter().map(|keys| keys.header).collect();
            if let Some(former) = former::of(&headers, key.value) {
                former.report(key.place, problems);
                continue;
            }
            let problem = Problem::error(format!("unknown {} `{}`", keys.one, key.value)).at(key.place);
            problems.push(match nearest(key.value, known) {
                Some(near) => problem.remedy(format!("did you mean `{near}`?")),
                None => problem.remedy(format!("known are {}", quoted(known))),
            });
        }
    }

    /// The first line of the table: its header, for one that has a header.
    pub fn place(&self) -> Place {
        let rest = self.source.text().get(self.start..).unwrap_or_default();
        let line = rest.lines().next().unwrap_or_default().trim_end();
        self.source.place(self.start..self.start + line.len())
    }
}

impl<'a> Node<'a> {
    fn new(source: &'a Source, item: &'a Item, key: Option<Range<usize>>) -> Self {
        let span = item.span().or(key).unwrap_or(0..0);
        let kind = match item {
            Item::None => Kind::Nothing,
            Item::Table(table) => Kind::Table(table),
            Item::ArrayOfTables(tables) => Kind::Tables(tables),
            Item::Value(value) => return Self::value(source, value, span),
        };
        Self { source, kind, span }
    }

    fn value(source: &'a Source, value: &'a toml_edit::Value, outer: Range<usize>) -> Self {
        let span = value.span().unwrap_or(outer);
        let kind = match value {
            toml_edit::Value::InlineTable(table) => Kind::Table(table),
            toml_edit::Value::String(_)
            | toml_edit::Value::Integer(_)
            | toml_edit::Value::Float(_)
            | toml_edit::Value::Boolean(_)
            | toml_edit::Value::Datetime(_)
            | toml_edit::Value::Array(_) => Kind::Value(value),
        };
        Self { source, kind, span }
    }

    /// Where it is written.
    pub fn place(&self) -> Place {
        self.source.place(self.span.clone())
    }

    /// Where it begins in the file.
    pub fn start(&self) -> usize {
        self.span.start
    }

    /// Whether it is a table.
    pub fn is_table(&self) -> bool {
        matches!(self.kind, Kind::Table(_))
    }

    /// Whether it is an array, of tables or of values.
    pub fn is_array(&self) -> bool {
        matches!(self.kind, Kind::Tables(_) | Kind::Value(toml_edit::Value::Array(_)))
    }

    /// The string, if it is one.
    pub fn as_str(&self) -> Option<&'a str> {
        match self.kind {
            Kind::Value(value) => value.as_str(),
            Kind::Table(_) | Kind::Tables(_) | Kind::Nothing => None,
        }
    }

    /// The value as a table. Another type is a problem.
    pub fn table(&self, problems: &mut Vec<Problem>) -> Option<Table<'a>> {
        match self.kind {
            Kind::Table(table) => Some(Table {
                source: self.source,
                table,
                start: self.span.start,
            }),
            Kind::Tables(_) | Kind::Value(_) | Kind::Nothing => self.wrong("a table", problems),
        }
    }

    /// The value as a string. Another type is a problem.
    pub fn string(&self, problems: &mut Vec<Problem>) -> Option<Located<String>> {
        match self.as_str() {
            Some(text) => Some(Located {
                value: text.to_owned(),
                place: self.place(),
            }),
            None => self.wrong("a string", problems),
        }
    }

    /// The value as an array of strings; members of other types are problems, and left out.
    pub fn strings(&self, problems: &mut Vec<Problem>) -> Option<Vec<Located<String>>> {
        let nodes = self.array(problems)?;
        Some(nodes.iter().filter_map(|node| node.string(problems)).collect())
    }

    /// The value as an integer. Another type is a problem.
    pub fn integer(&self, problems: &mut Vec<Problem>) -> Option<Located<i64>> {
        match self.kind {
            Kind::Value(toml_edit::Value::Integer(number)) => Some(Located {
                value: *number.value(),
                place: self.place(),
            }),
            Kind::Value(_) | Kind::Table(_) | Kind::Tables(_) | Kind::Nothing => self.wrong("an integer", problems),
        }
    }

    /// The value as a boolean. Another type is a problem.
    pub fn boolean(&self, problems: &mut Vec<Problem>) -> Option<Located<bool>> {
        match self.kind {
            Kind::Value(toml_edit::Value::Boolean(flag)) => Some(Located {
                value: *flag.value(),
                place: self.place(),
            }),
            Kind::Value(_) | Kind::Table(_) | Kind::Tables(_) | Kind::Nothing => {
                self.wrong("`true` or `false`", problems)
            }
        }
    }

    /// The members of an array, or of an array of tables.
    pub fn array(&self, problems: &mut Vec<Problem>) -> Option<Vec<Node<'a>>> {
        match self.kind {
            Kind::Value(toml_edit::Value::Array(array)) => Some(
                array
                    .iter()
                    .map(|value| Node::value(self.source, value, self.span.clone()))
                    .collect(),
            ),
            Kind::Tables(tables) => Some(
                tables
                    .iter()
                    .map(|table| Node {
                        source: self.source,
                        kind: Kind::Table(table),
                        span: table.span().unwrap_or(self.span.clone()),
                    })
                    .collect(),
            ),
            Kind::Value(_) | Kind::Table(_) | Kind::Nothing => self.wrong("an array", problems),
        }
    }

    fn wrong<T>(&self, wanted: &str, problems: &mut Vec<Problem>) -> Option<T> {
        let found = match self.kind {
            Kind::Table(_) => "table",
            Kind::Tables(_) => "array of tables",
            Kind::Value(value) => value.type_name(),
            Kind::Nothing => "nothing",
        };
        problems.push(Problem::error(format!("expected {wanted}, found {found}")).at(self.place()));
        None
    }
}

/// "`a`, `b` and `c`", for messages.
pub fn quoted(names: &[&str]) -> String {
    match names {
        [] => String::from("none"),
        [only] => format!("`{only}`"),
        [first @ .., last] => {
            format!(
                "{} and `{last}`",
                first
                    .iter()
                    .map(|name| format!("`{name}`"))
                    .collect::<Vec<_>>()
                    .join(", ")
            )
        }
    }
}
