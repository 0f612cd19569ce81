//! YAML, with the place of every value. Aliases and merge keys are followed; what they may unfold to is bounded.

mod build;
mod indented;
#[cfg(test)]
mod tests;

use std::ops::Range;

use diagnostics::{Place, Problem, Source};

/// A value of a YAML file.
#[derive(Clone, Debug)]
pub struct Node {
    source: Source,
    span: Range<usize>,
    value: Value,
}

#[derive(Clone, Debug)]
enum Value {
    /// Quoted or in a block, it is a string; plain, it is what it looks like.
    Scalar {
        text: String,
        is_plain: bool,
    },
    Sequence(Vec<Node>),
    /// In the order of the file; what a merge key brings comes last.
    Mapping(Vec<(Node, Node)>),
}

/// What two equal keys in one mapping are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Duplicates {
    /// An error, as in YAML 1.2.
    Wrong,
    /// Branches of a template, of which one will be rendered.
    Branches,
}

/// The documents of a file. A syntax error is one problem, with the place that the parser names, and there are no documents then.
pub fn read(source: &Source, problems: &mut Vec<Problem>) -> Vec<Node> {
    read_text(source, source.text(), Duplicates::Wrong, problems)
}

/// The documents of a text in which some bytes of the file were blanked out; places are those of the file.
pub fn read_text(source: &Source, text: &str, duplicates: Duplicates, problems: &mut Vec<Problem>) -> Vec<Node> {
    match build::documents(source, text, duplicates) {
        Ok((documents, found)) => {
            problems.extend(found);
            documents
        }
        Err(problem) => {
            problems.push(*problem);
            Vec::new()
        }
    }
}

impl Node {
    /// Where it is written.
    pub fn place(&self) -> Place {
        self.source.place(self.span.clone())
    }

    /// Its bytes in the file.
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// The value behind a key of a mapping; the last one, where there are branches.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.get_all(key).last()
    }

    /// Every value behind a key of a mapping: more than one only among branches.
    pub fn get_all<'a, 'k>(&'a self, key: &'k str) -> impl Iterator<Item = &'a Node> + use<'a, 'k> {
        let entries = self.entries().iter().filter(move |(name, _)| name.text() == Some(key));
        entries.map(|(_, value)| value)
    }

    /// The value behind keys of mappings in mappings.
    pub fn at(&self, path: &[&str]) -> Option<&Node> {
        path.iter().try_fold(self, |node, key| node.get(key))
    }

    /// Keys and values of a mapping; nothing otherwise.
    pub fn entries(&self) -> &[(Node, Node)] {
        match &self.value {
            Value::Mapping(entries) => entries,
            Value::Scalar { .. } | Value::Sequence(_) => &[],
        }
    }

    /// The members of a sequence; nothing otherwise.
    pub fn items(&self) -> &[Node] {
        match &self.value {
            Value::Sequence(items) => items,
            Value::Scalar { .. } | Value::Mapping(_) => &[],
        }
    }

    /// The text of a scalar, whatever type it has.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar { text, .. } => Some(text),
            Value::Sequence(_) | Value::Mapping(_) => None,
        }
    }

    /// Whether it is a mapping.
    pub fn is_mapping(&self) -> bool {
        matches!(self.value, Value::Mapping(_))
    }

    /// Whether it is a sequence.
    pub fn is_sequence(&self) -> bool {
        matches!(self.value, Value::Sequence(_))
    }

    /// Whether it is null in any spelling of YAML's core schema.
    pub fn is_null(&self) -> bool {
        matches!(self.plain(), Some("" | "~" | "null" | "Null" | "NULL"))
    }

    /// The boolean, in any spelling of YAML's core schema.
    pub fn as_bool(&self) -> Option<bool> {
        match self.plain()? {
            "true" | "True" | "TRUE" => Some(true),
            "false" | "False" | "FALSE" => Some(false),
            _ => None,
        }
    }

    /// The integer, if it is one in decimal.
    pub fn as_integer(&self) -> Option<i64> {
        self.plain()?.parse().ok()
    }

    /// A string: neither null, nor a truth value, nor a number that is written as one.
    pub fn as_str(&self) -> Option<&str> {
        let is_other = self.is_null() || self.as_bool().is_some() || self.plain().is_some_and(is_number);
        self.text().filter(|_| !is_other)
    }

    fn plain(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar { text, is_plain: true } => Some(text),
            Value::Scalar { .. } | Value::Sequence(_) | Value::Mapping(_) => None,
        }
    }
}

fn is_number(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c)) && text.parse::<f64>().is_ok()
}
