//! What expressions come to. Every text and list remembers the bytes that it was made from, so that an edit knows where
//! to write.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use super::{data::ReadFile, text::Text};
use formats::starlark::syntax::{Def, Lambda, Span};

#[derive(Clone, Debug)]
pub enum Value {
    None,
    Bool(bool),
    Int(i64),
    Text(Text),
    /// A list, or a tuple.
    List(Rc<RefCell<List>>),
    Dict(Rc<RefCell<Dict>>),
    Function(Rc<Function>),
    /// A function of Tilt or of Starlark, by its whole name: `docker_build`, `os.path.join`.
    Builtin(Rc<str>),
    /// A method that is taken and not yet called.
    Method(Rc<(Value, String)>),
    /// A thing with attributes: `os`, `config`, a `struct`, a module.
    Space(Rc<Space>),
    /// What `sync`, `run` and the like return.
    Step(Rc<Step>),
    /// A comparison with something that only Tilt knows.
    Condition(Rc<Condition>),
    /// The text of a file.
    File(Rc<ReadFile>),
    Unknown(Rc<Unknown>),
}

/// Whether something that only Tilt knows is one of these values.
#[derive(Debug)]
pub struct Condition {
    /// Where it is compared.
    pub span: Span,
    /// The expression whose value is compared.
    pub asked: Span,
    /// The values that it is compared with.
    pub values: BTreeSet<String>,
    /// Whether the condition holds where it is none of them.
    pub is_negated: bool,
    /// Its value where Tilt is started without more.
    pub default: Option<String>,
}

#[derive(Debug, Default)]
pub struct List {
    pub items: Vec<Item>,
    pub is_tuple: bool,
    /// The list literals that it was put together from.
    pub homes: Vec<Span>,
    /// The list literals whose items its items were made from.
    pub feeders: Vec<Span>,
    /// Some of what it contains cannot be told, and why.
    pub hole: Option<Rc<Unknown>>,
}

#[derive(Clone, Debug)]
pub struct Item {
    pub value: Value,
    /// The expression in a list literal.
    pub span: Option<Span>,
    /// The expressions that it was made from, where a comprehension made it.
    pub made_from: Vec<Span>,
}

#[derive(Debug, Default)]
pub struct Dict {
    pub entries: Vec<Entry>,
    pub homes: Vec<Span>,
    pub hole: Option<Rc<Unknown>>,
    /// Whether it is what `config.parse()` returns.
    pub is_config: bool,
}

#[derive(Clone, Debug)]
pub struct Entry {
    pub key: Value,
    pub value: Value,
    /// Key and value in a dict literal, a keyword argument, or the statement that assigns it.
    pub span: Option<Span>,
}

#[derive(Debug)]
pub struct Function {
    pub name: String,
    pub code: Code,
    /// Defaults by the index of the parameter.
    pub defaults: BTreeMap<usize, Value>,
    pub scope: Rc<Scope>,
    pub file: u16,
}

#[derive(Debug)]
pub enum Code {
    Def(Rc<Def>),
    Lambda(Rc<Lambda>),
}

/// Names, and the scope around them.
#[derive(Debug, Default)]
pub struct Scope {
    pub names: RefCell<BTreeMap<String, Value>>,
    pub enclosing: Option<Rc<Scope>>,
}

#[derive(Debug)]
pub struct Space {
    pub name: String,
    pub names: BTreeMap<String, Value>,
}

/// A step of `live_update`.
#[derive(Debug)]
pub struct Step {
    pub name: String,
    pub call: Arguments,
}

/// A call, with its arguments by name.
#[derive(Clone, Debug)]
pub struct Arguments {
    pub span: Span,
    pub file: u16,
    pub positional: Vec<Argument>,
    pub named: BTreeMap<String, Argument>,
    /// `*x` or `**x` that cannot be told.
    pub hole: Option<Rc<Unknown>>,
}

#[derive(Clone, Debug)]
pub struct Argument {
    pub value: Value,
    /// The whole argument with its keyword, or the entry of the dict that it comes from.
    pub span: Option<Span>,
    /// The expression of the value, where it is in the call itself.
    pub expression: Option<Span>,
}

/// Something that the file alone does not tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// Where it is written.
    pub span: Span,
    /// Why it is not known, as the end of a sentence.
    pub why: String,
}

impl Value {
    pub fn unknown(span: Span, why: impl Into<String>) -> Self {
        Self::Unknown(Rc::new(Unknown { span, why: why.into() }))
    }

    pub fn text(plain: impl Into<String>) -> Self {
        Self::Text(Text::plain(plain))
    }

    pub fn list(items: Vec<Item>) -> Self {
        Self::List(Rc::new(RefCell::new(List {
            items,
            ..List::default()
        })))
    }

    pub fn as_text(&self) -> Option<&Text> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// As Starlark sees it in a condition. `None` when that cannot be told.
    pub fn truth(&self) -> Option<bool> {
        Some(match self {
            Self::None => false,
            Self::Bool(value) => *value,
            Self::Int(value) => *value != 0,
            Self::Text(text) if text.asked.is_some() => return None,
            Self::Text(text) => !text.known()?.is_empty(),
            Self::List(list) if list.borrow().hole.is_none() => !list.borrow().items.is_empty(),
            Self::Dict(dict) if dict.borrow().hole.is_none() => !dict.borrow().entries.is_empty(),
            Self::List(_) | Self::Dict(_) | Self::File(_) | Self::Unknown(_) | Self::Condition(_) => return None,
            Self::Function(_) | Self::Builtin(_) | Self::Method(_) | Self::Space(_) | Self::Step(_) => true,
        })
    }

    /// `None` when it cannot be told, or would take too long: a list may hold itself.
    pub fn equals(&self, other: &Self) -> Option<bool> {
        self.compare(other, &mut 2_000, 0)
    }

    fn compare(&self, other: &Self, budget: &mut usize, depth: usize) -> Option<bool> {
        *budget = budget.checked_sub(1)?;
        Some(match (self, other) {
            (Self::Unknown(_) | Self::Condition(_) | Self::File(_), _)
            | (_, Self::Unknown(_) | Self::Condition(_) | Self::File(_)) => return None,
            (Self::Text(a), _) | (_, Self::Text(a)) if a.asked.is_some() => return None,
            (Self::None, Self::None) => true,
            (Self::Bool(a), Self::Bool(b)) => a == b,
            (Self::Int(a), Self::Int(b)) => a == b,
            (Self::Text(a), Self::Text(b)) => a.known()? == b.known()?,
            (Self::List(a), Self::List(b)) => {
                let (a, b) = (a.borrow(), b.borrow());
                if a.hole.is_some() || b.hole.is_some() || depth > 20 {
                    return None;
                }
                if a.items.len() != b.items.len() || a.is_tuple != b.is_tuple {
                    return Some(false);
                }
                for (a, b) in a.items.iter().zip(&b.items) {
                    if !a.value.compare(&b.value, budget, depth + 1)? {
                        return Some(false);
                    }
                }
                true
            }
            (Self::Dict(_), Self::Dict(_)) => return None,
            _ => false,
        })
    }

    /// What it says, without where it comes from: to see that two evaluations agree.
    pub fn shown(&self, into: &mut String, depth: usize) {
        use std::fmt::Write;
        if depth > 12 || into.len() > 20_000 {
            into.push('…');
            return;
        }
        match self {
            Self::None => into.push_str("None"),
            Self::Bool(value) => into.push_str(if *value { "True" } else { "False" }),
            Self::Int(value) => drop(write!(into, "{value}")),
            Self::Text(text) => drop(write!(into, "{:?}", text.shown())),
            Self::List(list) => {
                let list = list.borrow();
                into.push(if list.is_tuple { '(' } else { '[' });
                for item in &list.items {
                    item.value.shown(into, depth + 1);
                    into.push_str(", ");
                }
                into.push_str(if list.hole.is_some() { "…]" } else { "]" });
            }
            Self::Dict(dict) => {
                let dict = dict.borrow();
                into.push('{');
                for entry in &dict.entries {
                    entry.key.shown(into, depth + 1);
                    into.push_str(": ");
                    entry.value.shown(into, depth + 1);
                    into.push_str(", ");
                }
                into.push('}');
            }
            Self::Function(function) => drop(write!(into, "<{}>", function.name)),
            Self::Builtin(name) => drop(write!(into, "<{name}>")),
            Self::Method(method) => drop(write!(into, "<.{}>", method.1)),
            Self::Space(space) => drop(write!(into, "<{}>", space.name)),
            Self::Step(step) => {
                into.push_str(&step.name);
                step.call.shown(into, depth + 1);
            }
            Self::File(file) => drop(write!(into, "<{:?}>", file.path.shown())),
            Self::Unknown(_) | Self::Condition(_) => into.push('?'),
        }
    }
}

impl Arguments {
    /// The argument of a parameter, by its position or by its name.
    pub fn get(&self, position: usize, name: &str) -> Option<&Argument> {
        self.named.get(name).or_else(|| self.positional.get(position))
    }

    pub fn shown(&self, into: &mut String, depth: usize) {
        into.push('(');
        for argument in &self.positional {
            argument.value.shown(into, depth + 1);
            into.push_str(", ");
        }
        for (name, argument) in &self.named {
            into.push_str(name);
            into.push('=');
            argument.value.shown(into, depth + 1);
            into.push_str(", ");
        }
        into.push(')');
    }
}

impl Dict {
    pub fn get(&self, key: &Value) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.key.equals(key) == Some(true))
    }

    pub fn set(&mut self, entry: Entry) {
        match self
            .entries
            .iter_mut()
            .find(|old| old.key.equals(&entry.key) == Some(true))
        {
            Some(old) => *old = entry,
            None => self.entries.push(entry),
        }
    }
}

impl Scope {
    pub fn inside(enclosing: &Rc<Self>) -> Rc<Self> {
        Rc::new(Self {
            names: RefCell::default(),
            enclosing: Some(enclosing.clone()),
        })
    }

    pub fn get(&self, name: &str) -> Option<Value> {
        if let Some(value) = self.names.borrow().get(name) {
            return Some(value.clone());
        }
        self.enclosing.as_ref()?.get(name)
    }

    pub fn set(&self, name: &str, value: Value) {
        self.names.borrow_mut().insert(name.to_owned(), value);
    }
}
