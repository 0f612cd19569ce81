//! What templates work on.

use std::{collections::BTreeMap, ops::Deref, sync::Arc};

use super::{Text, UNKNOWN};
use crate::yaml;
use diagnostics::Place;

/// A value, and where it was written.
#[derive(Clone, Debug)]
pub struct Datum {
    /// The value itself.
    pub value: Value,
    /// Where it was written, if a file has it.
    pub place: Option<Place>,
}

/// A value of Helm's templates.
#[derive(Clone, Debug)]
pub enum Value {
    /// `null`, or a value that is not set.
    Null,
    /// A boolean.
    Bool(bool),
    /// An integer.
    Integer(i64),
    /// As it was written.
    Float(String),
    /// A string with the places of its pieces.
    Text(Text),
    /// A list.
    List(Shared<Vec<Datum>>),
    /// A mapping, sorted by its keys as Go ranges over it.
    Map(Shared<BTreeMap<String, Datum>>),
    /// Not to be told from the files.
    Unknown,
}

/// Members that are cheap to clone, because templates hand everything on; how much they are is counted once.
#[derive(Clone, Debug)]
pub struct Shared<T> {
    members: Arc<T>,
    size: Size,
}

/// Values and bytes of a value, those in it included, and how deep they lie.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Size {
    pub parts: usize,
    pub depth: usize,
}

impl Size {
    fn of<'a>(members: impl Iterator<Item = &'a Datum>) -> Self {
        members.fold(Self { parts: 1, depth: 1 }, |sum, member| {
            let size = member.size();
            Self {
                parts: sum.parts.saturating_add(size.parts),
                depth: sum.depth.max(size.depth + 1),
            }
        })
    }
}

impl<T> Deref for Shared<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.members
    }
}

impl From<Vec<Datum>> for Value {
    fn from(items: Vec<Datum>) -> Self {
        let size = Size::of(items.iter());
        Self::List(Shared {
            members: Arc::new(items),
            size,
        })
    }
}

impl From<BTreeMap<String, Datum>> for Value {
    fn from(entries: BTreeMap<String, Datum>) -> Self {
        let size = Size::of(entries.values());
        Self::Map(Shared {
            members: Arc::new(entries),
            size,
        })
    }
}

impl From<Value> for Datum {
    fn from(value: Value) -> Self {
        Self { value, place: None }
    }
}

impl Datum {
    /// A value of a YAML file.
    pub fn of(node: &yaml::Node) -> Self {
        let value = if node.is_mapping() {
            let entries = node.entries().iter();
            Value::from(
                entries
                    .filter_map(|(key, value)| Some((key.text()?.to_owned(), Self::of(value))))
                    .collect::<BTreeMap<_, _>>(),
            )
        } else if node.is_sequence() {
            Value::from(node.items().iter().map(Self::of).collect::<Vec<_>>())
        } else if node.is_null() {
            Value::Null
        } else if let Some(flag) = node.as_bool() {
            Value::Bool(flag)
        } else if let Some(number) = node.as_integer() {
            Value::Integer(number)
        } else if let Some(text) = node.as_str() {
            Value::Text(Text::new(text, Some(node.place())))
        } else {
            Value::Float(node.text().unwrap_or_default().to_owned())
        };
        Self {
            value,
            place: Some(node.place()),
        }
    }

    /// A string that no file has.
    pub fn text(text: impl Into<String>) -> Self {
        Value::Text(Text::new(text, None)).into()
    }

    /// A mapping that no file has.
    pub fn map(entries: impl IntoIterator<Item = (&'static str, Self)>) -> Self {
        Value::from(
            entries
                .into_iter()
                .map(|(key, value)| (key.to_owned(), value))
                .collect::<BTreeMap<_, _>>(),
        )
        .into()
    }

    /// A member of a map; of nothing, nothing; of what is unknown, unknown.
    pub fn get(&self, key: &str) -> Self {
        match &self.value {
            Value::Map(entries) => entries.get(key).cloned().unwrap_or_else(|| Value::Null.into()),
            Value::Unknown => Value::Unknown.into(),
            Value::Null | Value::Bool(_) | Value::Integer(_) | Value::Float(_) | Value::Text(_) | Value::List(_) => {
                Value::Null.into()
            }
        }
    }

    /// What `if` makes of it; `None` where that cannot be told.
    pub fn is_true(&self) -> Option<bool> {
        match &self.value {
            Value::Null => Some(false),
            Value::Bool(flag) => Some(*flag),
            Value::Integer(number) => Some(*number != 0),
            Value::Float(number) => Some(number.parse::<f64>().is_ok_and(|number| number != 0.0)),
            Value::Text(text) if text.plain().chars().all(|c| c == UNKNOWN) && !text.is_empty() => None,
            Value::Text(text) => Some(!text.is_empty()),
            Value::List(items) => Some(!items.is_empty()),
            Value::Map(entries) => Some(!entries.is_empty()),
            Value::Unknown => None,
        }
    }

    /// As an action prints it.
    pub fn shown(&self) -> Text {
        let plain = match &self.value {
            Value::Text(text) => return text.clone(),
            Value::Unknown | Value::List(_) | Value::Map(_) => UNKNOWN.to_string(),
            Value::Null => String::new(),
            Value::Bool(flag) => flag.to_string(),
            Value::Integer(number) => number.to_string(),
            Value::Float(number) => number.clone(),
        };
        Text::new(plain, self.place.clone())
    }

    /// The text that `{{ }}` prints for it.
    pub fn plain(&self) -> String {
        self.shown().plain()
    }

    /// How large it is, which limits what templates may build.
    pub fn size(&self) -> Size {
        match &self.value {
            Value::List(items) => items.size,
            Value::Map(entries) => entries.size,
            Value::Text(text) => Size {
                parts: text.len() + 1,
                depth: 0,
            },
            Value::Null | Value::Bool(_) | Value::Integer(_) | Value::Float(_) | Value::Unknown => {
                Size { parts: 1, depth: 0 }
            }
        }
    }

    /// Whether two are equal, as far as can be told.
    pub fn equals(&self, other: &Self) -> Option<bool> {
        let (one, two) = (self.shown(), other.shown());
        (one.is_known() && two.is_known()).then(|| one.plain() == two.plain())
    }

    /// This with what another says on top.
    pub fn overlaid(&self, over: &Self) -> Self {
        let (Value::Map(under), Value::Map(entries)) = (&self.value, &over.value) else {
            return over.clone();
        };
        let mut merged = BTreeMap::clone(under);
        for (key, value) in entries.iter() {
            let value = under.get(key).map_or_else(|| value.clone(), |own| own.overlaid(value));
            merged.insert(key.clone(), value);
        }
        Self {
            value: merged.into(),
            place: self.place.clone(),
        }
    }

    /// As `toYaml` writes it, with the place of every value.
    pub fn yaml(&self, indent: usize, out: &mut Text) {
        match &self.value {
            Value::Map(entries) if !entries.is_empty() => {
                for (key, value) in entries.iter() {
                    out.push(Text::new(format!("{}{key}:", " ".repeat(indent)), value.place.clone()));
                    value.yaml_behind(indent + 2, out);
                }
            }
            Value::List(items) if !items.is_empty() => {
                for item in items.iter() {
                    out.push(Text::new(format!("{}-", " ".repeat(indent)), item.place.clone()));
                    item.yaml_behind(indent + 2, out);
                }
            }
            Value::Map(_) => out.push(Text::new("{}", None)),
            Value::List(_) => out.push(Text::new("[]", None)),
            Value::Null => out.push(Text::new("null", None)),
            Value::Text(text) => out.push(text.clone().map(quoted_inside).quoted()),
            Value::Bool(_) | Value::Integer(_) | Value::Float(_) | Value::Unknown => out.push(self.shown()),
        }
    }

    fn yaml_behind(&self, indent: usize, out: &mut Text) {
        let is_block = match &self.value {
            Value::Map(entries) => !entries.is_empty(),
            Value::List(items) => !items.is_empty(),
            Value::Null | Value::Bool(_) | Value::Integer(_) | Value::Float(_) | Value::Text(_) | Value::Unknown => {
                false
            }
        };
        out.push(Text::new(if is_block { "\n" } else { " " }, None));
        self.yaml(indent, out);
        if !is_block {
            out.push(Text::new("\n", None));
        }
    }
}

impl Text {
    /// In double quotes.
    pub fn quoted(self) -> Self {
        let mut quoted = Self::new("\"", None);
        quoted.push(self);
        quoted.push(Self::new("\"", None));
        quoted
    }
}

pub fn quoted_inside(text: String) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}
